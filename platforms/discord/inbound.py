"""What Discord posts, or says through its Gateway, becomes events: every item by itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.discord.envelope import CONNECTION, unwrapped
from platforms.discord.frames import frame_key, read_frame
from platforms.discord.interactions import read_interaction, without_token
from platforms.discord.messages import read_message
from platforms.discord.people import Own, own_of
from platforms.discord.reading import Fields, ignored
from platforms.discord.webhook_events import event_key, is_webhook_event, read_webhook_event
from platforms.reading import Json, as_text, digest, read_json

_CHANNEL, _THREAD = 0, 11
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-types: in a server."""


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """The events of a body: an interaction, a webhook event, a frame, a message by itself, or a list of any of them.

    Raises `PayloadUnreadable` when it is none of these.
    """
    body = read_body(request)
    own = own_of(request.headers)
    items = body if isinstance(body, list) else [body]
    return [event for item in items for event in _events(item, own)]


def read_body(request: WebhookRequest) -> Json | list[Any]:
    """Raises `PayloadUnreadable`."""
    try:
        body = read_json(request.body)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(body, dict | list):
        raise PayloadUnreadable("the body is neither an object nor a list of them")
    return body


def accounts(request: WebhookRequest) -> list[str]:
    """The application that a body names. A frame names none."""
    try:
        body = read_body(request)
    except PayloadUnreadable:
        return []
    items = body if isinstance(body, list) else [body]
    names = [as_text(item.get("application_id")) for item in items if isinstance(item, dict)]
    return list(dict.fromkeys(name for name in names if name))


def is_frame(body: Json) -> bool:
    """`op` may be missing where only what was dispatched was kept."""
    return "op" in body or {"t", "d"} <= body.keys()


def is_message(body: Json) -> bool:
    """A message by itself, as a channel's history has them."""
    return {"id", "channel_id", "author"} <= body.keys()


def _events(item: Any, own: Own) -> list[InboundEvent]:
    key = _key(item)
    try:
        item, own = _unwrapped(item, own)
        return _built(_read(item, own), key, item)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one item, the others survive
        return _built([ignored(f"unreadable: {type(error).__name__}")], key, item)


def _unwrapped(item: Any, own: Own) -> tuple[Any, Own]:
    """A frame that our own connection brought says whose it is."""
    return unwrapped(item, own) if isinstance(item, dict) and CONNECTION in item else (item, own)


def _key(item: Any) -> str:
    """Stands in for the id of what has none."""
    if isinstance(item, dict) and is_frame(item):
        return frame_key(item)
    if isinstance(item, dict) and is_webhook_event(item):
        return event_key(item)
    return f"item:{digest(item)}"


def _built(found: Iterable[Fields], key: str, item: Any) -> list[InboundEvent]:
    events: list[InboundEvent] = []
    for index, fields in enumerate(found):
        external_id = fields.get("external_id") or (f"{key}:{index}" if index else key)
        kept = fields["kind"] == "ignored" and "raw" not in fields
        raw = {"raw": _without_tokens(item)} if kept else {}
        events.append(InboundEvent(**{**fields, **raw, "external_id": external_id}))
    return events


def _without_tokens(item: Any) -> Any:
    """An item as it is kept, whether an interaction or a frame that brings one."""
    if not isinstance(item, dict):
        return item
    inner = item.get("d")
    framed = {"d": without_token(inner)} if isinstance(inner, dict) else {}
    return {**without_token(item), **framed}


def _read(item: Any, own: Own) -> Iterator[Fields]:
    if not isinstance(item, dict):
        yield ignored("not an object")
    elif is_frame(item):
        yield from read_frame(item, own)
    elif is_message(item):
        yield from read_message(_placed(item), own)
    elif is_webhook_event(item):
        yield from read_webhook_event(item)
    elif "type" in item:
        yield from read_interaction(item, own)
    else:
        yield ignored("neither an interaction, nor an event, nor a frame")


def _placed(message: Json) -> Json:
    """By itself, a message need not say where it stands: then nobody may take it for a direct one."""
    if "channel_type" in message or "guild_id" in message:
        return message
    return {**message, "channel_type": _THREAD if "position" in message else _CHANNEL}
