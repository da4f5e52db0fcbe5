"""A token where there is none, one call for a message, and what each answer means."""

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
from platforms.base import LoadMedia
from platforms.teams.errors import read_answer
from platforms.teams.platform import Teams
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.teams.harness import ACCOUNT, SERVICE, TOKEN
from tests.platforms.teams.support import (
    CHANNEL,
    CHAT,
    PNG,
    THREAD,
    Answer,
    FakeConnector,
    media_of,
    no_media,
    outbound_message,
    refusal,
)

TEXT = {"type": "text", "text": "oi"}
PICTURE = {"type": "image", "media": {"key": "t1/a.png", "mime_type": "image/png"}}
TAKEN = httpx.Response(201, json={"id": "1785585700000"})
DENIED = httpx.Response(401, json={"message": "Authorization has been denied for this request."})


async def send(
    connector: FakeConnector,
    content: dict[str, Any] = TEXT,
    address: str = CHAT,
    load: LoadMedia = no_media,
    **fields: Any,
) -> Receipt:
    message = outbound_message(content, address, **fields)
    async with connector.client() as client:
        return await Teams().send(client, ACCOUNT, message, load)


async def failure(*answers: Answer, **options: Any) -> DeliveryError:
    connector = FakeConnector(*answers)
    with pytest.raises(DeliveryError) as caught:
        await send(connector, **options)
    assert len(connector.requests) == len(answers)
    assert TOKEN not in f"{caught.value!r}{caught.value.detail}"
    return caught.value


async def test_a_message_is_one_call() -> None:
    connector = FakeConnector(TAKEN)
    assert await send(connector) == Receipt(
        status=ReceiptStatus.SENT,
        message_external_id=f"{CHAT}:1785585700000",
        reference=MESSAGE_ID,
    )
    assert connector.bearers == [f"Bearer {TOKEN}"]
    assert connector.tokens == 1
    assert connector.json() == {"type": "message", "text": "oi", "textFormat": "plain"}


async def test_a_message_in_a_thread_is_one_of_its_channel() -> None:
    connector = FakeConnector(TAKEN)
    receipt = await send(connector, address=THREAD)
    assert receipt.message_external_id == f"{CHANNEL}:1785585700000"
    assert connector.requests[0].url.raw_path.endswith(
        b"/19%3Aloja0001luminaria%40thread.tacv2%3Bmessageid%3D1785585600100/activities"
    )


async def test_a_message_goes_where_the_conversation_says() -> None:
    connector = FakeConnector(TAKEN, TAKEN)
    await send(connector, answers={"serviceUrl": SERVICE})
    await send(connector, answers={"serviceUrl": "https://evil.example/"})
    hosts = [url.partition("/v3/")[0] for url in connector.urls]
    assert hosts == [
        "https://smba.trafficmanager.net/br",
        "https://smba.trafficmanager.net/teams",
    ]


async def test_one_token_serves_many_messages() -> None:
    connector, teams = FakeConnector(TAKEN, TAKEN), Teams()
    async with connector.client() as client:
        for _ in range(2):
            await teams.send(client, ACCOUNT, outbound_message(TEXT), no_media)
    assert connector.tokens == 1


async def test_a_refused_token_is_fetched_anew_once() -> None:
    connector = FakeConnector(DENIED, TAKEN)
    assert (await send(connector)).status is ReceiptStatus.SENT
    assert connector.tokens == 2
    assert type(await failure(DENIED, DENIED)) is ChannelUnauthorized


