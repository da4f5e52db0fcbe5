"""Every body under `inbound/` yields exactly the events beside it, and whatever is odd in it harms nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.telegram.inbound import SECRET_HEADER
from platforms.telegram.messages import _FRAME
from platforms.telegram.platform import Telegram
from platforms.telegram.service import _NOTICES, _READERS
from platforms.telegram.updates import READERS
from tests.platforms.telegram.harness import ACCOUNT, sign

HERE = Path(__file__).parent
BODIES = sorted(p for p in (HERE / "inbound").glob("*.json") if ".expected" not in p.name)
PRIVATE = {"id": 5500770011, "type": "private", "first_name": "Rita"}
RITA = {"id": 5500770011, "is_bot": False, "first_name": "Rita"}


def parse(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Telegram().parse(WebhookRequest(body=raw))


def update(number: Any = 7, kind: Any = "message", **fields: Any) -> dict[str, Any]:
    message = {"message_id": 41, "date": 1785585600, "chat": PRIVATE, "from": RITA, **fields}
    return {"update_id": number, kind: message}


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_body_yields_its_events(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    events = parse(path.read_bytes())
    assert [event.model_dump(mode="json", exclude_none=True) for event in events] == expected


def test_every_expectation_has_its_body() -> None:
    expected = {path.name for path in (HERE / "inbound").glob("*.expected.json")}
    assert expected == {path.with_suffix(".expected.json").name for path in BODIES}
    assert len(BODIES) > 90


@pytest.mark.parametrize(
    "body", [b"", b"hello", b'"text"', b"3", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":']
)
def test_what_is_no_update_and_no_list_is_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parse(body)


def test_an_empty_list_says_nothing() -> None:
    assert parse([]) == []


ODD: list[Any] = [
    None,
    [],
    [[]],
    {"status": [[]]},
    {"type": {}},
    {},
    0,
    "",
    True,
    "x",
    ["x"],
    {"id": []},
    {"id": None},
    1e300,
    "9" * 99,
]
PLACES = (
    "message_id",
    "date",
    "chat",
    "from",
    "sender_chat",
    "reply_to_message",
    "external_reply",
    "message_thread_id",
    "media_group_id",
    "photo",
    "voice",
    "location",
    "venue",
    "contact",
    "web_app_data",
    "successful_payment",
    "rich_message",
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "reply_to_story",
    "old_reaction",
    "new_reaction",
    "new_chat_member",
    "message_ids",
    "user",
    "reply_markup",
    "data",
    "message",
)
KINDS = (
    "message",
    "edited_message",
    "business_message",
    "deleted_business_messages",
    "callback_query",
    "message_reaction",
    "my_chat_member",
    "chat_join_request",
    "business_connection",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_an_odd_value_anywhere_is_read_without_harm(kind: str, place: str) -> None:
    for odd in ODD:
        events = parse([update(1, text="a"), update(2, kind, **{place: odd}), update(3, text="b")])
        assert [events[0].kind, events[-1].kind] == ["message", "message"]
        assert len(events) > 2
        assert not any((event.reason or "").startswith("unreadable") for event in events), odd
        assert all(json.loads(event.model_dump_json())["external_id"] for event in events)


def _broken(item: Any) -> Iterator[Any]:
    yield {"kind": "reaction", "emoji": "🙂"}
    raise KeyError("something nobody thought of")


def test_a_bug_of_ours_costs_one_update_and_not_its_siblings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(READERS, "message_reaction", _broken)
    body = [update(1, text="a"), update(2, "message_reaction"), update(3, text="b", message_id=43)]
    events = parse(body)
    assert [event.external_id for event in events] == [
        "5500770011:41",
        "update:2",
        "5500770011:43",
    ]
    assert (events[1].kind, events[1].reason) == ("ignored", "unreadable: KeyError")
    assert events[1].raw == body[1]


def test_a_number_that_no_store_holds_stays_text() -> None:
    digits = "9" * 10_000
    body = f'{{"update_id": 1, "message": {{"message_id": 1, "chat": {{"id": {digits}}}, "text": "a"}}}}'
    (event,) = parse(body.encode())
    assert (event.kind, event.external_id) == ("message", f"{digits}:1")


def test_a_thousand_updates_in_one_body() -> None:
    events = parse([update(n, message_id=n, text="oi") for n in range(1, 1001)])
    assert [event.external_id for event in events] == [f"5500770011:{n}" for n in range(1, 1001)]


def test_what_no_store_takes_is_mended() -> None:
    (event,) = parse(json.dumps(update(text="a\x00b\ud800c")).encode())
    assert event.model_dump(mode="json")["content"]["text"] == "ab?c"


def test_a_deep_value_stays_serialisable() -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = [deep]
    (event,) = parse(update(abyss=deep))
    assert event.content is not None
    assert event.content.type == "unsupported"
    assert "nested too deeply" in event.model_dump_json()


def test_several_kinds_in_one_update_are_all_read() -> None:
    body = {**update(text="oi"), **update(kind="edited_message", text="olá"), "of_tomorrow": {}}
    events = parse(body)
    assert [(event.kind, event.external_id) for event in events] == [
        ("message", "5500770011:41"),
        ("edit", "update:7:1"),
        ("ignored", "update:7:2"),
    ]


def test_a_second_delivery_has_the_same_keys() -> None:
    for path in BODIES:
        keys = [event.external_id for event in parse(path.read_bytes())]
        assert keys == [event.external_id for event in parse(path.read_bytes())]
        assert len(set(keys)) == len(keys), path.stem


def test_a_service_message_is_never_taken_for_something_said() -> None:
    for notice in _NOTICES:
        (event,) = parse(update(**{notice: {}}))
        assert (event.kind, event.reason) == ("ignored", f"service message: {notice}")
    for told in _READERS:
        (event,) = parse(update(**{told: {}}))
        assert event.kind in {"lifecycle", "identity", "preference", "ignored"}


def test_what_every_message_may_have_says_nothing_by_itself() -> None:
    frame = _FRAME - {"caption", "message_id", "date", "chat", "from", "direct_messages_topic"}
    (event,) = parse(update(**dict.fromkeys(frame, "x")))
    assert (event.kind, event.reason) == ("ignored", "a message without content")


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/start promo", "promo"),
        ("/start  promo ", "promo"),
        ("/start", None),
        ("/start duas palavras", None),
        ("/start " + "x" * 65, None),
        ("/started promo", None),
        ("/start@outro_bot promo", None),
        ("oi /start promo", None),
    ],
)
def test_a_link_to_the_bot_brings_its_payload(text: str, payload: str | None) -> None:
    (event,) = parse(update(text=text))
    assert (event.referral.ref if event.referral else None) == payload
    assert event.model_dump()["content"]["text"] == text


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [(14990, "BRL", 149.9), (500, "JPY", 500), (50, "XTR", 50), (1234, "KWD", 1.234)],
)
def test_amounts_are_told_in_their_currency(amount: int, currency: str, price: float) -> None:
    paid = {"total_amount": amount, "currency": currency, "invoice_payload": "p"}
    (event,) = parse(update(successful_payment=paid))
    assert event.content is not None
    assert event.content.type == "order"
    assert event.content.items == [
        {"product_id": "p", "quantity": 1, "price": price, "currency": currency}
    ]


def test_nobody_is_named_by_a_body() -> None:
    request = WebhookRequest(body=json.dumps(update(text="oi")).encode())
    assert Telegram().accounts(request) == []
    assert Telegram().handshake(request, ACCOUNT) is None


def test_the_secret_that_came_back_is_taken() -> None:
    Telegram().verify(WebhookRequest(headers=sign(b"{}"), body=b"{}"), ACCOUNT)


@pytest.mark.parametrize(
    "given", [None, "", "hook", "HOOK-SECRET-OF-NOBODY", "hook-secret-of-nobody ", "é", "\udcff"]
)
def test_any_other_is_refused(given: str | None) -> None:
    headers = {} if given is None else {SECRET_HEADER: given}
    with pytest.raises(SignatureInvalid) as caught:
        Telegram().verify(WebhookRequest(headers=headers, body=b"{}"), ACCOUNT)
    assert "hook-secret" not in str(caught.value)
