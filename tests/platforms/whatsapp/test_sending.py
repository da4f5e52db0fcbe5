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
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import (
    ACCOUNT,
    MESSAGE_ID,
    SECRETS,
    Answer,
    FakeGraph,
    accepted,
    media_of,
    no_media,
    outbound_message,
    refused,
)

TEXT = {"type": "text", "text": "oi"}
PHOTO = {"type": "image", "media": {"key": "t1/ab12", "mime_type": "image/png"}, "caption": "c"}


async def send(graph: FakeGraph, content: dict[str, Any] | None = None) -> Receipt:
    async with graph.client() as client:
        message = outbound_message(content or TEXT)
        return await WhatsApp().send(client, ACCOUNT, message, no_media)


async def test_accepted() -> None:
    graph = FakeGraph(accepted("wamid.OK"))
    receipt = await send(graph)
    assert receipt == Receipt(
        status=ReceiptStatus.SENT, message_external_id="wamid.OK", reference=MESSAGE_ID
    )
    (request,) = graph.requests
    assert str(request.url) == "https://graph.facebook.com/v25.0/301555000777001/messages"
    assert request.headers["authorization"] == "Bearer EAAtoken-of-nobody"
    assert request.headers["content-type"] == "application/json"
    assert graph.json()["biz_opaque_callback_data"] == MESSAGE_ID


async def test_created_is_accepted_too() -> None:
    graph = FakeGraph(httpx.Response(201, json={"messages": [{"id": "wamid.NEW"}]}))
    assert (await send(graph)).message_external_id == "wamid.NEW"


HTML = httpx.Response(502, html="<html>Bad gateway</html>")
OUTCOMES: list[tuple[Answer, type[DeliveryError]]] = [
    (refused(130429), Throttled),
    (refused(131056, 403), Throttled),
    (refused(80007), Throttled),
    (refused(4), Throttled),
    (refused(613, 429), Throttled),
    (refused(131047), WindowClosed),
    (refused(131026), ContactUnreachable),
    (refused(190, 401, error_subcode=463), ChannelUnauthorized),
    (refused(0, 403), ChannelUnauthorized),
    (refused(10, 403), ChannelUnauthorized),
    (refused(200, 403), ChannelUnauthorized),
    (refused(299, 403), ChannelUnauthorized),
    (refused(368, 403), ChannelUnauthorized),
    (refused(131031, 403), ChannelUnauthorized),
    (refused(100, error_subcode=33), ChannelUnauthorized),
    (refused(131053), MediaRejected),
    (refused(131052), MediaRejected),
    (refused(131000, 500), PlatformUnavailable),
    (refused(131016, 500), PlatformUnavailable),
    (refused(2, 503), PlatformUnavailable),
    (refused(131057, 500), PlatformUnavailable),
    (refused(133004, 503), PlatformUnavailable),
    (refused(100), ContentRejected),
    (refused(131009), ContentRejected),
    (refused(132001, 404), ContentRejected),
    (refused(987654), ContentRejected),
    (refused(987654, is_transient=True), PlatformUnavailable),
    (refused(987654, 429), Throttled),
    (refused(190, 200), ChannelUnauthorized),
    (refused(131047, 200), WindowClosed),
    (HTML, OutcomeUnknown),
    (httpx.Response(500, text=""), OutcomeUnknown),
    (httpx.Response(503, text="busy"), PlatformUnavailable),
    (httpx.Response(429, text="slow"), Throttled),
    (httpx.Response(400, text="no"), ContentRejected),
    (httpx.Response(200, text="not json"), OutcomeUnknown),
    (httpx.Response(200, json={}), OutcomeUnknown),
    (httpx.Response(200, json={"messages": []}), OutcomeUnknown),
    (httpx.Response(200, json={"messages": [{"id": ""}]}), OutcomeUnknown),
    (httpx.Response(200, json={"error": "?"}), OutcomeUnknown),
    (httpx.Response(200, json=[1]), OutcomeUnknown),
    (httpx.Response(302, headers={"location": "https://elsewhere.example"}), OutcomeUnknown),
    (httpx.ConnectError("refused"), PlatformUnavailable),
    (httpx.ConnectTimeout("slow"), PlatformUnavailable),
    (httpx.PoolTimeout("full"), PlatformUnavailable),
    (httpx.ReadTimeout("silence"), OutcomeUnknown),
    (httpx.WriteTimeout("stuck"), OutcomeUnknown),
    (httpx.RemoteProtocolError("cut"), OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "error"), OUTCOMES)
async def test_outcomes(answer: Answer, error: type[DeliveryError]) -> None:
    graph = FakeGraph(answer)
    with pytest.raises(DeliveryError) as caught:
        await send(graph)
    assert type(caught.value) is error
    assert len(graph.requests) == 1


async def _throttled(answer: httpx.Response) -> Throttled:
    with pytest.raises(Throttled) as caught:
        await send(FakeGraph(answer))
    return caught.value


async def test_how_long_to_wait() -> None:
    answer = refused(130429)
    assert (await _throttled(answer)).retry_after == timedelta(seconds=1)
    answer = refused(131056)
    assert (await _throttled(answer)).retry_after == timedelta(seconds=6)
    answer = refused(130429)
    answer.headers["retry-after"] = "7"
    assert (await _throttled(answer)).retry_after == timedelta(seconds=7)