async def test_a_bot_that_the_directory_does_not_know() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "login.microsoftonline.com"
        return httpx.Response(400, json={"error": "unauthorized_client"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(ChannelUnauthorized):
            await Teams().send(client, ACCOUNT, outbound_message(TEXT), no_media)


MEANINGS: list[tuple[int, str, type[DeliveryError]]] = [
    (400, "BadSyntax", ContentRejected),
    (400, "Bad Argument", ContentRejected),
    (400, "Unheard", ContentRejected),
    (401, "BotNotRegistered", ChannelUnauthorized),
    (403, "BotNotInConversationRoster", ContactUnreachable),
    (403, "BotDisabledByAdmin", ContactUnreachable),
    (403, "ConversationBlockedByUser", ContactUnreachable),
    (403, "MessageWritesBlocked", ContactUnreachable),
    (403, "NotEnoughPermissions", ContactUnreachable),
    (403, "ForbiddenOperationException", ContactUnreachable),
    (403, "Unheard", ContactUnreachable),
    (403, "InvalidBotApiHost", ChannelUnauthorized),
    (404, "ConversationNotFound", ContactUnreachable),
    (404, "ActivityNotFound", ContentRejected),
    (412, "PreconditionFailed", PlatformUnavailable),
    (413, "MessageSizeTooBig", ContentRejected),
    (429, "Throttled", Throttled),
    (500, "ServiceError", OutcomeUnknown),
    (502, "ServiceError", PlatformUnavailable),
    (503, "ServiceUnavailable", PlatformUnavailable),
    (504, "GatewayTimeout", OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "code", "meaning"), MEANINGS)
async def test_a_refusal_means(status: int, code: str, meaning: type[DeliveryError]) -> None:
    again = [refusal(status, code)] * (2 if status == 401 else 1)
    error = await failure(*again)
    assert type(error) is meaning
    assert error.vendor_code in {code, str(status)}


@pytest.mark.parametrize(
    "inner",
    [
        {"subCode": "MessageWritesBlocked"},
        {"errorCode": 209},
        '{"errorCode": 209, "message": "x"}',
        {"error": {"code": "BotDisabledByAdmin"}},
        {"innerHttpError": {"body": {"errorCode": 209}}},
    ],
    ids=str,
)
async def test_a_code_may_be_inside(inner: Any) -> None:
    body = {"error": {"code": "Forbidden", "innerHttpError": {"statusCode": 403, "body": inner}}}
    error = await failure(httpx.Response(400, json=body))
    assert type(error) is ContactUnreachable
    assert error.vendor_code in {"MessageWritesBlocked", "BotDisabledByAdmin"}


async def test_a_gateway_without_words_may_have_lost_the_answer() -> None:
    assert type(await failure(httpx.Response(502, text="<html>"))) is OutcomeUnknown


async def test_too_fast_says_for_how_long_where_it_does() -> None:
    error = await failure(refusal(429, "Throttled", **{"retry-after": "17"}))
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=17)
    error = await failure(refusal(429, "Throttled"))
    assert isinstance(error, Throttled)
    assert error.retry_after is None


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": None}, [], "x"], ids=str)
async def test_a_success_that_names_no_message_is_none(body: Any) -> None:
    assert type(await failure(httpx.Response(201, json=body))) is OutcomeUnknown


async def test_a_picture_travels_inside() -> None:
    connector = FakeConnector(TAKEN)
    await send(connector, PICTURE, load=media_of(PNG))
    (sent,) = connector.json()["attachments"]
    assert sent["contentType"] == "image/png"
    assert sent["contentUrl"].startswith("data:image/png;base64,iVBORw0KGgog")


async def test_a_forwarded_picture_goes_from_our_store() -> None:
    """The link it came with is good for nobody but us."""
    connector = FakeConnector(TAKEN)
    media = {"key": "t1/a.png", "url": f"{SERVICE}v3/attachments/0-br-1/views/original"}
    await send(connector, {"type": "image", "media": media}, load=media_of(PNG))
    (sent,) = connector.json()["attachments"]
    assert sent["contentUrl"].startswith("data:image/png;base64,")


async def test_a_card_with_a_picture_of_our_store() -> None:
    connector = FakeConnector(TAKEN)
    card = {"type": "card", "title": "Lua", "media": {"key": "t1/a.png"}}
    await send(connector, card, load=media_of(PNG))
    (sent,) = connector.json()["attachments"]
    assert sent["content"]["body"][0]["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("body", [b"<svg/>", b"", PNG + b"0" * 1024 * 1024], ids=len)
async def test_a_picture_that_is_none_is_not_sent(body: bytes) -> None:
    assert type(await failure(content=PICTURE, load=media_of(body))) is MediaRejected


async def test_what_is_refused_asks_nobody() -> None:
    connector = FakeConnector()
    with pytest.raises(ContentRejected):
        await send(connector, {"type": "text", "text": "a" * 10_001})
    assert (connector.requests, connector.tokens) == ([], 0)


async def test_typing_is_shown() -> None:
    connector = FakeConnector(httpx.Response(201, json={}))
    async with connector.client() as client:
        await Teams().show_activity(client, ACCOUNT, CHAT, None)
    assert connector.json() == {"type": "typing"}


def test_a_refusal_in_any_shape() -> None:
    for body in ("", "[]", '{"error": "x"}', '{"error": {"code": 7, "innerHttpError": []}}'):
        with pytest.raises(ContentRejected):
            read_answer(httpx.Response(400, text=body))
