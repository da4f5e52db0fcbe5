"""What Messenger's and Instagram's shared parser promises beyond single fixtures."""

import json
from typing import Any

import pytest

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.meta.messenger.platform import Messenger
from tests.platforms.messenger.support import CONTACT, HERE

PAGE = "108800555000111"


def parse(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Messenger().parse(WebhookRequest(body=raw))


def item(key: str, value: Any, **fields: Any) -> dict[str, Any]:
    sides = {"sender": {"id": CONTACT}, "recipient": {"id": PAGE}}
    return {**sides, "timestamp": 1785585600000, key: value, **fields}


def body(*items: Any, **entry: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "messaging": [*items], **entry}]}


def one(key: str, value: Any, **fields: Any) -> InboundEvent:
    (event,) = parse(body(item(key, value, **fields)))
    return event


def test_every_expectation_has_its_body() -> None:
    names = {path.name for path in (HERE / "inbound").glob("*")}
    expected = {name for name in names if name.endswith(".expected.json")}
    assert names - expected == {name.replace(".expected", "") for name in expected}
    assert len(expected) > 70


@pytest.mark.parametrize("raw", [b"", b"hello", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_unreadable(raw: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse(raw)


def test_a_thousand_items_in_one_body() -> None:
    ids = [f"m_{n}" for n in range(1000)]
    events = parse(body(*(item("message", {"mid": mid, "text": "oi"}) for mid in ids)))
    assert [event.external_id for event in events] == ids


def test_the_text_of_several_things_goes_with_the_first_file_or_stands_alone() -> None:
    picture = {"type": "image", "payload": {"url": "https://scontent.xx.fbcdn.net/a.jpg"}}
    place = {"type": "location", "payload": {"coordinates": {"lat": 1, "long": 2}}}
    events = parse(body(item("message", {"mid": "m_1", "text": "t", "attachments": [place]})))
    assert [(event.external_id, event.content and event.content.type) for event in events] == [
        ("m_1", "text"),
        ("m_1#2", "location"),
    ]
    (event,) = parse(body(item("message", {"mid": "m_2", "text": "t", "attachments": [picture]})))
    assert event.model_dump()["content"]["caption"] == "t"


def test_only_the_first_part_tells_how_the_contact_came_and_proves_a_send() -> None:
    files = [{"type": "image", "payload": {"url": f"https://a.fbcdn.net/{n}"}} for n in range(2)]
    message = {
        "mid": "m_1",
        "attachments": files,
        "referral": {"source": "ADS", "ad_id": "7"},
        "is_echo": True,
        "metadata": "0198f0aa-0000-7000-8000-000000000042",
    }
    first, second = parse(body(item("message", message)))
    assert first.referral
    assert first.receipt
    assert first.receipt.reference == "0198f0aa-0000-7000-8000-000000000042"
    assert (second.referral, second.receipt) == (None, None)


def test_our_own_page_is_never_the_contact() -> None:
    sent = {"sender": {"id": PAGE}, "recipient": {"id": CONTACT}}
    flagged = {"mid": "m_1", "text": "oi", "is_echo": True}
    for fields, message in (
        (sent, flagged),
        ({}, flagged),  # some relays swap both sides of an echo
        (sent, {"mid": "m_1", "text": "oi"}),
    ):
        event = one("message", message, **fields)
        assert event.sender
        assert (event.sender.address, event.echo) == (CONTACT, True)


def test_a_contacts_metadata_proves_nothing() -> None:
    event = one("message", {"mid": "m_1", "text": "oi", "metadata": "x", "app_id": 7})
    assert (event.receipt, event.details) == (None, None)


def test_a_retry_in_another_batch_has_the_same_keys() -> None:
    nameless = [item("postback", {"payload": "A"}), item("optin", {"ref": "x"})]
    alone = [event for each in nameless for event in parse(body(each, time=1))]
    together = parse(body(*nameless, time=2))
    assert [event.external_id for event in alone] == [event.external_id for event in together]
    assert len({event.external_id for event in together}) == 2


def test_a_deletion_and_its_message_have_different_keys() -> None:
    said, taken_back = parse(
        body(
            item("message", {"mid": "m_1", "text": "x"}),
            item("message", {"mid": "m_1", "is_deleted": True}),
        )
    )
    assert said.external_id != taken_back.external_id
    assert taken_back.target_external_id == said.external_id


@pytest.mark.parametrize("moment", [1785585600, "1785585600", 1785585600000, "1785585600000"])
def test_moments_in_every_spelling(moment: Any) -> None:
    event = one("read", {"watermark": moment})
    assert event.up_to
    assert event.up_to.at
    assert event.up_to.at.isoformat() == "2026-08-01T12:00:00+00:00"


def test_without_a_moment_of_its_own_an_item_has_that_of_its_entry() -> None:
    bare = item("message", {"mid": "m_1", "text": "oi"})
    del bare["timestamp"]
    (event,) = parse(body(bare, time=1785585600000))
    assert event.sent_at
    assert event.sent_at.isoformat() == "2026-08-01T12:00:00+00:00"


def test_accounts_names_every_page_once() -> None:
    raw = (HERE / "inbound" / "several_entries.json").read_bytes()
    assert Messenger().accounts(WebhookRequest(body=raw)) == [PAGE, "108800555000112"]


def test_what_is_said_in_standby_is_kept_and_not_answered() -> None:
    raw = (HERE / "inbound" / "standby.json").read_bytes()
    events = parse(raw)
    assert {event.kind for event in events} == {"ignored"}
    assert events[0].content
    assert events[0].raw


def test_a_field_of_messages_is_an_item_whatever_its_name() -> None:
    value = item("reaction", {"mid": "m_1", "action": "react", "emoji": "🔥"})
    for field in ("messages", "message_reactions", "anything"):
        (event,) = parse({"field": field, "value": value})
        assert (event.kind, event.emoji) == ("reaction", "🔥")
