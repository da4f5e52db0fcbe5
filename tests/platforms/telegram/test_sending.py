"""What becomes of one send: accepted, refused for a known reason, or unknown. Always one call, and never a token."""

import logging
import traceback
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
)
from domain.receipts import Receipt, ReceiptStatus
from platforms.telegram.platform import Telegram
from platforms.telegram.sending import answer_callback
from tests.platforms.telegram.harness import ACCOUNT
from tests.platforms.telegram.support import (
    CHAT,
    MESSAGE_ID,
    SECRETS,
    TOKEN,
    YES,
    Answer,
    FakeBotApi,
    accepted,
    done,
    media_of,
    no_media,
    outbound_message,
    refused,
)

TEXT = {"type": "text", "text": "oi"}


async def send(api: FakeBotApi, content: dict[str, Any] | None = None) -> Receipt:
    async with api.client() as client:
        message = outbound_message(content or TEXT)
        return await Telegram().send(client, ACCOUNT, message, no_media)


async def test_accepted() -> None:
    api = FakeBotApi(accepted(731))
    receipt = await send(api)
    assert receipt == Receipt(
        status=ReceiptStatus.SENT, message_external_id=f"{CHAT}:731", reference=MESSAGE_ID
    )
    (request,) = api.requests
    assert str(request.url) == f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    assert request.headers["content-type"] == "application/json"
    assert api.json() == {"chat_id": int(CHAT), "text": "oi"}


async def test_a_channel_by_its_name_is_known_by_its_number_afterwards() -> None:
    message = outbound_message(TEXT, address="@loja_avisos")
    api = FakeBotApi(done({"message_id": 5, "chat": {"id": -1002233440066, "type": "channel"}}))
    async with api.client() as client:
        receipt = await Telegram().send(client, ACCOUNT, message, no_media)
    assert receipt.message_external_id == "-1002233440066:5"


async def test_an_answer_without_its_chat_keeps_ours() -> None:
    receipt = await send(FakeBotApi(done({"message_id": 7})))
    assert receipt.message_external_id == f"{CHAT}:7"


async def test_a_file_of_our_store_goes_with_its_message() -> None:
    content = {
        "type": "image",
        "media": {"key": "t1/ab12", "mime_type": "image/png"},
        "caption": "Olá",
    }
    api = FakeBotApi(accepted())
    async with api.client() as client:
        message = outbound_message(content, reply_to=f"{CHAT}:41")
        await Telegram().send(client, ACCOUNT, message, media_of(b"\x89PNG bytes"))
    (request,) = api.requests
    assert api.paths == ["/bot***/sendPhoto"]
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (
        b'name="chat_id"\r\n\r\n' + CHAT.encode(),
        'name="caption"\r\n\r\nOlá'.encode(),
        b'{"message_id": 41, "allow_sending_without_reply": true}',
        b'name="photo"; filename="ab12.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG bytes',
    ):
        assert part in request.content


