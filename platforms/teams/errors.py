"""The Bot Connector's refusals and what they mean for a send.

An answer is `{"error": {"code": "BotNotInConversationRoster", "message": "…"}}`; some keep the code deeper inside.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages (read 2026-08),
"Status codes from bot conversational APIs"
"""

from collections.abc import Iterable, Iterator
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
from platforms.http import from_status, retry_after
from platforms.reading import Json, as_object, as_text, read_json

_CODES: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(
        (
            "BotNotInConversationRoster",
            "BotDisabledByAdmin",
            "BotBlockedByUser",
            "ConversationBlockedByUser",
            "ConversationNotFound",
            "ForbiddenOperationException",
            "InstallAppToConversationFailed",
            "MessageWritesBlocked",
            "NotEnoughPermissions",
            "UserBlockedBot",
        ),
        ContactUnreachable,
    ),
    # The host is not the tenant's: the channel is set up for another cloud.
    **dict.fromkeys(("BotNotRegistered", "InvalidBotApiHost"), ChannelUnauthorized),
    **dict.fromkeys(
        ("ActivityNotFound", "BadArgument", "Bad Argument", "BadSyntax", "MessageSizeTooBig"),
        ContentRejected,
    ),
}
_BLOCKED = 209
"""The number of `MessageWritesBlocked`, where only that is told."""

_STATUSES: dict[int, type[DeliveryError]] = {
    HTTPStatus.BAD_REQUEST: ContentRejected,
    HTTPStatus.UNAUTHORIZED: ChannelUnauthorized,
    HTTPStatus.FORBIDDEN: ContactUnreachable,
    HTTPStatus.NOT_FOUND: ContactUnreachable,
    # Two things at once in one conversation: neither was done.
    HTTPStatus.PRECONDITION_FAILED: PlatformUnavailable,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ContentRejected,
    # The page says to try again; a 500 and a 504 may have come after the deed, and are not tried on a guess.
    HTTPStatus.BAD_GATEWAY: PlatformUnavailable,
    HTTPStatus.SERVICE_UNAVAILABLE: PlatformUnavailable,
}
_SPOKEN_ONLY = frozenset({HTTPStatus.BAD_GATEWAY})
"""Means that only in the service's own words: a proxy's page may have lost a finished call."""
_MAX_DETAIL, _MAX_DEPTH = 300, 4


def read_answer(response: httpx.Response, secrets: Iterable[str] = ()) -> Json:
    """The object of an answer. Raises a `DeliveryError`."""
    body = _object(response)
    if response.is_success:
        if body is None:
            status = str(response.status_code)
            raise OutcomeUnknown("the answer is not readable", vendor_code=status)
        return body
    raise to_delivery_error(response, body or {}, secrets)


def to_delivery_error(
    response: httpx.Response, body: Json, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of a refusal. Its detail holds no secret."""
    codes = list(_codes(body))
    status = response.status_code
    code = next((one for one in codes if one in _CODES), next(iter(codes), str(status)))
    detail = _safe(f"HTTP {status}: {_words(body, code)}", secrets)
    code = _safe(code, secrets)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(detail, retry_after=retry_after(response.headers), vendor_code=code)
    speaks = bool(codes) or status not in _SPOKEN_ONLY
    meaning = _STATUSES.get(status) if speaks else None
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        meaning = _CODES.get(code, meaning)
    return meaning(detail, vendor_code=code) if meaning else from_status(response)


def _codes(body: Json, depth: int = 0) -> Iterator[str]:
    """Every code of an answer, the outermost first: `code`, `subCode`, `errorCode`, inside of each other."""
    error = as_object(body.get("error")) or body
    for name in ("code", "subCode", "errorCode"):
        found = as_text(error.get(name))
        if found:
            yield "MessageWritesBlocked" if found == str(_BLOCKED) else found
    inner = as_object(error.get("innerHttpError")).get("body")
    if isinstance(inner, str):
        inner = _read(inner)
    if isinstance(inner, dict) and depth < _MAX_DEPTH:
        yield from _codes(inner, depth + 1)


def _words(body: Json, code: str) -> str:
    said = as_text(as_object(body.get("error")).get("message")) or as_text(body.get("message"))
    return f"{code}: {said}" if said else code


def _object(response: httpx.Response) -> Json | None:
    body = _read(response.content)
    return body if isinstance(body, dict) else None


def _read(text: str | bytes) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return None


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text[:_MAX_DETAIL]
