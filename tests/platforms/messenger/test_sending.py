"""What becomes of one send: accepted, refused for a known reason, or unknown. Never two calls."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaRejected,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
    WindowClosed,
)
from domain.receipts import Receipt, ReceiptStatus
from platforms.meta.messenger.platform import Messenger
from tests.platforms.messenger.support import (
    ACCOUNT,
    CONTACT,
    MESSAGE_ID,
    accepted,
    outbound_message,
)
from tests.platforms.whatsapp.support import Answer, FakeGraph, media_of, no_media, refused

TEXT = {"type": "text", "text": "oi"}
PHOTO = {"type": "image", "media": {"key": "t1/ab12", "mime_type": "image/png"}}


async def send(graph: FakeGraph, content: dict[str, Any] | None = None) -> Receipt:
    async with graph.client() as client:
        message = outbound_message(content or TEXT)
        return await Messenger().send(client, ACCOUNT, message, no_media)


async def test_accepted() -> None:
    graph = FakeGraph(accepted("m_new"))
    assert await send(graph) == Receipt(
        status=ReceiptStatus.SENT, message_external_id="m_new", reference=MESSAGE_ID
    )
    (request,) = graph.requests
    assert str(request.url) == "https://graph.facebook.com/v25.0/108800555000111/messages"
    assert request.headers["authorization"] == "Bearer EAApage-token-of-nobody"
    assert graph.json()["message"]["metadata"] == MESSAGE_ID


def error(code: int, subcode: int | None = None, status: int = 400, **fields: Any) -> Answer:
    more = {} if subcode is None else {"error_subcode": subcode}
    return refused(code, status, **more, **fields)


OUTCOMES: list[tuple[Answer, type[DeliveryError]]] = [
    (error(10, 2018278), WindowClosed),
    (error(10, 2018065), WindowClosed),
    (error(10, 2534022, 403), WindowClosed),
    (error(10, message="(#10) This is outside of the allowed window."), WindowClosed),
    (error(10), ChannelUnauthorized),
    (error(551, 1545041), ContactUnreachable),
    (error(551), ContactUnreachable),
    (error(200, 1545041), ContactUnreachable),
    (error(100, 2018001), ContactUnreachable),
    (error(10, 2018108), ContactUnreachable),
    (error(10, 2018300), ContactUnreachable),
    (error(2018300), ContactUnreachable),
    (error(100, 2534014), ContactUnreachable),
    (error(10900), ContactUnreachable),
    (error(190, 463, 401), ChannelUnauthorized),
    (error(102), ChannelUnauthorized),
    (error(200, 2018028, 403), ChannelUnauthorized),
    (error(200, 2534041), ChannelUnauthorized),
    (error(230), ChannelUnauthorized),
    (error(368), ChannelUnauthorized),
    (error(400), ChannelUnauthorized),
    (error(10, 1893063), ChannelUnauthorized),
    (error(10, 2534077), ChannelUnauthorized),
    (error(100, 33), ChannelUnauthorized),
    (error(4), Throttled),
    (error(613), Throttled),
    (error(613, 2534040), Throttled),
    (error(80006, None, 403), Throttled),
    (error(80002), Throttled),
    (error(2018321), Throttled),
    (error(613, 2018338), Throttled),
    (error(100, 2018008), MediaRejected),
    (error(100, 2018047), MediaRejected),
    (error(100, 2018074), MediaRejected),
    (error(100, 2018109), MediaRejected),
    (error(100, 2018294), MediaRejected),
    (error(36000, None, 200), MediaRejected),
    (error(1200, None, 500), PlatformUnavailable),
    (error(2, 1545133), PlatformUnavailable),
    (error(99), PlatformUnavailable),
    (error(-1, None, 500), PlatformUnavailable),
    (error(1, 99), PlatformUnavailable),
    (error(1, 1357046), OutcomeUnknown),
    (error(1, 1357046, is_transient=True), OutcomeUnknown),
    (error(100), ContentRejected),
    (error(100, 2018034), ContentRejected),
    (error(506), ContentRejected),
    (error(2018999), ContentRejected),
    (httpx.Response(200, json={"recipient_id": CONTACT}), OutcomeUnknown),
    (httpx.Response(200, json={"is_error": True}), OutcomeUnknown),
    (httpx.Response(500, html="<html>"), OutcomeUnknown),
    (httpx.Response(429, json={"is_error": True}), Throttled),
    (httpx.ReadTimeout("silence"), OutcomeUnknown),
    (httpx.ConnectError("refused"), PlatformUnavailable),
]


@pytest.mark.parametrize(("answer", "wanted"), OUTCOMES)
async def test_outcomes(answer: Answer, wanted: type[DeliveryError]) -> None:
    graph = FakeGraph(answer)
    with pytest.raises(DeliveryError) as caught:
        await send(graph)
    assert type(caught.value) is wanted
    assert len(graph.requests) == 1


async def test_how_long_to_wait() -> None:
    for answer, wait in (
        (error(613), timedelta(minutes=1)),
        (error(613, 2018338), timedelta(hours=24)),
        (error(2018321), timedelta(minutes=1)),
    ):
        with pytest.raises(Throttled) as caught:
            await send(FakeGraph(answer))
        assert caught.value.retry_after == wait


async def test_a_file_of_our_store_is_uploaded_first() -> None:
    graph = FakeGraph(httpx.Response(200, json={"attachment_id": "9100555"}), accepted())
    async with graph.client() as client:
        load = media_of(b"\x89PNG bytes")
        await Messenger().send(client, ACCOUNT, outbound_message(PHOTO), load)
    assert [path.rsplit("/", 1)[1] for path in graph.paths] == ["message_attachments", "messages"]
    assert graph.json()["message"]["attachment"] == {
        "type": "image",
        "payload": {"attachment_id": "9100555"},
    }
    upload = graph.requests[0].content
    for part in (b'name="message"', b'"is_reusable": true', b'name="filedata"', b"\x89PNG bytes"):
        assert part in upload
    assert b"Content-Type: image/png" in upload
    assert b'name="platform"' not in upload


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(200, json={"success": True}), PlatformUnavailable),
        (error(100, 2018047), MediaRejected),
        (error(190, None, 401), ChannelUnauthorized),
    ],
)
async def test_an_upload_that_fails_sends_nothing(
    answer: Answer, wanted: type[DeliveryError]
) -> None:
    graph = FakeGraph(answer)
    async with graph.client() as client:
        with pytest.raises(wanted):
            await Messenger().send(client, ACCOUNT, outbound_message(PHOTO), media_of(b"x"))
    assert len(graph.requests) == 1


async def test_activity_is_two_calls() -> None:
    done = httpx.Response(200, json={"recipient_id": CONTACT})
    graph = FakeGraph(done, done)
    async with graph.client() as client:
        await Messenger().show_activity(client, ACCOUNT, CONTACT, None)
    assert [graph.json(n) for n in range(2)] == [
        {"recipient": {"id": CONTACT}, "sender_action": action}
        for action in ("mark_seen", "typing_on")
    ]
