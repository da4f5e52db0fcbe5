"""A Telegram webhook becomes events: every update by itself, every thing in it an event.

https://core.telegram.org/bots/api#getting-updates
"""

import hmac
from collections.abc import Iterable, Iterator
from typing import Any

from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.reading import Json, as_text, digest, read_json
from platforms.telegram.account import TelegramAccount
from platforms.telegram.messages import ignored
from platforms.telegram.service import Fields
from platforms.telegram.updates import READERS, UNUSED

# https://core.telegram.org/bots/api#setwebhook, `secret_token`
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  the header's name


def verify(request: WebhookRequest, account: TelegramAccount) -> None:
    """Raise `SignatureInvalid` unless the secret that `setWebhook` was given came back.

    Constant time, and on bytes: `compare_digest` raises on text that is not ASCII.
    """
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")
    wanted = account.secret_token.get_secret_value().encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        raise SignatureInvalid("missing" if not given else "not this channel's secret token")


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every update of a body: one as a webhook brings it, or a list of them.

    Raises `PayloadUnreadable` when the body is neither.
    """
    try:
        body = read_json(request.body)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(body, dict | list):
        raise PayloadUnreadable("the body is neither an update nor a list of them")
    return [event for update in _updates(body) for event in _events(update)]


def _updates(body: Any) -> list[Any]:
    """The updates of a body, which may also be an answer of `getUpdates` that was written to a file."""
    if isinstance(body, list):
        return body
    answered = body.get("ok") is True and isinstance(body.get("result"), list)
    return body["result"] if answered else [body]


def _events(update: Any) -> list[InboundEvent]:
    """The events of one update. A message has its own id, all else the update's: `update:7`, then `update:7:1`."""
    number = as_text(update.get("update_id")) if isinstance(update, dict) else None
    key = f"update:{number or digest(update)}"
    try:
        return _built(_read(update), key, update)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one update, the others survive
        return _built([ignored(f"unreadable: {type(error).__name__}")], key, update)


def _built(found: Iterable[Fields], key: str, update: Any) -> list[InboundEvent]:
    events: list[InboundEvent] = []
    for index, fields in enumerate(found):
        external_id = fields.get("external_id") or (f"{key}:{index}" if index else key)
        raw = {"raw": update} if fields["kind"] == "ignored" else {}
        events.append(InboundEvent(**{**fields, **raw, "external_id": external_id}))
    return events


def _read(update: Any) -> Iterator[Fields]:
    if not isinstance(update, dict):
        yield ignored("not an update")
        return
    kinds = [key for key in update if key != "update_id"]
    if not kinds:
        yield ignored("an update of nothing")
    for kind in kinds:
        yield from _read_kind(kind, update[kind])


def _read_kind(kind: str, item: Any) -> Iterator[Fields]:
    reader = READERS.get(kind)
    if reader is None:
        known = kind in UNUSED
        yield ignored(f"{kind} is not used" if known else f"unknown kind of update: {kind}")
    elif not isinstance(item, dict):
        yield ignored(f"{kind} is not an object")
    else:
        yield from reader(_present(item))


def _present(item: Json) -> Json:
    """Without what is null: Telegram leaves out what a thing does not have, relays write null."""
    return {key: value for key, value in item.items() if value is not None}
