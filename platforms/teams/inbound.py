"""A webhook of the Bot Connector becomes events: every activity by itself, every thing in it an event.

https://github.com/microsoft/Agents/blob/main/specs/activity/protocol-activity.md (read 2026-08)
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.reading import Json, as_text, digest, read_json
from platforms.teams.frame import frame, kept, key_of
from platforms.teams.invokes import read_invoke
from platforms.teams.messages import read_delete, read_message, read_reactions, read_update
from platforms.teams.news import (
    read_contact,
    read_conversation_update,
    read_end,
    read_event,
    read_handoff,
    read_installation,
    read_typing,
)
from platforms.teams.people import bot_of
from platforms.teams.reading import Fields, ignored

_READERS: dict[str, Callable[[Json], Iterator[Fields]]] = {
    "message": read_message,
    "messageUpdate": read_update,
    "messageDelete": read_delete,
    "messageReaction": read_reactions,
    "conversationUpdate": read_conversation_update,
    "installationUpdate": read_installation,
    "contactRelationUpdate": read_contact,
    "invoke": read_invoke,
    "event": read_event,
    "typing": read_typing,
    "endOfConversation": read_end,
    "handoff": read_handoff,
}
_UNUSED = frozenset(
    {
        "trace",
        "command",
        "commandResult",
        "configuration",
        "deleteUserData",
        "invokeResponse",
        "delay",
        "suggestion",
        "session",
    }
)


def accounts(request: WebhookRequest) -> list[str]:
    try:
        found = [bot_of(activity) for activity in read_activities(request)]
    except PayloadUnreadable:
        return []
    return list(dict.fromkeys(bot for bot in found if bot))


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """What a body tells. Raises `PayloadUnreadable` when it is no activity, nor a list of them."""
    return [event for item in _items(request) for event in _events(item)]


def read_activities(request: WebhookRequest) -> list[Json]:
    """The activities of a body. Raises `PayloadUnreadable`."""
    return [item for item in _items(request) if isinstance(item, dict)]


def _items(request: WebhookRequest) -> list[Any]:
    """Teams posts one activity; a transcript is a list of them."""
    try:
        body = read_json(request.body)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(body, dict | list):
        raise PayloadUnreadable("the body is neither an activity nor a list of them")
    return body if isinstance(body, list) else [body]


def _events(item: Any) -> list[InboundEvent]:
    activity = item if isinstance(item, dict) else {}
    key = key_of(activity) if activity else f"activity:{digest(item)}"
    try:
        return _built(_read(item), key, activity)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one activity, the others survive
        return _built([ignored(f"unreadable: {type(error).__name__}")], key, activity)


def _built(found: Iterable[Fields], key: str, activity: Json) -> list[InboundEvent]:
    events: list[InboundEvent] = []
    for index, fields in enumerate(found):
        external_id = fields.get("external_id") or (f"{key}:{index}" if index else key)
        raw = kept(activity) or None if fields["kind"] == "ignored" else fields.get("raw")
        events.append(InboundEvent(**{**fields, "external_id": external_id, "raw": raw}))
    return events


def _read(item: Any) -> Iterator[Fields]:
    if not isinstance(item, dict):
        yield ignored("not an activity")
        return
    activity = {key: value for key, value in item.items() if value is not None}
    kind = as_text(activity.get("type"))
    reader = _READERS.get(kind or "")
    if reader is not None:
        yield from reader(activity)
        return
    reason = f"{kind} is not used" if kind in _UNUSED else f"unknown kind of activity: {kind}"
    yield {**frame(activity), **ignored(reason)}