async def test_the_usage_header_tells_when_access_returns() -> None:
    answer = refused(80007)
    answer.headers["x-business-use-case-usage"] = (
        '{"204870001112223":[{"type":"whatsapp","call_count":100,'
        '"estimated_time_to_regain_access":12}]}'
    )
    assert (await _throttled(answer)).retry_after == timedelta(minutes=12)
    answer = refused(80007)
    answer.headers["x-business-use-case-usage"] = "not json"
    assert (await _throttled(answer)).retry_after == timedelta(minutes=1)


async def test_an_error_names_its_code_and_no_secret_or_number() -> None:
    message = "Malformed access token EAAtoken-of-nobody for +5511955500101"
    details = f"{message} app-secret-of-nobody"
    answer = refused(190, error_data={"details": details}, fbtrace_id="Atrace7")
    with pytest.raises(ChannelUnauthorized) as caught:
        await send(FakeGraph(answer))
    assert caught.value.vendor_code == "190"
    shown = f"{caught.value!s} {caught.value!r} {caught.value.detail}"
    assert "Atrace7" in shown
    assert not any(secret in shown for secret in (*SECRETS, "5511955500101"))


async def test_details_may_be_json_in_a_text() -> None:
    answer = refused(131009, error_data='{"details": "the footer is too long"}')
    with pytest.raises(ContentRejected, match="the footer is too long"):
        await send(FakeGraph(answer))


async def test_a_file_of_our_store_is_uploaded_first() -> None:
    graph = FakeGraph(httpx.Response(200, json={"id": "6003001"}), accepted("wamid.PHOTO"))
    async with graph.client() as client:
        message = outbound_message(PHOTO)
        receipt = await WhatsApp().send(client, ACCOUNT, message, media_of(b"\x89PNG bytes"))
    assert receipt.message_external_id == "wamid.PHOTO"
    assert graph.paths == ["/v25.0/301555000777001/media", "/v25.0/301555000777001/messages"]
    assert graph.json()["image"] == {"id": "6003001", "caption": "c"}
    upload = graph.requests[0]
    assert upload.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert upload.headers["authorization"] == "Bearer EAAtoken-of-nobody"
    for part in (b'name="messaging_product"', b"whatsapp", b'name="type"', b'filename="ab12"'):
        assert part in upload.content
    assert b"Content-Type: image/png" in upload.content
    assert b"\x89PNG bytes" in upload.content


@pytest.mark.parametrize(
    "content",
    [
        {
            "type": "card",
            "title": "T",
            "media": {"key": "a.png"},
            "buttons": [{"id": "1", "title": "B"}],
        },
        {
            "type": "template",
            "name": "t",
            "language": "pt_BR",
            "header_media": {"type": "image", "media": {"key": "a.png"}},
        },
    ],
)
async def test_pictures_of_cards_and_templates_are_uploaded_too(content: dict[str, Any]) -> None:
    graph = FakeGraph(httpx.Response(200, json={"id": "6003002"}), accepted())
    async with graph.client() as client:
        await WhatsApp().send(client, ACCOUNT, outbound_message(content), media_of(b"x"))
    assert '"6003002"' in graph.requests[1].content.decode()
    assert "upload:" not in graph.requests[1].content.decode()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(502, html="<html>"), PlatformUnavailable),
        (httpx.Response(200, json={}), PlatformUnavailable),
        (httpx.Response(200, json={"success": True}), PlatformUnavailable),
        (refused(131053), MediaRejected),
        (refused(190, 401), ChannelUnauthorized),
    ],
)
async def test_an_upload_that_fails_sends_nothing(
    answer: Answer, error: type[DeliveryError]
) -> None:
    graph = FakeGraph(answer)
    async with graph.client() as client:
        with pytest.raises(error):
            await WhatsApp().send(client, ACCOUNT, outbound_message(PHOTO), media_of(b"x"))
    assert graph.paths == ["/v25.0/301555000777001/media"]


async def test_what_is_refused_is_not_uploaded() -> None:
    graph = FakeGraph()
    with pytest.raises(ContentRejected):
        await send(graph, {**PHOTO, "caption": "x" * 2000})
    assert graph.requests == []


async def test_activity_marks_read_and_shows_typing() -> None:
    graph = FakeGraph(httpx.Response(200, json={"success": True}))
    async with graph.client() as client:
        await WhatsApp().show_activity(client, ACCOUNT, "5511955500101", "wamid.IN")
    assert graph.json() == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.IN",
        "typing_indicator": {"type": "text"},
    }


async def test_activity_needs_a_message_to_mark() -> None:
    graph = FakeGraph()
    async with graph.client() as client:
        await WhatsApp().show_activity(client, ACCOUNT, "5511955500101", None)
    assert graph.requests == []


@pytest.mark.parametrize("answer", [refused(131009), httpx.ReadTimeout("silence"), HTML])
async def test_activity_is_best_effort_and_logs_no_secret(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="platforms")
    graph = FakeGraph(answer)
    async with graph.client() as client:
        await WhatsApp().show_activity(client, ACCOUNT, "5511955500101", "wamid.IN")
    assert len(graph.requests) == 1
    assert "activity not shown" in caplog.text
    assert not any(secret in caplog.text for secret in (*SECRETS, "5511955500101"))
