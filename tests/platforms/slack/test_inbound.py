"""What the fixtures do not show: the same thing told twice, oddities, and what must not be kept."""

from pathlib import Path
from typing import Any

import pytest

from domain.content import MediaContent, TextContent, UnsupportedContent
from tests.platforms.contract import bodies
from tests.platforms.slack.support import CHANNEL, arrived, event, message

INBOUND = Path(__file__).parent / "inbound"
US = [{"team_id": "T07LUMINAR1", "user_id": "U07LUMIBOT1", "is_bot": True}]


def ids(name: str) -> list[str]:
    return [one.external_id for one in arrived((INBOUND / name).read_bytes())]


def test_a_mention_and_its_message_are_one() -> None:
    assert ids("mention.json") == ids("mention_as_message.json")


def test_both_ways_our_id_comes_back_are_one_receipt() -> None:
    assert ids("own_message_with_our_id.json") == ids("metadata_of_ours.json")


@pytest.mark.parametrize("path", bodies("slack"), ids=lambda path: path.name)
def test_nothing_that_opens_a_door_is_kept(path: Path) -> None:
    for one in arrived(path.read_bytes()):
        told = one.model_dump_json()
        for secret in ("old-token-of-nobody", "hooks.slack.com", "trigger_id", "response_url"):
            assert secret not in told


def test_a_mention_of_a_person_stays_in_the_text() -> None:
    one = event(message("<@U07CAIO0001> oi"), authorizations=US)
    assert one.content == TextContent(text="@U07CAIO0001 oi")


def test_an_installation_by_a_person_is_nobodys_echo() -> None:
    by_person = [{"team_id": "T1", "user_id": "U07RITA0001", "is_bot": False}]
    assert event(message("oi"), authorizations=by_person).kind == "message"
    assert event(message("oi", user="U07LUMIBOT1"), authorizations=US).echo is True


def test_the_app_says_whose_a_message_is_before_the_user_does() -> None:
    odd = message("oi", user="U07LUMIBOT1", bot_id="B1", bot_profile={"app_id": "A9"})
    one = event(odd, authorizations=US, api_app_id="A07LUMINAR1")
    assert (one.kind, one.echo, one.reason) == ("ignored", False, "written by another app")


@pytest.mark.parametrize("ts", [1785586201.137001, "", None, "soon", {"a": 1}])
def test_a_time_that_is_none_is_no_id(ts: Any) -> None:
    one = event(message("oi", ts=ts))
    assert one.kind == ("message" if ts == "soon" else "ignored")


def test_a_time_keeps_its_microseconds() -> None:
    one = event(message("oi", ts="1785586201.999999"))
    assert one.sent_at is not None
    assert one.sent_at.microsecond == 999_999


def test_edits_of_files_and_of_what_we_cannot_read_are_edits() -> None:
    changed = {
        "ts": "1785586201.137001",
        "user": "U07RITA0001",
        "text": "",
        "edited": {"ts": "1.5"},
    }
    files = [{"id": "F1", "mimetype": "image/png"}]
    for fields, content in (({"files": files}, MediaContent), ({}, UnsupportedContent)):
        new = {**changed, **fields}
        one = event(
            {"type": "message", "subtype": "message_changed", "channel": "D1", "message": new}
        )
        assert one.kind == "edit"
        assert isinstance(one.content, content)
        assert one.target_external_id == "D1:1785586201.137001"


def test_an_edit_tells_every_part_that_is_left() -> None:
    files = [{"id": f"F{number}", "mimetype": "image/png"} for number in (1, 2)]
    new = {
        "ts": "1785586201.137001",
        "user": "U07RITA0001",
        "text": "só estas duas",
        "edited": {"ts": "1.5"},
        "files": files,
    }
    changed = {"type": "message", "subtype": "message_changed", "channel": "D1", "message": new}
    found = arrived({"type": "event_callback", "event_id": "Ev1", "event": changed})
    assert [one.target_external_id for one in found] == [
        "D1:1785586201.137001",
        "D1:1785586201.137001:1",
    ]
    assert {one.kind for one in found} == {"edit"}
    assert [one.details for one in found] == [{"parts": 2}, {"parts": 2}]
    assert len({one.external_id for one in found}) == 2


def test_an_edit_without_a_mark_is_none_although_the_text_differs() -> None:
    new, old = message("novo"), message("velho")
    fields = {"type": "message", "subtype": "message_changed", "channel": "D1"}
    assert event({**fields, "message": new, "previous_message": old}).kind == "ignored"


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ({"mimetype": "image/heic"}, "image"),
        ({"mimetype": "Audio/MPEG"}, "audio"),
        ({"mimetype": "video/quicktime"}, "video"),
        ({"mimetype": "text/plain", "mode": "snippet"}, "document"),
        ({"mimetype": "application/vnd.slack-docs", "mode": "quip"}, "document"),
        ({"mimetype": None}, "document"),
        ({"mode": "tombstone"}, "unsupported"),
        ({"id": None}, "unsupported"),
    ],
)
def test_a_file_is_of_the_kind_of_its_type(file: dict[str, Any], kind: str) -> None:
    one = event(message("", files=[{"id": "F1", **file}]))
    assert one.content is not None
    assert one.content.type == kind


@pytest.mark.parametrize("kind", [["button"], {"a": 1}, 7, None])
def test_an_action_of_no_readable_type_is_still_pressed(kind: Any) -> None:
    action = {"type": kind, "action_id": "a", "value": "yes", "action_ts": "1.1"}
    body = {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}
    (one,) = arrived(body)
    assert (one.kind, one.content and one.content.type) == ("message", "choice")


def test_bad_among_good_files() -> None:
    body = {"type": "event_callback", "event_id": "Ev1"}
    files = [None, "?", {"id": "F1", "mimetype": "image/png", "size": -3, "name": 7}, {}]
    found = arrived({**body, "event": message("oi", files=files)})
    assert [one.content and one.content.type for one in found] == ["image", "unsupported"]


def test_a_thread_of_a_channel_is_a_conversation() -> None:
    root = event(message("oi", channel=CHANNEL, channel_type="channel", ts="1.1"))
    reply = event(message("e?", channel=CHANNEL, channel_type="channel", ts="2.1", thread_ts="1.1"))
    assert root.sender is not None
    assert reply.sender is not None
    assert root.sender.address == reply.sender.address == f"{CHANNEL}:1.1"
    assert (root.thread, reply.thread) == (None, "1.1")
    assert (root.reply_to, reply.reply_to) == (None, f"{CHANNEL}:1.1")
