"""What transport errors and plain HTTP statuses mean for a send, once for every platform."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from domain.errors import (
    ChannelUnauthorized,
    ContentRejected,
    DeliveryError,
    MediaRejected,
    MediaTooLarge,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import LoadMedia, OutboundRequest

USER_AGENT = "PyTake/0.1"
LONGEST_RETRY = timedelta(days=1)
TIMEOUT = httpx.Timeout(connect=5, read=30, write=30, pool=5)


def new_client() -> httpx.AsyncClient:
    """The one HTTP client of a process: no redirects on authenticated calls, no proxies from the environment."""
    return httpx.AsyncClient(
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": USER_AGENT},
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=100),
    )


async def call(
    client: httpx.AsyncClient, request: OutboundRequest, load_media: LoadMedia | None = None
) -> httpx.Response:
    """Make one request. A failure before the request left is retryable; one after it is `OutcomeUnknown`.

    httpx's own exceptions name the URL, which may hold a token, so none is chained.
    """
    files = None
    if request.file is not None and load_media is not None:
        body = await load_media(request.file.key)
        files = {request.file.field: (request.file.filename, body, request.file.mime_type)}
    try:
        return await client.request(
            request.method,
            request.url,
            headers=request.headers,
            json=request.json_body,
            data=request.form,
            files=files,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise PlatformUnavailable(f"no connection: {type(error).__name__}") from None
    except httpx.InvalidURL:
        raise ContentRejected("the channel's address is not a URL") from None
    except httpx.HTTPError as error:
        raise OutcomeUnknown(f"no answer: {type(error).__name__}") from None


def answered_at(response: httpx.Response) -> datetime:
    """When the server answered, by its own clock where it says so: what it gives for a time counts from there."""
    try:
        at = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """The delay a `Retry-After` header asks for, in either of its forms (RFC 9110, section 10.2.3).

    At most a day: a vendor's slip of the pen must not park a message for a year. None when it is neither form.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_RETRY)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    moment = now or datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    return min(max(timedelta(0), at - moment), LONGEST_RETRY)


def from_status(response: httpx.Response) -> DeliveryError:
    """What a status means when the body does not say more.

    A 503 is the server refusing work; any other 5xx may come from a proxy that lost a finished call.
    A 401 is about the credentials and never about the message (RFC 9110, section 15.5.2).
    """
    status = response.status_code
    detail = f"HTTP {status}"
    if status == HTTPStatus.UNAUTHORIZED:
        return ChannelUnauthorized(detail, vendor_code=str(status))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(detail, retry_after=retry_after(response.headers), vendor_code=str(status))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return PlatformUnavailable(detail, vendor_code=str(status))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return MediaRejected(detail, vendor_code=str(status))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST:
        return OutcomeUnknown(detail, vendor_code=str(status))
    return ContentRejected(detail, vendor_code=str(status))


def proof_of(response: httpx.Response) -> list[str]:
    """The token that the call was made with: a vendor that quotes a call in its error quotes that too."""
    try:
        sent = response.request.headers.get("authorization", "")
    except RuntimeError:  # an answer to no call
        return []
    return [token] if (token := sent.partition(" ")[2]) else []


async def download(
    client: httpx.AsyncClient, url: str, *, headers: Mapping[str, str], max_bytes: int
) -> tuple[bytes, str]:
    """Stream a file up to `max_bytes`; returns its bytes and declared type. Raises `MediaRejected`.

    Redirects are never followed: only who checked this address knows where it may lead.
    """
    try:
        async with client.stream(
            "GET", url, headers=dict(headers), follow_redirects=False
        ) as response:
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise PlatformUnavailable(f"HTTP {response.status_code}")
            if response.status_code != HTTPStatus.OK:
                raise MediaRejected(f"HTTP {response.status_code}")
            content = await read_within(response, max_bytes)
            declared = response.headers.get("content-type", "application/octet-stream")
            return content, declared.split(";")[0].strip()
    except httpx.InvalidURL:
        raise MediaRejected("the file's address is not a URL") from None
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"no answer: {type(error).__name__}") from None


async def read_within(response: httpx.Response, max_bytes: int) -> bytes:
    """The body, once in memory and never read past `max_bytes`. Raises `MediaTooLarge`."""
    too_large = f"larger than {max_bytes} bytes"
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:15]) > max_bytes:
        raise MediaTooLarge(too_large)
    body = io.BytesIO()  # which gives its bytes away without a copy
    async for part in response.aiter_bytes():
        if body.tell() + len(part) > max_bytes:
            raise MediaTooLarge(too_large)
        body.write(part)
    return body.getvalue()
