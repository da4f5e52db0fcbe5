"""What every event of an activity has in common: where, who, when, for which bot."""

from typing import Any

from platforms.reading import Json, as_text, digest
from platforms.teams.people import (
    address_of,
    author,
    bot_of,
    is_our_own,
    message_id,
    thread_of,
)
from platforms.teams.reading import Fields, as_moment, moment_of

_PRIVATE = ("signin/", "fileconsent/", "handoff/")
"""Invokes whose values hold tokens, or addresses that are keys."""
SERVICE = "serviceUrl"
"""Where answers to a conversation go, as `OutboundMessage.answers` brings it back."""


def frame(activity: Json) -> Fields:
    address = address_of(activity)
    key = as_text(activity.get("id"))
    return {
        "account": bot_of(activity),
        "sender": author(activity),
        "sent_at": as_moment(activity.get("timestamp")) or moment_of(key),
        "thread": thread_of(address) if address else None,
        "echo": is_our_own(activity),
    }


def key_of(activity: Json) -> str:
    """The id of an activity: that of a message for a message."""
    key = message_id(address_of(activity), as_text(activity.get("id")))
    return key or f"activity:{digest(activity)}"


def news_key(activity: Json, change: str | None = None) -> str:
    """News about a message have that message's id; their time tells two of them apart."""
    moment = as_text(activity.get("timestamp")) or digest(activity)
    kind = as_text(activity.get("type")) or "activity"
    return ":".join(part for part in (key_of(activity), kind, change, moment) if part)


def target_of(activity: Json, key: str | None) -> str | None:
    return message_id(address_of(activity), key)


def kept(activity: Json) -> Any:
    """An activity without its secrets."""
    name = (as_text(activity.get("name")) or "").lower()
    if name.startswith(_PRIVATE) or name == "tokens/response":
        return {key: value for key, value in activity.items() if key != "value"}
    return activity


def answerable(activity: Json, value: Any = None) -> Fields | None:
    """What an answer needs to know of a message, and what its words do not tell."""
    service = as_text(activity.get(SERVICE))
    told = {SERVICE: service, "value": value}
    return {key: item for key, item in told.items() if item not in (None, "")} or None