HTML = httpx.Response(502, html="<html>Bad gateway</html>")
OUTCOMES: list[tuple[Answer, type[DeliveryError]]] = [
    (refused(429, "Too Many Requests: retry after 9", retry_after=9), Throttled),
    (httpx.Response(429, text="slow"), Throttled),
    (refused(403, "Forbidden: bot was blocked by the user"), ContactUnreachable),
    (refused(403, "Forbidden: user is deactivated"), ContactUnreachable),
    (refused(403, "Forbidden: bot was kicked from the supergroup chat"), ContactUnreachable),
    (refused(403, "Forbidden: bot is not a member of the channel chat"), ContactUnreachable),
    (refused(403, "Forbidden: the group chat was deleted"), ContactUnreachable),
    (refused(403, "Forbidden: bot can't send messages to bots"), ContactUnreachable),
    (refused(403, "Forbidden: something new"), ContactUnreachable),
    (refused(400, "Bad Request: chat not found"), ContactUnreachable),
    (refused(400, "Bad Request: PEER_ID_INVALID"), ContactUnreachable),
    (
        refused(400, "Bad Request: not enough rights to send text messages to the chat"),
        ContactUnreachable,
    ),
    (refused(400, "Bad Request: have no rights to send a message"), ContactUnreachable),
    (refused(400, "Bad Request: TOPIC_CLOSED"), ContactUnreachable),
    (refused(400, "Bad Request: message thread not found"), ContactUnreachable),
    (refused(401, "Unauthorized"), ChannelUnauthorized),
    (refused(404, "Not Found"), ChannelUnauthorized),
    (refused(409, "Conflict: terminated by other getUpdates request"), ChannelUnauthorized),
    (httpx.Response(401, text="who?"), ChannelUnauthorized),
    (httpx.Response(404, html="<html>nginx</html>"), ChannelUnauthorized),
    (refused(400, "Bad Request: can't parse entities: unclosed tag"), ContentRejected),
    (refused(400, "Bad Request: message is too long"), ContentRejected),
    (refused(400, "Bad Request: message caption is too long"), ContentRejected),
    (refused(400, "Bad Request: BUTTON_DATA_INVALID"), ContentRejected),
    (refused(400, "Bad Request: BUTTON_URL_INVALID"), ContentRejected),
    (refused(400, "Bad Request: reply markup is too long"), ContentRejected),
    (refused(400, "Bad Request: something new"), ContentRejected),
    (refused(418, "I'm a teapot"), ContentRejected),
    (httpx.Response(400, text="no"), ContentRejected),
    (refused(400, "Bad Request: failed to get HTTP URL content"), MediaRejected),
    (refused(400, "Bad Request: wrong type of the web page content"), MediaRejected),
    (refused(400, "Bad Request: wrong file identifier/HTTP URL specified"), MediaRejected),
    (refused(400, "Bad Request: wrong remote file identifier specified"), MediaRejected),
    (refused(400, "Bad Request: IMAGE_PROCESS_FAILED"), MediaRejected),
    (refused(413, "Request Entity Too Large"), MediaRejected),
    (httpx.Response(413, html="<html>nginx</html>"), MediaRejected),
    (refused(500, "Internal Server Error: sent to a chat not found"), PlatformUnavailable),
    (refused(502, "Bad Gateway"), PlatformUnavailable),
    (refused(421, "Misdirected Request"), PlatformUnavailable),
    (httpx.Response(421, text=""), PlatformUnavailable),
    (httpx.Response(503, text="busy"), PlatformUnavailable),
    (HTML, OutcomeUnknown),
    (httpx.Response(500, text=""), OutcomeUnknown),
    (httpx.Response(200, text="not json"), OutcomeUnknown),
    (httpx.Response(200, content=b"[" * 100_000), OutcomeUnknown),
    (httpx.Response(200, json=[1]), OutcomeUnknown),
    (httpx.Response(200, json={}), OutcomeUnknown),
    (httpx.Response(200, json={"ok": "true", "result": {"message_id": 1}}), OutcomeUnknown),
    (httpx.Response(200, json={"ok": True}), OutcomeUnknown),
    (httpx.Response(200, json={"ok": False}), OutcomeUnknown),
    (YES, OutcomeUnknown),
    (done({"message_id": 0}), OutcomeUnknown),
    (done({"message_id": "7"}), OutcomeUnknown),
    (done({"message_id": True}), OutcomeUnknown),
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
    api = FakeBotApi(answer)
    with pytest.raises(DeliveryError) as caught:
        await send(api)
    assert type(caught.value) is error
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("parameters", "headers", "wait"),
    [
        ({"retry_after": 35}, {"retry-after": "90"}, timedelta(seconds=35)),
        ({"retry_after": 0}, {}, timedelta(0)),
        ({"retry_after": 10**12}, {}, timedelta(days=1)),
        ({"retry_after": "soon"}, {"retry-after": "90"}, timedelta(seconds=90)),
        ({"retry_after": -5}, {}, None),
        ({}, {"retry-after": "90"}, timedelta(seconds=90)),
        ({}, {}, None),
    ],
)
async def test_how_long_to_wait(
    parameters: dict[str, Any], headers: dict[str, str], wait: timedelta | None
) -> None:
    answer = refused(429, "Too Many Requests", **parameters)
    answer.headers.update(headers)
    with pytest.raises(Throttled) as caught:
        await send(FakeBotApi(answer))
    assert caught.value.retry_after == wait


async def test_a_group_that_moved_says_where_to() -> None:
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    answer = refused(400, said, migrate_to_chat_id=-1002233440077)
    with pytest.raises(ContactUnreachable, match="-1002233440077"):
        await send(FakeBotApi(answer))


async def test_an_error_names_its_code_and_no_secret() -> None:
    description = f"Bad Request: odd call /bot{TOKEN}/sendMessage {' '.join(SECRETS)}"
    with pytest.raises(ContentRejected) as caught:
        await send(FakeBotApi(refused(400, description)))
    assert caught.value.vendor_code == "400"
    shown = f"{caught.value!s} {caught.value!r} {caught.value.detail}"
    assert "odd call /bot***/sendMessage" in shown
    assert not any(secret in shown for secret in SECRETS)


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("silence"), httpx.ConnectError("no"), HTML])
async def test_a_broken_call_shows_no_token(answer: Answer) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(FakeBotApi(answer))
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_what_is_refused_makes_no_call() -> None:
    api = FakeBotApi()
    with pytest.raises(ContentRejected):
        await send(api, {"type": "text", "text": "x" * 5000})
    assert api.requests == []


async def test_activity_shows_typing() -> None:
    api = FakeBotApi(YES)
    async with api.client() as client:
        await Telegram().show_activity(client, ACCOUNT, CHAT, None)
    assert api.paths == ["/bot***/sendChatAction"]
    assert api.json() == {"chat_id": int(CHAT), "action": "typing"}


@pytest.mark.parametrize("answer", [YES, refused(400, "Bad Request: query is too old"), HTML])
async def test_a_press_is_acknowledged_if_it_is_not_too_late(answer: Answer) -> None:
    api = FakeBotApi(answer)
    async with api.client() as client:
        await answer_callback(client, ACCOUNT, "99887766")
    assert api.paths == ["/bot***/answerCallbackQuery"]
    assert api.json() == {"callback_query_id": "99887766"}


@pytest.mark.parametrize(
    "answer",
    [refused(403, "Forbidden: bot was blocked by the user"), httpx.ReadTimeout("silence"), HTML],
)
async def test_activity_is_best_effort_and_logs_no_secret(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    # httpx itself logs every URL, so `logs.configure` raises its level; here it is ours that counts.
    caplog.set_level(logging.DEBUG, logger="platforms")
    api = FakeBotApi(answer)
    async with api.client() as client:
        await Telegram().show_activity(client, ACCOUNT, CHAT, None)
    assert len(api.requests) == 1
    assert "activity not shown" in caplog.text
    assert not any(secret in caplog.text for secret in (*SECRETS, CHAT))
