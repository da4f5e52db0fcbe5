"""What becomes of one send: accepted, refused for a known reason, or unknown. Never twice, and never a token."""

import json
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
from domain.platform import Idempotency
from domain.receipts import Receipt, ReceiptStatus
from platforms.discord.errors import CODES
from platforms.discord.platform import Discord
from platforms.discord.voice import seconds_of
from tests.platforms.discord.harness import ACCOUNT, MESSAGE_ID
from tests.platforms.discord.support import (
    CHANNEL,
    DIRECT,
    TOKEN,
    USER,
    Answer,
    FakeApi,
    created,
    media_of,
    no_media,
    opus,
    outbound_message,
    refused,
)

TEXT = {"type": "text", "text": "oi"}
OPENED = httpx.Response(200, json={"id": DIRECT, "type": 1, "recipients": []})


async def send(
    api: FakeApi, address: str = CHANNEL, platform: Discord | None = None, **fields: Any
) -> Receipt:
    async with api.client() as client:
        message = outbound_message(TEXT, address, **fields)
        return await (platform or Discord()).send(client, ACCOUNT, message, no_media)


async def test_accepted() -> None:
    api = FakeApi(created())
    receipt = await send(api)
    assert receipt == Receipt(
        status=ReceiptStatus.SENT, message_external_id="1381000000000000777", reference=MESSAGE_ID
    )
    (request,) = api.requests
    assert str(request.url) == f"https://discord.com/api/v10/channels/{CHANNEL}/messages"
    assert request.headers["authorization"] == f"Bot {TOKEN}"
    assert request.headers["user-agent"].startswith("DiscordBot (https://")
    assert api.json()["content"] == "oi"


async def test_a_message_sent_again_has_the_same_key_for_as_long_as_discord_remembers_it() -> None:
    api = FakeApi(created(), created())
    await send(api)
    await send(api)
    bodies = [api.json(index) for index in (0, 1)]
    assert [body["enforce_nonce"] for body in bodies] == [True, True]
    assert len({body["nonce"] for body in bodies}) == 1
    offered = Discord().capabilities
    assert offered.idempotency is Idempotency.KEY
    assert offered.idempotency_window == timedelta(minutes=2)


async def test_a_thread_is_written_in_as_the_channel_it_is() -> None:
    api = FakeApi(created())
    await send(api, USER, thread="1380000000000000400")
    assert api.paths == ["/channels/1380000000000000400/messages"]


async def test_who_has_no_channel_yet_gets_one_and_keeps_it() -> None:
    platform, api = Discord(), FakeApi(OPENED, created(), created())
    await send(api, USER, platform)
    await send(api, USER, platform)
    assert api.paths == ["/users/@me/channels", *[f"/channels/{DIRECT}/messages"] * 2]
    assert api.json(0) == {"recipient_id": USER.removeprefix("user:")}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(400, 50033, "Invalid Recipient(s)"), ContactUnreachable),
        (refused(403, 50278), ContactUnreachable),
        (refused(400, 40003), Throttled),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(502, html="<html>"), PlatformUnavailable),
        (httpx.Response(200, json={"type": 1}), PlatformUnavailable),
        (httpx.Response(200, text="?"), PlatformUnavailable),
    ],
)
async def test_a_channel_that_is_not_opened_sends_nothing(
    answer: Answer, error: type[DeliveryError]
) -> None:
    api = FakeApi(answer)
    with pytest.raises(DeliveryError) as caught:
        await send(api, USER)
    assert type(caught.value) is error
    assert api.paths == ["/users/@me/channels"]


async def test_an_address_that_is_no_id_is_asked_of_nobody() -> None:
    api = FakeApi()
    with pytest.raises(ContactUnreachable):
        await send(api, "user:../@me")
    assert api.requests == []


async def test_what_would_be_refused_opens_no_channel() -> None:
    api = FakeApi()
    message = outbound_message({"type": "text", "text": " "}, USER)
    async with api.client() as client:
        with pytest.raises(ContentRejected):
            await Discord().send(client, ACCOUNT, message, no_media)
    assert api.requests == []


async def _send_file(api: FakeApi, content: dict[str, Any], file: bytes) -> httpx.Request:
    async with api.client() as client:
        await Discord().send(client, ACCOUNT, outbound_message(content), media_of(file))
    (request,) = api.requests
    return request


