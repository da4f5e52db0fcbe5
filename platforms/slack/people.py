"""Who wrote, and where an answer goes.

A private chat is one conversation, whose address is its channel (`D…`). In any other channel each thread is one:
`C…:1785585600.000200`. What names no channel, such as a submitted modal, is answered to the person: `U…`.
https://docs.slack.dev/apis/web-api/using-the-conversations-api
"""

import re
from typing import NamedTuple

from domain.events import Sender
from platforms.reading import Json, as_object
from platforms.slack.reading import as_text

_TS = re.compile(r"\d{1,12}\.\d{1,9}", re.ASCII)
_PRIVATE = frozenset({"im", "app_home"})


class Place(NamedTuple):
    """An address in its parts."""

    channel: str
    thread_ts: str | None = None


def place_of(address: str) -> Place:
    channel, _, ts = address.partition(":")
    return Place(channel, ts if is_ts(ts) else None)


def is_ts(value: str | None) -> bool:
    """Whether this is the `ts` of a message, which is its id within its channel."""
    return bool(value and _TS.fullmatch(value))


def is_private(channel: str, channel_type: str | None = None) -> bool:
    return channel.startswith("D") or channel_type in _PRIVATE


def address_of(channel: str, root: str | None, channel_type: str | None = None) -> str:
    """Where a message belongs; `root`: the `ts` of the first message of its thread, itself perhaps."""
    return channel if root is None or is_private(channel, channel_type) else f"{channel}:{root}"


def root_of(message: Json) -> str | None:
    return as_text(message.get("thread_ts")) or as_text(message.get("ts"))


def message_id(channel: str | None, ts: str | None) -> str | None:
    """`channel:ts`, since a `ts` counts within its channel."""
    return f"{channel}:{ts}" if channel and ts else None


def author(message: Json, address: str) -> Sender:
    """Who wrote a message: as a rule an id and no name, which `fetch_profile` then tells."""
    profile = as_object(message.get("user_profile"))
    return Sender(
        address=address,
        name=profile_name(profile),
        username=as_text(profile.get("name")) or as_text(message.get("username")),
        user_id=as_text(message.get("user")),
    )


def profile_name(profile: Json) -> str | None:
    """What the person is called: their own choice first."""
    keys = ("display_name", "real_name", "display_name_normalized", "real_name_normalized")
    return next((name for key in keys if (name := as_text(profile.get(key)))), None)


def acting(user: Json, address: str) -> Sender:
    """Whoever pressed, submitted or typed a command."""
    key = as_text(user.get("id"))
    name, username = as_text(user.get("name")), as_text(user.get("username"))
    shown = None if name == key else name
    return Sender(address=address, name=shown, username=username or shown, user_id=key)
