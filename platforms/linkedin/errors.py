"""LinkedIn's error object and what it means for a send.

An answer is `{"status": 403, "serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": "…"}`.
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

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
from platforms.base import MASK
from platforms.http import from_status, retry_after
from platforms.reading import Json, as_object, as_text, read_json

ERRORS: dict[str, type[DeliveryError]] = {
    "101": Throttled,
    # The token: invalid, revoked by the member, over, of another kind, empty.
    **dict.fromkeys(("65600", "65601", "65602", "65603", "65604"), ChannelUnauthorized),
    **dict.fromkeys(
        ("REVOKED_ACCESS_TOKEN", "EXPIRED_ACCESS_TOKEN", "INVALID_ACCESS_TOKEN"),
        ChannelUnauthorized,
    ),
    # The app or the member may not do this: not a partner, not an administrator, not this product.
    "ACCESS_DENIED": ChannelUnauthorized,
    # The `LinkedIn-Version` is no longer served: somebody must raise it.
    **dict.fromkeys(("NONEXISTENT_VERSION", "VERSION_MISSING"), ChannelUnauthorized),
}
"""By `serviceErrorCode` or `code`; whatever is not listed is decided by the status."""

_BY_STATUS: dict[int, type[DeliveryError]] = {
    HTTPStatus.UNAUTHORIZED: ChannelUnauthorized,
    HTTPStatus.FORBIDDEN: ChannelUnauthorized,
    # The comment, its post or the thread is gone.
    HTTPStatus.NOT_FOUND: ContactUnreachable,
    HTTPStatus.GONE: ContactUnreachable,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: MediaRejected,
    HTTPStatus.UPGRADE_REQUIRED: ChannelUnauthorized,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
    HTTPStatus.SERVICE_UNAVAILABLE: PlatformUnavailable,
}

_DAILY = "DAY"
_MAX_DETAIL = 300


def check(response: httpx.Response, secrets: Iterable[str] = ()) -> Json:
    """The object of an answer that is not an error, which may be empty. Raises a `DeliveryError`."""
    body = _object(response)
    if response.is_success:
        return body
    raise to_delivery_error(body, response, secrets)


def to_delivery_error(
    body: Json, response: httpx.Response, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of a refusal. Its detail holds no secret."""
    status = response.status_code
    code = as_text(body.get("serviceErrorCode"))
    word = as_text(body.get("code"))
    message = as_text(body.get("message")) or as_text(body.get("error_description"))
    shown = " ".join(part for part in (code, word) if part) or f"HTTP {status}"
    detail = _safe(f"{shown}: {message}" if message else shown, secrets)
    vendor_code = _safe(code or word or str(status), secrets)
    meaning = _meaning(code, word, response)
    if meaning is Throttled:
        delay = _delay(message or "", response)
        return Throttled(detail, retry_after=delay, vendor_code=vendor_code)
    return meaning(detail, vendor_code=vendor_code)


def _meaning(code: str | None, word: str | None, response: httpx.Response) -> type[DeliveryError]:
    found = ERRORS.get(code or "") or ERRORS.get(word or "")
    return found or _BY_STATUS.get(response.status_code) or type(from_status(response))


def _delay(message: str, response: httpx.Response) -> timedelta | None:
    """What the header says; the limits of a day begin anew at midnight, UTC, by the clock of the answer."""
    asked = retry_after(response.headers)
    if asked is not None or _DAILY not in message:
        return asked
    try:
        now = parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return timedelta(hours=1)
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    return midnight - now


def unreadable(response: httpx.Response) -> OutcomeUnknown:
    return OutcomeUnknown("the answer names nothing", vendor_code=str(response.status_code))


def about_a_file(error: DeliveryError) -> DeliveryError:
    """What went wrong with an upload: nobody saw the file, so nothing is in doubt."""
    if isinstance(error, OutcomeUnknown):
        return PlatformUnavailable(f"upload: {error.detail}", vendor_code=error.vendor_code)
    if type(error) is ContentRejected:
        return MediaRejected(error.detail, vendor_code=error.vendor_code)
    return error


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text[:_MAX_DETAIL]
