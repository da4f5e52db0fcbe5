"""One call for a message, two for a file of ours, a token before the first; and what each answer means."""

import logging
import time
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from pydantic import SecretStr

from domain.content import MediaRef
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
from platforms.rbm.platform import Rbm
from platforms.rbm.reach import features, reachable
from platforms.rbm.sending import revoke
from platforms.rbm.tokens import SCOPE, TOKENS, assertion, token_request
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.rbm.harness import ACCOUNT, KEY, PEM, TOKEN
from tests.platforms.rbm.support import (
    CONTACT,
    Answer,
    FakeRbm,
    accepted,
    media_of,
    no_media,
    outbound_message,
    refused,
)

TEXT = {"type": "text", "text": "oi"}
FILE = {"type": "image", "media": {"key": "t1/lua.png", "mime_type": "image/png"}}
SENT = Receipt(status=ReceiptStatus.SENT, message_external_id=MESSAGE_ID, reference=MESSAGE_ID)


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> None:
    TOKENS.forget(token_request(ACCOUNT))


async def send(api: FakeRbm, content: dict[str, Any] = TEXT) -> Receipt:
    load = media_of(b"\x89PNG-lua") if "media" in content else no_media
    async with api.client() as client:
        return await Rbm().send(client, ACCOUNT, outbound_message(content), load)


async def failure(*answers: Answer, content: dict[str, Any] = TEXT) -> DeliveryError:
    api = FakeRbm(*answers)
    with pytest.raises(DeliveryError) as caught:
        await send(api, content)
    assert len(api.requests) == len(answers)
    shown = f"{caught.value!r}{caught.value.detail}"
    assert not any(secret in shown for secret in (TOKEN, PEM, CONTACT))
    return caught.value


async def test_a_message_is_one_call() -> None:
    api = FakeRbm(accepted())
    assert await send(api) == SENT
    (request,) = api.requests
    assert request.url.path == f"/v1/phones/{CONTACT}/agentMessages"
    assert dict(request.url.params) == {"messageId": MESSAGE_ID, "agentId": ACCOUNT.agent_id}
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert api.json() == {"contentMessage": {"text": "oi"}}


async def test_the_claim_is_what_google_asks_for() -> None:
    api = FakeRbm(accepted(), accepted())
    await send(api)
    await send(api)
    (claim,) = api.claims  # the token is kept
    assert jwt.get_unverified_header(claim) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "key-of-nobody",
    }
    claims = jwt.decode(claim, KEY.public_key(), ["RS256"], audience=ACCOUNT.token_uri)
    assert claims["iss"] == ACCOUNT.client_email
    assert claims["scope"] == SCOPE
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 60


async def test_a_key_that_is_none_is_not_shown() -> None:
    broken = ACCOUNT.model_copy(update={"private_key": SecretStr("not-a-key-of-nobody")})
    with pytest.raises(ChannelUnauthorized) as caught:
        assertion(broken, 0)
    assert "nobody" not in f"{caught.value!r}{caught.value.__cause__!r}"


async def test_a_token_that_is_over_is_fetched_anew_once() -> None:
    api = FakeRbm(refused(401, "UNAUTHENTICATED"), accepted())
    assert await send(api) == SENT
    assert len(api.claims) == 2
    again = refused(401, "UNAUTHENTICATED")
    assert type(await failure(again, again)) is ChannelUnauthorized


async def test_an_id_that_is_there_already_was_taken_the_first_time() -> None:
    assert await send(FakeRbm(refused(409, "ALREADY_EXISTS"))) == SENT
    assert await send(FakeRbm(httpx.Response(409, text="?"))) == SENT


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"sendTime": "2026-08-01T12:00:00Z"}),
        httpx.Response(200, json={"name": 3}),
        accepted("another-message"),
        httpx.Response(200, text="<html>"),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
    ],
)
async def test_a_success_that_does_not_name_our_message_is_none(answer: httpx.Response) -> None:
    assert type(await failure(answer)) is OutcomeUnknown


MEANINGS = [
    (404, "NOT_FOUND", ContactUnreachable),
    (400, "INVALID_ARGUMENT", ContentRejected),
    (400, "FAILED_PRECONDITION", ContentRejected),
    (403, "PERMISSION_DENIED", ChannelUnauthorized),
    (429, "RESOURCE_EXHAUSTED", Throttled),
    (503, "UNAVAILABLE", PlatformUnavailable),
    (500, "INTERNAL", PlatformUnavailable),
    (504, "DEADLINE_EXCEEDED", PlatformUnavailable),
    (409, "ABORTED", PlatformUnavailable),
    (404, "OF_TOMORROW", ContactUnreachable),
    (418, "OF_TOMORROW", ContentRejected),
]


@pytest.mark.parametrize(("code", "word", "meaning"), MEANINGS)
async def test_a_refusal_means(code: int, word: str, meaning: type[DeliveryError]) -> None:
    error = await failure(refused(code, word))
    assert type(error) is meaning
    assert error.vendor_code == word


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (403, ChannelUnauthorized),
        (404, ContactUnreachable),
        (502, OutcomeUnknown),
        (413, MediaRejected),
    ],
)
async def test_a_status_without_a_word_means(status: int, meaning: type[DeliveryError]) -> None:
    assert type(await failure(httpx.Response(status, text="?"))) is meaning


async def test_too_fast_says_for_how_long() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}]
    error = await failure(refused(429, "RESOURCE_EXHAUSTED", details=details))
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=3)


async def test_a_number_in_a_refusal_is_hidden() -> None:
    answer = refused(404, "NOT_FOUND", message=f"phone {CONTACT} has no RCS")
    assert (await failure(answer)).detail == "NOT_FOUND: phone *** has no RCS"