async def test_a_file_of_our_store_goes_with_its_message() -> None:
    media = {"key": "t1/ab12", "mime_type": "image/png"}
    content = {"type": "image", "media": media, "caption": "Olá"}
    request = await _send_file(FakeApi(created()), content, b"\x89PNG bytes")
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (
        b'name="payload_json"\r\n\r\n{"content": "Ol',
        b'name="files[0]"; filename="ab12.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG bytes',
    ):
        assert part in request.content


VOICE = {"type": "audio", "voice": True, "media": {"key": "t1/voz", "mime_type": "audio/ogg"}}


def _payload(request: httpx.Request) -> Any:
    told = request.content.split(b'name="payload_json"\r\n\r\n')[1]
    return json.loads(told.split(b"\r\n--")[0])


async def test_a_voice_message_says_how_long_it_is() -> None:
    request = await _send_file(FakeApi(created()), VOICE, opus(4.2))
    told = _payload(request)
    assert (told["flags"], told["attachments"][0]["duration_secs"]) == (8192, 4.2)
    assert "content" not in told
    assert b'filename="voice-message.ogg"' in request.content


@pytest.mark.parametrize("file", [b"", b"OggS", b"OggS" + bytes(60) + b"vorbis", opus(0), b"ID3"])
async def test_a_voice_message_of_unknown_length_goes_as_a_file(file: bytes) -> None:
    told = _payload(await _send_file(FakeApi(created()), VOICE, file))
    assert "flags" not in told
    assert told["attachments"] == [{"id": 0, "filename": "voz.ogg"}]


def test_a_page_without_a_position_is_passed_over() -> None:
    assert seconds_of(opus(1.5) + b"OggS\x00\x04" + b"\xff" * 8 + bytes(13)) == 1.5
    assert seconds_of(opus(1.5) + b"OggS\x00") == 1.5
    assert seconds_of(opus(90_000)) is None


OUTCOMES: list[tuple[Answer, type[DeliveryError]]] = [
    (refused(404, 10003, "Unknown Channel"), ContactUnreachable),
    (refused(404, 10004), ContactUnreachable),
    (refused(404, 10013), ContactUnreachable),
    (refused(403, 50001, "Missing Access"), ContactUnreachable),
    (refused(403, 50007, "Cannot send messages to this user"), ContactUnreachable),
    (refused(403, 50278), ContactUnreachable),
    (refused(400, 50083), ContactUnreachable),
    (refused(401, 0, "401: Unauthorized"), ChannelUnauthorized),
    (refused(401, 40001), ChannelUnauthorized),
    (refused(403, 50013, "Missing Permissions"), ChannelUnauthorized),
    (refused(400, 50014), ChannelUnauthorized),
    (httpx.Response(401, text="who?"), ChannelUnauthorized),
    (httpx.Response(403, html="<html>error code: 1020</html>"), ChannelUnauthorized),
    (refused(400, 50035, "Invalid Form Body"), ContentRejected),
    (refused(400, 50006, "Cannot send an empty message"), ContentRejected),
    (refused(404, 10008, "Unknown Message"), ContentRejected),
    (refused(404, 10062, "Unknown interaction"), ContentRejected),
    (refused(400, 160002), ContentRejected),
    (refused(400, 200000), ContentRejected),
    (refused(400, 240000), ContentRejected),
    (refused(400, None, "400: Bad Request"), ContentRejected),
    (refused(404, 0, "404: Not Found"), ContentRejected),
    (httpx.Response(400, text="no"), ContentRejected),
    (refused(400, 40005, "Request entity too large"), MediaRejected),
    (refused(413, 0, "413"), MediaRejected),
    (httpx.Response(413, html="<html>"), MediaRejected),
    (refused(429, None, "You are being rate limited.", retry_after=0.5), Throttled),
    (httpx.Response(429, html="<html>error code: 1015</html>"), Throttled),
    (refused(400, 20016), Throttled),
    (refused(400, 20028), Throttled),
    (refused(400, 30046), Throttled),
    (refused(503, 130000, "overloaded"), PlatformUnavailable),
    (refused(500, 0, "500: Internal Server Error"), PlatformUnavailable),
    (httpx.Response(503, text="busy"), PlatformUnavailable),
    (httpx.Response(502, html="<html>"), OutcomeUnknown),
    (httpx.Response(504, text=""), OutcomeUnknown),
    (httpx.Response(200, text="not json"), OutcomeUnknown),
    (httpx.Response(200, content=b"[" * 100_000), OutcomeUnknown),
    (httpx.Response(200, json=[1]), OutcomeUnknown),
    (httpx.Response(200, json={"channel_id": CHANNEL}), OutcomeUnknown),
    (httpx.Response(204), OutcomeUnknown),
    (httpx.Response(302, headers={"location": "https://elsewhere.example"}), OutcomeUnknown),
    (httpx.ConnectError("refused"), PlatformUnavailable),
    (httpx.PoolTimeout("full"), PlatformUnavailable),
    (httpx.ReadTimeout("silence"), OutcomeUnknown),
    (httpx.RemoteProtocolError("cut"), OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "error"), OUTCOMES)
