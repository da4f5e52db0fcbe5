"""Discord's refusals and what they mean for a send.

An answer is `{"code": 50035, "message": "Invalid Form Body", "errors": {…}}`.
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
https://docs.discord.com/developers/topics/rate-limits
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
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
from domain.platform import RateScope
from platforms.base import MASK
from platforms.discord.reading import as_number
from platforms.http import LONGEST_RETRY, from_status, retry_after
from platforms.reading import Json, as_object, as_objects, as_text, read_json

_UNREACHABLE = {
    10003: "unknown channel",
    10004: "unknown server",
    10013: "unknown user",
    40007: "the user is banned",
    50001: "the bot cannot see the channel",
    50007: "the user takes no messages from the bot",
    50008: "not a channel of texts",
    50009: "the channel asks for a verification that a bot does not pass",
    50033: "not somebody who can be written to",
    50083: "the thread is archived",
    50278: "no server in common",
    160005: "the thread is locked",
}
_UNAUTHORIZED = {
    40001: "unauthorised",
    40002: "the account must be verified",
    50013: "the bot's role lacks a permission",
    50014: "invalid token",
    50025: "invalid OAuth2 token",
}
_MEDIA = {
    40005: "too large",
    50045: "larger than the limit",
    50046: "not a file that can be read",
    50138: "cannot be made smaller",
    50146: "not there",
    50160: "a voice message is one sound and nothing else",
    50161: "a voice message must say its length",
    50173: "the bot may not send voice messages here",
    50192: "without a length",
}
_LATER = {
    20016: "slow mode",
    20028: "the channel is written to too often",
    20029: "the server is written to too often",
    30046: "too many edits of an old message",
    40003: "direct channels are opened too fast",
    40004: "sending is switched off for a while",
    40006: "switched off for a while",
}
_DOWN = {130000: "overloaded"}

CODES: dict[int, type[DeliveryError]] = {
    **dict.fromkeys(_UNREACHABLE, ContactUnreachable),
    **dict.fromkeys(_UNAUTHORIZED, ChannelUnauthorized),
    **dict.fromkeys(_MEDIA, MediaRejected),
    **dict.fromkeys(_LATER, Throttled),
    **dict.fromkeys(_DOWN, PlatformUnavailable),
}
"""Every other code is a fault of the message: 50006 empty, 50035 malformed, 200000 and 240000 moderated, and so on."""

_BY_STATUS: dict[int, type[DeliveryError]] = {
    HTTPStatus.UNAUTHORIZED: ChannelUnauthorized,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: MediaRejected,
}

GONE = frozenset({10015, 10062})
"""An interaction's token is good for 15 minutes: after that only a message of the channel's own helps."""
ANSWERED = 40060
"""Somebody answered the interaction already, perhaps we ourselves: nothing is left to do."""

LATER = timedelta(minutes=2)
"""After a refusal of `_LATER` that does not say for how long."""
_OF_ONE_CHANNEL = frozenset({20016, 20028})
_MAX_DETAIL = 300
_MOST_PROBLEMS = 3


def read_answer(response: httpx.Response, secrets: Iterable[str] = ()) -> Json:
    """The object that a call was answered with; empty for a 204. Raises a `DeliveryError`."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        return {}
    body = _object(response)
    if response.is_success:
        if not body:
            code = str(response.status_code)
            raise OutcomeUnknown("the answer is not readable", vendor_code=code)
        return body
    raise to_delivery_error(response, body, secrets)


def read_list(response: httpx.Response, secrets: Iterable[str] = ()) -> list[Json]:
    """The objects of a list that a call was answered with. Raises a `DeliveryError`."""
    if not response.is_success:
        raise to_delivery_error(response, _object(response), secrets)
    try:
        found = read_json(response.content)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise OutcomeUnknown("the answer is not readable")
    return as_objects(found)


def to_delivery_error(
    response: httpx.Response, body: Json, secrets: Iterable[str] = ()
) -> DeliveryError:
    """The domain error of a refusal. Its detail holds no secret."""
    status, code = response.status_code, as_number(body.get("code"))
    said = as_text(body.get("message"))
    if code is None and said is None and status != HTTPStatus.TOO_MANY_REQUESTS:
        return _without_a_word(response)
    shown = str(code or status)
    detail = _safe(f"{shown}: {said or 'no description'}{_problems(body)}", secrets)
    meaning = _meaning(status, code or 0)
    if meaning is Throttled:
        scope = _scope(response, body, code)
        wait = _delay(response, body)
        return Throttled(detail, retry_after=wait, scope=scope, vendor_code=shown)
    return meaning(detail, vendor_code=shown)


def _meaning(status: int, code: int) -> type[DeliveryError]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled
    if code in CODES:
        return CODES[code]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Its own words: it did not do it. Asked again within minutes, the nonce keeps it from being done twice.
        return PlatformUnavailable
    return _BY_STATUS.get(status, ContentRejected)


def _without_a_word(response: httpx.Response) -> DeliveryError:
    """Not the API's own JSON: something in between answered."""
    status = response.status_code
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ChannelUnauthorized(f"HTTP {status}", vendor_code=str(status))
    return from_status(response)


def _scope(response: httpx.Response, body: Json, code: int | None) -> RateScope:
    """A limit that is not `global` is of a route and its channel: https://docs.discord.com/developers/topics/rate-limits."""
    if code in _OF_ONE_CHANNEL:
        return "address"
    try:
        asked = response.request.url.path
    except RuntimeError:  # an answer to no call
        asked = ""
    return "address" if body.get("global") is False and "/channels/" in asked else "channel"


def _delay(response: httpx.Response, body: Json) -> timedelta | None:
    """Seconds with decimals in the body, whole ones in the header, which is all that a proxy in front sends.

    A limit of all calls (`global`) is waited for like that of one channel.
    """
    asked = body.get("retry_after")
    if isinstance(asked, int | float) and not isinstance(asked, bool) and asked >= 0:
        return min(timedelta(seconds=min(asked, 10**6)), LONGEST_RETRY)
    told = retry_after(response.headers)
    if told is None and response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        return LATER
    return told


def _problems(body: Json) -> str:
    """The first of what a form's `errors` name, each with its place."""
    found = [f"{place}: {words}" for place, words in _leaves(body.get("errors"), "")]
    return f" ({'; '.join(found[:_MOST_PROBLEMS])})" if found else ""


def _leaves(node: Any, place: str) -> Iterator[tuple[str, str]]:
    for key, value in as_object(node).items():
        if key == "_errors" and isinstance(value, list):
            for problem in value:
                yield place or "body", as_text(as_object(problem).get("message")) or "refused"
        else:
            yield from _leaves(value, f"{place}.{key}" if place else key)


def _object(response: httpx.Response) -> Json:
    try:
        return as_object(read_json(response.content))
    except ValueError:
        return {}


def _safe(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text[:_MAX_DETAIL]
