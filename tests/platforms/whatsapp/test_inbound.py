"""Every body under `inbound/` yields exactly the events beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import HERE

BODIES = sorted(p for p in (HERE / "inbound").glob("*.json") if ".expected" not in p.name)


def parse(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return WhatsApp().parse(WebhookRequest(body=raw))


def in_envelope(*messages: Any, **value: Any) -> dict[str, Any]:
    metadata = {"phone_number_id": "301555000777001"}
    change = {
        "field": "messages",
        "value": {"metadata": metadata, "messages": [*messages], **value},
    }
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def text(message_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "from": "5511955500101",
        "id": message_id,
        "timestamp": "1785585600",
        "type": "text",
        "text": {"body": "oi"},
        **fields,
    }


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_body_yields_its_events(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    events = parse(path.read_bytes())
    assert [event.model_dump(mode="json", exclude_none=True) for event in events] == expected


def test_every_expectation_has_its_body() -> None:
    expected = {path.name for path in (HERE / "inbound").glob("*.expected.json")}
    assert expected == {path.with_suffix(".expected.json").name for path in BODIES}
    assert len(BODIES) > 50


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"[]", b'"text"', b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":']
)
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse(body)


def test_another_object_is_noted_and_nothing_more() -> None:
    events = parse({"object": "page", "entry": [{"id": "7", "messaging": [{"a": 1}]}]})
    assert [(event.kind, event.reason) for event in events] == [
        ("ignored", "not a WhatsApp body: page")
    ]
    assert events[0].raw == {"object": "page", "entry": [{"id": "7", "messaging": [{"a": 1}]}]}


def test_a_bare_change_is_read() -> None:
    change = in_envelope(text("wamid.BARE"))["entry"][0]["changes"][0]
    assert [event.external_id for event in parse(change)] == ["wamid.BARE"]


def test_a_bad_item_keeps_its_siblings() -> None:
    items: list[Any] = [None, 3, "x", [], {}, {"type": {}}, {"from": [], "id": {}}, {"from": ""}]
    for bad in items:
        events = parse(in_envelope(text("wamid.A"), bad, text("wamid.B")))
        assert [event.kind for event in events] == ["message", "ignored", "message"]
        assert events[1].reason
        assert events[1].raw == bad
        assert (events[0].external_id, events[2].external_id) == ("wamid.A", "wamid.B")


def test_a_thousand_items_in_one_body() -> None:
    ids = [f"wamid.{n}" for n in range(1000)]
    events = parse(in_envelope(*(text(each) for each in ids)))
    assert [event.external_id for event in events] == ids


def test_what_no_store_takes_is_mended() -> None:
    body = in_envelope(text("wamid.N", text={"body": "a\x00b\ud800c"}))
    (event,) = parse(json.dumps(body).encode())
    assert event.model_dump(mode="json")["content"]["text"] == "ab?c"


def test_a_deep_value_stays_serialisable() -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = [deep]
    (event,) = parse(in_envelope(text("wamid.D", type="abyss", abyss=deep)))
    assert event.content is not None
    assert event.content.type == "unsupported"
    assert "nested too deeply" in event.model_dump_json()


def test_ids_that_are_numbers_become_text() -> None:
    (event,) = parse(in_envelope({**text("x"), "from": 5511955500101, "id": 17}))
    assert event.sender is not None
    assert (event.external_id, event.sender.address) == ("17", "5511955500101")


def test_a_repeat_has_the_same_key() -> None:
    body = json.loads((HERE / "inbound" / "about_the_account.json").read_text("utf-8"))
    keys = [event.external_id for event in parse(body)]
    assert keys == [event.external_id for event in parse(body)]
    assert len(set(keys)) == len(keys)


def test_items_without_ids_have_different_keys() -> None:
    nameless = [{**text("x"), "id": None, "text": {"body": body}} for body in ("a", "b")]
    first, second = parse(in_envelope(*nameless))
    assert first.kind == second.kind == "message"
    assert first.external_id != second.external_id


def test_accounts_names_every_number_once() -> None:
    body = (HERE / "inbound" / "several_numbers.json").read_bytes()
    names = WhatsApp().accounts(WebhookRequest(body=body))
    assert names == ["301555000777001", "301555000777002", "301555000777003"]


def test_accounts_falls_back_to_the_business_account() -> None:
    body = (HERE / "inbound" / "about_the_account.json").read_bytes()
    assert WhatsApp().accounts(WebhookRequest(body=body)) == ["204870001112223"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entry": [1, {"changes": [null]}]}'])
def test_accounts_of_nothing(body: bytes) -> None:
    assert WhatsApp().accounts(WebhookRequest(body=body)) == []
