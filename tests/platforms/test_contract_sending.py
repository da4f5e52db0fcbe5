"""What holds for every call that a registered platform makes: one, mapped to our errors, and no secret told."""

import json
import logging
import traceback
from collections.abc import Awaitable, Iterator
from datetime import timedelta

import httpx
import pytest

from domain.content import MediaContent, MediaRef
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.receipts import Receipt, ReceiptStatus
from tests.platforms.contract import (
    a_message,
    bodies,
    harness,
    keys,
    message_of,
    outbound_cases,
)

pytestmark = pytest.mark.usefixtures("socket_disabled", "no_other_client")
"""Nothing here opens a connection: what a platform calls, it calls through the client it is given."""

KEYS = keys()
OVER_HTTP = [key for key in KEYS if harness(key).sends_over_http]
each = pytest.mark.parametrize("key", KEYS)
each_over_http = pytest.mark.parametrize("key", OVER_HTTP)


@pytest.fixture
def no_other_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Also where a platform would hold its tongue about the connection that it did not get."""
    tried: list[str] = []

    async def refuse(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        raise httpx.ConnectError("not through the client that was given")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", refuse)
    yield
    assert tried == []


class FakeVendor:
    """Gives every request the same answer, or breaks every call in the same way; keeps what it was asked."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self._answer, Exception):
            raise self._answer
        given = self._answer
        return httpx.Response(given.status_code, content=given.content, headers=given.headers)


async def _no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


async def send(key: str, vendor: FakeVendor) -> Receipt:
    spoken = harness(key)
    async with spoken.client(vendor) as client:
        return await spoken.platform.send(client, spoken.account, a_message(key), _no_media)


async def failure(key: str, vendor: FakeVendor) -> DeliveryError:
    """What a send raises that gets this answer; it asked once, and not twice."""
    with pytest.raises(DeliveryError) as caught:
        await send(key, vendor)
    assert len(vendor.requests) == 1
    return caught.value


@each_over_http
async def test_throttled(key: str) -> None:
    error = await failure(
        key, FakeVendor(httpx.Response(429, headers={"retry-after": "7"}, text="slow"))
    )
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=7)


@each_over_http
@pytest.mark.parametrize("said", ["", "{}", "<html>who?</html>"])
async def test_refused_credentials_are_the_channels_fault(key: str, said: str) -> None:
    """Also when a proxy says it, in no words of the vendor's. A token that is fetched is fetched anew, once."""
    vendor = FakeVendor(httpx.Response(401, text=said))
    with pytest.raises(ChannelUnauthorized):
        await send(key, vendor)
    assert len(vendor.requests) == 1 + len(harness(key).fetched)


@each_over_http
async def test_unavailable(key: str) -> None:
    error = await failure(key, FakeVendor(httpx.Response(503, text="busy")))
    assert error.retryable


@each_over_http
@pytest.mark.parametrize(
    "broken", [httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("cut")], ids=repr
)
async def test_no_answer_is_never_taken_for_a_failure(key: str, broken: Exception) -> None:
    error = await failure(key, FakeVendor(broken))
    assert type(error) is OutcomeUnknown
    assert not error.retryable


@each_over_http
async def test_an_answer_that_says_nothing_is_no_success(key: str) -> None:
    for answer in (httpx.Response(200, text="<html>"), httpx.Response(200, json={})):
        assert type(await failure(key, FakeVendor(answer))) is OutcomeUnknown