async def test_outcomes(answer: Answer, error: type[DeliveryError]) -> None:
    api = FakeApi(answer)
    with pytest.raises(DeliveryError) as caught:
        await send(api)
    assert type(caught.value) is error
    assert len(api.requests) == 1


@pytest.mark.parametrize("code", sorted(CODES))
async def test_every_code_of_the_table_means_what_it_says(code: int) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(FakeApi(refused(400, code)))
    assert type(caught.value) is CODES[code]
    assert caught.value.vendor_code == str(code)


@pytest.mark.parametrize(
    ("status", "told", "headers", "wait"),
    [
        (429, {"retry_after": 0.529}, {"retry-after": "1"}, timedelta(seconds=0.529)),
        (429, {"retry_after": 64.57, "global": True}, {}, timedelta(seconds=64.57)),
        (429, {"retry_after": 10**12}, {}, timedelta(days=1)),
        (429, {"retry_after": "soon"}, {"retry-after": "90"}, timedelta(seconds=90)),
        (429, {"retry_after": -5}, {}, None),
        (429, {"retry_after": True}, {}, None),
        (429, {}, {"retry-after": "3600"}, timedelta(hours=1)),
        (400, {"code": 20016}, {}, timedelta(minutes=2)),
        (429, {"code": 20016, "retry_after": 20}, {}, timedelta(seconds=20)),
    ],
)
async def test_how_long_to_wait(
    status: int, told: dict[str, Any], headers: dict[str, str], wait: timedelta | None
) -> None:
    answer = httpx.Response(status, json={"message": "slow", **told}, headers=headers)
    with pytest.raises(Throttled) as caught:
        await send(FakeApi(answer))
    assert caught.value.retry_after == wait


async def test_what_is_wrong_with_a_form_is_told_with_its_place() -> None:
    problem = {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer."}]}
    errors = {"content": problem, "components": {"0": {"components": {"1": problem}}}}
    with pytest.raises(ContentRejected) as caught:
        await send(FakeApi(refused(400, 50035, "Invalid Form Body", errors=errors)))
    assert caught.value.detail == (
        "50035: Invalid Form Body (content: Must be 2000 or fewer.; "
        "components.0.components.1: Must be 2000 or fewer.)"
    )


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, 50035, f"odd {TOKEN}"),
        refused(400, 50035, errors={TOKEN: {"_errors": [{"message": TOKEN}]}}),
        httpx.Response(500, text=TOKEN),
        httpx.ConnectError(TOKEN),
        httpx.ReadTimeout(TOKEN),
    ],
)
async def test_no_error_shows_the_token(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="platforms")
    with pytest.raises(DeliveryError) as caught:
        await send(FakeApi(answer))
    trace = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in f"{caught.value!r} {caught.value.detail} {trace} {caplog.text}"


async def test_typing_is_shown_where_it_is_asked_for() -> None:
    platform, api = Discord(), FakeApi(httpx.Response(204), OPENED, httpx.Response(204))
    async with api.client() as client:
        await platform.show_activity(client, ACCOUNT, CHANNEL, None)
        await platform.show_activity(client, ACCOUNT, USER, "1")
    assert api.paths == [
        f"/channels/{CHANNEL}/typing",
        "/users/@me/channels",
        f"/channels/{DIRECT}/typing",
    ]


async def test_typing_that_fails_breaks_nothing() -> None:
    for answer in (refused(403, 50001), httpx.ReadTimeout("silence"), refused(403, 50278)):
        async with FakeApi(answer).client() as client:
            await Discord().show_activity(client, ACCOUNT, USER, None)