async def test_a_file_of_ours_is_put_at_google_first() -> None:
    api = FakeRbm(httpx.Response(200, json={"name": "files/lua-7"}), accepted())
    assert await send(api, FILE) == SENT
    upload = api.requests[0]
    assert upload.url.path == "/upload/v1/files"
    assert upload.headers["content-type"] == "image/png"
    assert upload.headers["authorization"] == f"Bearer {TOKEN}"
    assert upload.content == b"\x89PNG-lua"
    assert api.json() == {"contentMessage": {"uploadedRbmFile": {"fileName": "files/lua-7"}}}


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(500, text="?"), PlatformUnavailable),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(200, json={}), PlatformUnavailable),
        (refused(400, "INVALID_ARGUMENT"), MediaRejected),
        (refused(403, "PERMISSION_DENIED"), ChannelUnauthorized),
    ],
)
async def test_an_upload_that_fails_sends_nothing(
    answer: Answer, meaning: type[DeliveryError]
) -> None:
    assert type(await failure(answer, content=FILE)) is meaning


async def test_read_then_typing() -> None:
    api = FakeRbm(httpx.Response(200, json={}), httpx.Response(200, json={}))
    async with api.client() as client:
        await Rbm().show_activity(client, ACCOUNT, CONTACT, "MsLua0001")
    assert [api.json(index) for index in (0, 1)] == [
        {"eventType": "READ", "messageId": "MsLua0001"},
        {"eventType": "IS_TYPING"},
    ]
    ids = {request.url.params["eventId"] for request in api.requests}
    assert len(ids) == 2


async def test_typing_alone_where_nothing_was_said() -> None:
    api = FakeRbm(httpx.Response(200, json={}))
    async with api.client() as client:
        await Rbm().show_activity(client, ACCOUNT, CONTACT, None)
    assert api.json() == {"eventType": "IS_TYPING"}


async def test_activity_that_is_refused_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="platforms.rbm")
    async with FakeRbm(refused(404, "NOT_FOUND")).client() as client:
        await Rbm().show_activity(client, ACCOUNT, CONTACT, "MsLua0001")
    assert "contact_unreachable" in caplog.text
    assert CONTACT not in caplog.text


@pytest.mark.parametrize(
    ("answer", "gone"), [(httpx.Response(200, json={}), True), (refused(404, "NOT_FOUND"), False)]
)
async def test_taken_back(answer: httpx.Response, *, gone: bool) -> None:
    api = FakeRbm(answer)
    async with api.client() as client:
        assert await revoke(client, ACCOUNT, CONTACT, MESSAGE_ID) is gone
    assert api.requests[0].method == "DELETE"
    assert api.requests[0].url.path == f"/v1/phones/{CONTACT}/agentMessages/{MESSAGE_ID}"
    assert api.requests[0].url.params["agentId"] == ACCOUNT.agent_id


async def test_what_a_device_can_show() -> None:
    api = FakeRbm(httpx.Response(200, json={"features": ["RICHCARD_STANDALONE", None]}))
    async with api.client() as client:
        assert await features(client, ACCOUNT, CONTACT) == frozenset(["RICHCARD_STANDALONE"])
    assert api.requests[0].method == "GET"
    async with FakeRbm(refused(404, "NOT_FOUND")).client() as client:
        assert await features(client, ACCOUNT, CONTACT) is None


async def test_who_can_be_reached() -> None:
    numbers = [f"+55119{n:08}" for n in range(500)]
    api = FakeRbm(httpx.Response(200, json={"reachableUsers": numbers[:2]}))
    async with api.client() as client:
        assert await reachable(client, ACCOUNT, [*numbers, numbers[0]]) == frozenset(numbers[:2])
        with pytest.raises(ContentRejected):
            await reachable(client, ACCOUNT, numbers[:499])
    assert api.json() == {"users": numbers, "agentId": ACCOUNT.agent_id}


URL = "https://rcs-user-content-us.storage.googleapis.com/lua/foto.jpg"


async def fetch(media: MediaRef, *answers: Answer, limit: int = 100) -> tuple[FakeRbm, bytes, str]:
    api = FakeRbm(*answers)
    async with api.client() as client:
        found = await Rbm().fetch_media(client, ACCOUNT, media, limit)
    return api, found.content, found.mime_type


async def test_a_file_is_fetched_without_the_token() -> None:
    answer = httpx.Response(200, content=b"jpeg", headers={"content-type": "image/png"})
    api, content, mime_type = await fetch(MediaRef(url=URL, mime_type="image/jpeg"), answer)
    assert (content, mime_type) == (b"jpeg", "image/jpeg")
    assert "authorization" not in api.requests[0].headers


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://evil.example/googleapis.com",
        "https://googleapis.com.evil.example/a",
        "https://evilgoogleapis.com/a",
        "http://storage.googleapis.com/a",
        "https://storage.googleapis.com:8443/a",
        "https://u:p@storage.googleapis.com/a",
        "http://127.0.0.1/a",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_a_file_of_elsewhere_is_not_fetched(url: str | None) -> None:
    with pytest.raises(MediaRejected):
        await fetch(MediaRef(url=url))


async def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(MediaRejected):
        await fetch(MediaRef(url=URL, size=101))
    with pytest.raises(MediaRejected):
        await fetch(MediaRef(url=URL), httpx.Response(200, content=b"a" * 101))
    with pytest.raises(MediaRejected):
        await fetch(
            MediaRef(url=URL), httpx.Response(302, headers={"location": "http://a.example"})
        )


async def test_nobody_tells_a_name() -> None:
    async with FakeRbm().client() as client:
        assert await Rbm().fetch_profile(client, ACCOUNT, CONTACT) is None
