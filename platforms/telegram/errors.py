"""The Bot API's refusals and what they mean for a send.

An answer is `{"ok": false, "error_code": 400, "description": "Bad Request: chat not found", "parameters": {…}}`.
https://core.telegram.org/bots/api#making-requests
https://core.telegram.org/bots/api#responseparameters

There is no list of descriptions: "its contents are subject to change". So the few that we act upon are matched in
lower case and by their telling words, and everything else by the status alone.
"""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

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
from platforms.http import LONGEST_RETRY, from_status, retry_after
from platforms.reading import as_object, read_json


class Rule(NamedTuple):
    """What a description means that has one of these words in it."""

    error: type[DeliveryError]
    words: tuple[str, ...]


_CHAT = Rule(
    ContactUnreachable,
    (
        "chat not found",
        "user not found",
        "peer_id_invalid",
        "user_is_blocked",
        "input_user_deactivated",
        "bot was blocked",
        "bot was kicked",
        "bot is not a member",
        "user is deactivated",
        "can't initiate conversation",
        "can't send messages to",
        "group is deactivated",
        "group chat was deleted",
        "group chat was upgraded",
        "not enough rights",
        "have no rights to send",
        "need administrator rights",
        "chat_write_forbidden",
        "chat_restricted",
        "topic_closed",
        "topic_deleted",
        "message thread not found",
    ),
)
_FILE = Rule(
    MediaRejected,
    (
        "failed to get http url content",
        "wrong type of the web page content",
        "wrong http url specified",
        "wrong file identifier",
        "wrong remote file",
        "wrong file_id",
        "invalid file_id",
        "file is too big",
        "file must be non-empty",
        "file is temporarily unavailable",
        "webpage_curl_failed",
        "webpage_media_empty",
        "image_process_failed",
        "photo_invalid_dimensions",
        "photo_ext_invalid",
        "voice_messages_forbidden",
        "request entity too large",
    ),
)
RULES: tuple[Rule, ...] = (_CHAT, _FILE)
"""Only for 400 and 403. What is not listed is a fault of the message: entities, buttons, lengths."""

_BY_STATUS: dict[int, type[DeliveryError]] = {
    HTTPStatus.UNAUTHORIZED: ChannelUnauthorized,
    HTTPStatus.FORBIDDEN: ContactUnreachable,
    # Not a missing page: no bot has this token.
    HTTPStatus.NOT_FOUND: ChannelUnauthorized,
    # Another program polls with the same token.
    HTTPStatus.CONFLICT: ChannelUnauthorized,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: MediaRejected,
    HTTPStatus.MISDIRECTED_REQUEST: PlatformUnavailable,
}
_SPEAKING = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN})
_MAX_DETAIL = 300


class BotError(NamedTuple):
    """One refusal."""

    code: int
    description: str
    parameters: dict[str, Any]


def read_result(response: httpx.Response, secrets: Iterable[str] = ()) -> Any:
    """The `result` of an answer. Raises a `DeliveryError`."""
    body = _object(response)
    if body.get("ok") is True:
        if "result" not in body:
            raise _unreadable(response)
        return body["result"]
    if body.get("ok") is False:
        raise to_delivery_error(_bot_error(body, response), response, secrets)
    if response.is_success:
        raise _unreadable(response)
    raise _without_a_word(response)


def to_delivery_error(
    error: BotError, response: httpx.Response, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of a refusal. Its detail holds no secret."""
    detail, code = _safe(f"{error.code}: {error.description}", secrets), str(error.code)
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(detail, retry_after=_delay(error, response), vendor_code=code)
    if moved := error.parameters.get("migrate_to_chat_id"):
        where = f"{detail} (the group is now chat {moved})"
        return ContactUnreachable(where, vendor_code=code)
    return _meaning(error)(detail, vendor_code=code)


def _meaning(error: BotError) -> type[DeliveryError]:
    said = error.description.lower()
    if error.code in _SPEAKING:
        for rule in RULES:
            if any(words in said for words in rule.words):
                return rule.error
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PlatformUnavailable
    if error.code < HTTPStatus.BAD_REQUEST:
        return OutcomeUnknown
    return _BY_STATUS.get(error.code, ContentRejected)


def _without_a_word(response: httpx.Response) -> DeliveryError:
    """A refusal that is not the API's own JSON: a proxy in between, or an address that is no Bot API."""
    status = response.status_code
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        return ChannelUnauthorized(f"HTTP {status}", vendor_code=str(status))
    if status == HTTPStatus.MISDIRECTED_REQUEST:
        return PlatformUnavailable(f"HTTP {status}", vendor_code=str(status))
    return from_status(response)


def _delay(error: BotError, response: httpx.Response) -> timedelta | None:
    """`retry_after` counts in seconds; it may be minutes long."""
    asked = error.parameters.get("retry_after")
    if isinstance(asked, int) and not isinstance(asked, bool) and asked >= 0:
        return timedelta(seconds=min(asked, int(LONGEST_RETRY.total_seconds())))
    return retry_after(response.headers)


def _bot_error(body: dict[str, Any], response: httpx.Response) -> BotError:
    code, description = body.get("error_code"), body.get("description")
    return BotError(
        code=code if type(code) is int else response.status_code,
        description=description if isinstance(description, str) else "no description",
        parameters=as_object(body.get("parameters")),
    )


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}


def _unreadable(response: httpx.Response) -> OutcomeUnknown:
    return OutcomeUnknown("the answer is not readable", vendor_code=str(response.status_code))


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text[:_MAX_DETAIL]
