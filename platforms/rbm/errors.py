"""Google's error object and what it means for a send.

An answer is `{"error": {"code": 404, "status": "NOT_FOUND", "message": "…", "details": […]}}`.
https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/send
https://cloud.google.com/apis/design/errors#error_model
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import MASK
from platforms.http import LONGEST_RETRY, from_status, proof_of, retry_after
from platforms.reading import as_list, as_object, as_text, read_json

ERRORS: dict[str, type[DeliveryError]] = {
    # The device has no RCS, or the agent is not launched on its network: another channel must do.
    "NOT_FOUND": ContactUnreachable,
    # The content is malformed, or is something this device cannot show.
    "INVALID_ARGUMENT": ContentRejected,
    "FAILED_PRECONDITION": ContentRejected,
    "OUT_OF_RANGE": ContentRejected,
    "UNIMPLEMENTED": ContentRejected,
    "UNAUTHENTICATED": ChannelUnauthorized,
    "PERMISSION_DENIED": ChannelUnauthorized,
    "RESOURCE_EXHAUSTED": Throttled,
    # Whatever became of it: the same id may be sent again, and counts once.
    "UNAVAILABLE": PlatformUnavailable,
    "INTERNAL": PlatformUnavailable,
    "UNKNOWN": PlatformUnavailable,
    "DEADLINE_EXCEEDED": PlatformUnavailable,
    "ABORTED": PlatformUnavailable,
    "CANCELLED": PlatformUnavailable,
    "DATA_LOSS": PlatformUnavailable,
}

_BY_STATUS: dict[int, type[DeliveryError]] = {
    HTTPStatus.UNAUTHORIZED: ChannelUnauthorized,
    HTTPStatus.FORBIDDEN: ChannelUnauthorized,
    HTTPStatus.NOT_FOUND: ContactUnreachable,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
}
"""For a status word that no table knows; any other is decided as on every platform."""

_SECONDS = re.compile(r"(\d{1,7})(?:\.\d*)?s", re.ASCII)
_PHONE = re.compile(r"\+?\d{8,}")
_MAX_DETAIL = 300


def read_answer(response: httpx.Response, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """The object of an answer that is not an error. Raises a `DeliveryError`."""
    body = _object(response)
    error = as_object(body.get("error"))
    if error:
        raise to_delivery_error(error, response, [*secrets, *proof_of(response)])
    if not response.is_success:
        raise _without_a_word(response)
    return body


def to_delivery_error(
    error: dict[str, Any], response: httpx.Response, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of an error object. Its detail names no phone number and no secret."""
    word = as_text(error.get("status")) or str(response.status_code)
    detail = _safe(f"{word}: {as_text(error.get('message')) or 'no message'}", secrets)
    meaning = ERRORS.get(word) or _BY_STATUS.get(response.status_code)
    if meaning is None:
        meaning = type(from_status(response))
    code = _safe(word, secrets)
    if meaning is Throttled:
        return Throttled(detail, retry_after=_delay(error, response), vendor_code=code)
    return meaning(detail, vendor_code=code)


def is_repeat(response: httpx.Response) -> bool:
    """Whether our id is there already: the message was taken the first time."""
    if response.status_code != HTTPStatus.CONFLICT:
        return False
    return as_object(_object(response).get("error")).get("status") in {None, "ALREADY_EXISTS"}


def unreadable(response: httpx.Response) -> OutcomeUnknown:
    return OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))


def _without_a_word(response: httpx.Response) -> DeliveryError:
    meaning = _BY_STATUS.get(response.status_code, Throttled)
    if meaning is Throttled:
        return from_status(response)
    status = str(response.status_code)
    return meaning(f"HTTP {status}", vendor_code=status)


def _delay(error: dict[str, Any], response: httpx.Response) -> timedelta | None:
    """https://cloud.google.com/apis/design/errors#retry_info, else the header."""
    for item in map(as_object, as_list(error.get("details"))):
        found = _SECONDS.fullmatch(as_text(item.get("retryDelay")) or "")
        if found:
            return min(timedelta(seconds=int(found[1])), LONGEST_RETRY)
    return retry_after(response.headers)


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _PHONE.sub(MASK, text)[:_MAX_DETAIL]