@each_over_http
async def test_no_connection_is_safe_to_retry(key: str) -> None:
    for broken in (httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")):
        assert type(await failure(key, FakeVendor(broken))) is PlatformUnavailable


@pytest.mark.parametrize("key", sorted({*KEYS} - {*OVER_HTTP}))
async def test_what_is_not_sent_over_http_makes_no_call(key: str) -> None:
    vendor = FakeVendor(httpx.ConnectError("nobody is there"))
    if harness(key).sends:
        assert (await send(key, vendor)).status is ReceiptStatus.SENT
    else:
        with pytest.raises(ChannelUnauthorized):
            await send(key, vendor)
    assert vendor.requests == []


@each_over_http
async def test_activity_is_best_effort(key: str) -> None:
    spoken = harness(key)
    for broken in (httpx.ConnectError("refused"), httpx.Response(500, text="?")):
        vendor = FakeVendor(broken)
        async with spoken.client(vendor) as client:
            message = a_message(key)
            await spoken.platform.show_activity(client, spoken.account, message.address, "1")
        assert len(vendor.requests) == int(spoken.platform.capabilities.typing)


def _hidden(secrets: list[str], *texts: str) -> bool:
    return not any(secret in text for secret in secrets for text in texts)


@each
def test_the_account_shows_no_secret(key: str) -> None:
    spoken = harness(key)
    assert spoken.secrets
    account = spoken.account
    assert _hidden(spoken.secrets, repr(account), str(account), account.model_dump_json())


@each
def test_a_masked_request_shows_no_secret(key: str) -> None:
    spoken = harness(key)
    requests = [spoken.platform.render(message_of(c), spoken.account) for c in outbound_cases(key)]
    masked = [json.dumps(request.masked(spoken.secrets)) for request in requests]
    assert _hidden(spoken.secrets, *masked)


def _tactless(secrets: list[str], status: int) -> Iterator[httpx.Response]:
    """Answers that repeat our secrets, in the places where vendors put their words and their codes."""
    said = f"Bad Request: odd call with {' and '.join(secrets)}"
    words = dict.fromkeys(("message", "description", "detail", "title", "text", "error-text"), said)
    inner = {"text": said, "messageId": said}
    extra = {
        "details": [{"message": said, "description": said}],
        "errors": {"content": {"_errors": [{"message": said, "code": said}]}},
        "requestError": {"serviceException": inner},
        "response_metadata": {"messages": [said]},
        "violations": [{"violation": said}],
    }
    known = {"message": said, "code": 100, "type": "E", "error_data": {"details": said}}
    yield httpx.Response(
        status, json={"ok": False, "error_code": 400, **words, **extra, "error": known}
    )
    coded = dict.fromkeys(("code", "status", "errorCode", "serviceErrorCode", "type"), said)
    yield httpx.Response(status, json={**words, **extra, **coded, "error": {**words, **coded}})
    yield httpx.Response(status, json={"ok": False, "error": said, "messages": [coded | words]})
    yield httpx.Response(status, text=said)


@each_over_http
async def test_an_error_shows_no_secret(key: str, caplog: pytest.LogCaptureFixture) -> None:
    # httpx logs every URL; `logs.configure` silences it, and here it is ours that counts.
    caplog.set_level(logging.WARNING, logger="httpx")
    caplog.set_level(logging.DEBUG, logger="platforms")
    secrets = harness(key).secrets
    answers: list[httpx.Response | Exception] = [
        *(answer for status in (200, 400, 403, 500) for answer in _tactless(secrets, status)),
        httpx.Response(502, text=" ".join(secrets)),
        httpx.ReadTimeout(" ".join(secrets)),
        httpx.ConnectError(" ".join(secrets)),
    ]
    for answer in answers:
        error = await failure(key, FakeVendor(answer))
        trace = "".join(traceback.format_exception(error))
        shown = (repr(error), str(error), error.detail, str(error.vendor_code))
        assert _hidden(secrets, *shown, trace, caplog.text)


def _files(key: str) -> list[MediaRef]:
    """A file of every kind that contacts send, as the fixtures have them."""
    spoken = harness(key)
    requests = [spoken.request(path.read_bytes()) for path in bodies(key)]
    events = [event for request in requests for event in spoken.platform.parse(request)]
    contents = [event.content for event in events if isinstance(event.content, MediaContent)]
    return [*{content.type: content.media for content in contents}.values()]


@each_over_http
async def test_no_other_call_shows_a_secret(key: str, caplog: pytest.LogCaptureFixture) -> None:
    """Asking for a file or a name fails as a send does: in our words."""
    caplog.set_level(logging.WARNING, logger="httpx")
    caplog.set_level(logging.DEBUG, logger="platforms")
    spoken = harness(key)
    platform, account, address = spoken.platform, spoken.account, a_message(key).address
    said = " ".join(spoken.secrets)
    broken: list[httpx.Response | Exception] = [
        *(answer for status in (200, 403) for answer in _tactless(spoken.secrets, status)),
        httpx.ConnectError(said),
        httpx.ReadTimeout(said),
    ]
    for answer in broken:
        async with spoken.client(FakeVendor(answer)) as client:
            calls: list[Awaitable[object]] = [
                *(platform.fetch_media(client, account, file, 1) for file in _files(key)),
                platform.fetch_profile(client, account, address),
                platform.show_activity(client, account, address, "1"),
            ]
            shown = [await _shown(call) for call in calls]
        assert _hidden(spoken.secrets, *shown, caplog.text)


async def _shown(call: Awaitable[object]) -> str:
    """What there is to read of a call's failure; of a success nothing, for it is what the vendor said."""
    try:
        await call
    except DeliveryError as error:
        return f"{error!r} {error.vendor_code} {''.join(traceback.format_exception(error))}"
    return ""
