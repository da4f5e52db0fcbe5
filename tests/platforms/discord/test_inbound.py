"""Every body under `inbound/` yields exactly the events beside it, and whatever is odd in it harms nothing else."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.discord.frames import READERS, UNUSED
from platforms.discord.message_types import SYSTEM
from platforms.discord.nonce import message_id_of, nonce_of
from platforms.discord.people import APPLICATION_HEADER, BOT_HEADER
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import MESSAGE_ID

HERE = Path(__file__).parent
BODIES = sorted(p for p in (HERE / "inbound").glob("*.json") if ".expected" not in p.name)
RITA = {"id": "1380000000000000501", "username": "rita.lum"}
BOT = {"id": "1380000000000000601", "username": "Luminária", "bot": True}
OTHER_BOT = {"id": "1380000000000000602", "username": "outro", "bot": True}
US = {APPLICATION_HEADER: "1380000000000000001", BOT_HEADER: "1380000000000000601"}


def parse(body: Any, headers: dict[str, str] | None = None) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Discord().parse(WebhookRequest(headers=headers or {}, body=raw))


def message(**fields: Any) -> dict[str, Any]:
    known = {
        "id": "1381000000000000001",
        "channel_id": "1380000000000000200",
        "guild_id": "1380000000000000100",
        "author": RITA,
        "content": "oi",
        "timestamp": "2026-08-01T12:00:00+00:00",
        "type": 0,
    }
    return {**known, **fields}


def frame(kind: str = "MESSAGE_CREATE", number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"op": 0, "s": number, "t": kind, "d": message(**fields)}


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_body_yields_its_events(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    events = parse(path.read_bytes())
    assert [event.model_dump(mode="json", exclude_none=True) for event in events] == expected


def test_every_expectation_has_its_body() -> None:
    expected = {path.name for path in (HERE / "inbound").glob("*.expected.json")}
    assert expected == {path.with_suffix(".expected.json").name for path in BODIES}
    assert len(BODIES) > 100


def test_a_second_delivery_has_the_same_keys() -> None:
    for path in BODIES:
        keys = [event.external_id for event in parse(path.read_bytes())]
        assert keys == [event.external_id for event in parse(path.read_bytes())]
        assert len(set(keys)) == len(keys), path.stem


@pytest.mark.parametrize(
    "body", [b"", b"hello", b'"text"', b"3", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"op":']
)
def test_what_is_no_object_and_no_list_is_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse(body)
    assert Discord().accounts(WebhookRequest(body=body)) == []


def test_an_empty_list_says_nothing() -> None:
    assert parse([]) == []


@pytest.mark.parametrize(
    ("author", "fields", "kind", "echo"),
    [
        (RITA, {}, "message", False),
        (BOT, {}, "message", True),
        (OTHER_BOT, {}, "ignored", False),
        (OTHER_BOT, {"webhook_id": US[APPLICATION_HEADER]}, "message", True),
        (OTHER_BOT, {"guild_id": None, "channel_type": 1}, "message", True),
        ({**OTHER_BOT, "bot": False, "system": True}, {}, "ignored", False),
        (RITA, {"webhook_id": "1380000000000000901"}, "ignored", False),
    ],
)
def test_who_wrote_decides_where_it_is_known_who_we_are(
    author: dict[str, Any], fields: dict[str, Any], kind: str, *, echo: bool
) -> None:
    (event,) = parse(frame(author=author, **fields), US)
    assert (event.kind, event.echo) == (kind, echo)
    assert event.account == US[APPLICATION_HEADER]


def test_where_it_is_not_known_a_bot_is_taken_for_us() -> None:
    (event,) = parse(frame(author=OTHER_BOT))
    assert (event.kind, event.echo, event.account) == ("message", True, None)


def test_our_own_reaction_and_typing_are_ours() -> None:
    reaction = {"user_id": BOT["id"], "channel_id": "7", "message_id": "8", "emoji": {"name": "👍"}}
    (event,) = parse({"op": 0, "t": "MESSAGE_REACTION_ADD", "d": reaction}, US)
    assert (event.kind, event.echo) == ("reaction", True)
    typing = {"user_id": BOT["id"], "channel_id": "7", "timestamp": 1785585600}
    (event,) = parse({"op": 0, "t": "TYPING_START", "d": typing}, US)
    assert event.kind == "ignored"


def test_what_we_sent_settles_its_send() -> None:
    (event,) = parse(frame(author=BOT, nonce=nonce_of(MESSAGE_ID)), US)
    assert event.receipt is not None
    assert (event.receipt.status, event.receipt.reference) == ("sent", MESSAGE_ID)
    (forged,) = parse(frame(author=OTHER_BOT, nonce=nonce_of(MESSAGE_ID)), US)
    (of_a_person,) = parse(frame(author=RITA, nonce=nonce_of(MESSAGE_ID)), US)
    assert (forged.kind, of_a_person.kind) == ("ignored", "message")


@pytest.mark.parametrize("nonce", [None, 7, "", "pt-", "pt-short", "1380999999999999999", "pt-é"])
def test_a_nonce_of_others_is_none_of_ours(nonce: Any) -> None:
    assert message_id_of(nonce) is None


@pytest.mark.parametrize("key", [MESSAGE_ID, "any other id, however long it may be", "é\udcff"])
def test_a_nonce_fits_and_is_always_the_same(key: str) -> None:
    assert nonce_of(key) == nonce_of(key)
    assert len(nonce_of(key)) <= 25
    assert message_id_of(nonce_of(key)) == (key if key == MESSAGE_ID else None)
    assert nonce_of(key) != nonce_of(f"{key}0")


def test_a_system_message_is_never_taken_for_something_said() -> None:
    for number, name in SYSTEM.items():
        (event,) = parse(frame(type=number))
        assert (event.kind, event.reason) == ("ignored", f"system message: {name}")


@pytest.mark.parametrize("kind", [0, 19, 20, 23, 99])
def test_what_people_say_is_read_whatever_its_type(kind: int) -> None:
    reference = {"message_id": "1381000000000000000"}
    (event,) = parse(frame(type=kind, message_reference=reference))
    assert event.kind == "message"
    assert event.reply_to == ("1381000000000000000" if kind in {19, 23} else None)


def test_a_forward_answers_nothing() -> None:
    (event,) = parse(frame(type=19, message_reference={"type": 1, "message_id": "7"}))
    assert event.reply_to is None


@pytest.mark.parametrize("kind", sorted(UNUSED))
def test_what_is_not_used_says_so(kind: str) -> None:
    (event,) = parse(frame(kind))
    assert (event.kind, event.reason) == ("ignored", f"{kind} is not used")


def test_a_repeat_in_another_connection_is_another_sign() -> None:
    """A reaction that is taken back and given again is told twice, and both count."""
    one, same, other = (
        parse(frame("MESSAGE_REACTION_ADD", n, message_id="8", emoji={"name": "👍"}))[0].external_id
        for n in (1, 1, 2)
    )
    assert one == same != other


ODD: list[Any] = [None, [], [[]], {"id": [[]]}, {}, 0, -1, "", True, "x", ["x"], 1e300, "9" * 99]
PLACES = (
    "id",
    "channel_id",
    "guild_id",
    "channel_type",
    "position",
    "author",
    "member",
    "timestamp",
    "edited_timestamp",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "components",
    "sticker_items",
    "poll",
    "type",
    "flags",
    "nonce",
    "webhook_id",
    "message_reference",
    "referenced_message",
    "message_snapshots",
    "emoji",
    "message_id",
    "user_id",
    "user",
    "ids",
    "data",
    "message",
    "thread_metadata",
    "added_members",
    "joined_at",
    "unavailable",
)


@pytest.mark.parametrize("kind", sorted(READERS))
def test_an_odd_value_anywhere_is_read_without_harm(kind: str) -> None:
    for place, odd in itertools.product(PLACES, ODD):
        events = parse([frame(number=1), frame(kind, 2, **{place: odd}), frame(number=3)])
        assert [events[0].kind, events[-1].kind] == ["message", "message"]
        assert len(events) > 2
        assert not any((event.reason or "").startswith("unreadable") for event in events), place
        assert all(json.loads(event.model_dump_json())["external_id"] for event in events)


INTERACTION = {
    "id": "1383000000000000001",
    "application_id": "1380000000000000001",
    "token": "token-of-nobody",
    "channel_id": "1380000000000000200",
    "user": RITA,
}
DATA = {
    "name": "pedido",
    "custom_id": "track",
    "options": [{"name": "n", "type": 4, "value": 1}],
    "components": [{"type": 18, "component": {"custom_id": "a", "value": "b"}}],
}


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4, 5, 6, None, "2", True])
@pytest.mark.parametrize("place", [*DATA, "values", "resolved", "type", "target_id", "channel"])
def test_an_odd_interaction_is_read_without_harm(kind: Any, place: str) -> None:
    for odd in ODD:
        body = {**INTERACTION, "type": kind, "data": {**DATA, place: odd}, place: odd}
        events = parse(body)
        assert events
        assert not any((event.reason or "").startswith("unreadable") for event in events), odd
        raw = json.dumps([event.raw for event in events if event.kind == "ignored"])
        assert "token-of-nobody" not in raw


def _broken(item: Any, own: Any) -> Iterator[Any]:
    yield {"kind": "reaction", "emoji": "🙂"}
    raise KeyError("something nobody thought of")


def test_a_bug_of_ours_costs_one_item_and_not_its_siblings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "TYPING_START", _broken)
    body = [frame(number=1), frame("TYPING_START", 2), frame(number=3, id="1381000000000000009")]
    events = parse(body)
    assert [event.kind for event in events] == ["message", "ignored", "message"]
    assert events[1].reason == "unreadable: KeyError"
    assert events[1].raw == body[1]


def test_what_no_store_takes_is_mended() -> None:
    (event,) = parse(frame(content="a\x00b\ud800c"))
    assert event.model_dump(mode="json")["content"]["text"] == "ab?c"


def test_a_deep_value_stays_serialisable() -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = {"type": 17, "components": [deep]}
    (event,) = parse(frame(author=BOT, components=[deep]))
    assert "nested too deeply" in event.model_dump_json()


def test_a_thousand_frames_in_one_body() -> None:
    events = parse([frame(number=n, id=str(n)) for n in range(1, 1001)])
    assert [event.external_id for event in events] == [str(n) for n in range(1, 1001)]


def test_a_body_names_its_application_and_a_frame_names_none() -> None:
    def accounts(body: Any) -> list[str]:
        return Discord().accounts(WebhookRequest(body=json.dumps(body).encode()))

    assert accounts({**INTERACTION, "type": 1}) == ["1380000000000000001"]
    assert accounts({"version": 1, "application_id": "7", "type": 0}) == ["7"]
    assert accounts(frame()) == []
    assert accounts([{**INTERACTION, "type": 2}, 3, {**INTERACTION, "type": 3}]) == [
        "1380000000000000001"
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.png", "ab.png"),
        ("..", None),
        ("C:\\x\\y.exe", "y.exe"),
    ],
)
def test_a_name_of_a_file_is_only_a_name(name: str, shown: str | None) -> None:
    (event,) = parse(frame(attachments=[{"id": "7", "url": "https://cdn/x", "filename": name}]))
    assert event.model_dump(mode="json")["content"]["media"]["filename"] == shown
