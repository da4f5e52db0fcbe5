"""Reactions to a message, and signs of typing.

https://docs.discord.com/developers/events/gateway-events#message-reaction-add
"""

from collections.abc import Iterator

from domain.events import Sender
from platforms.discord.people import Own, is_own, person, place_of
from platforms.discord.reading import Fields, as_moment, ignored, present
from platforms.reading import Json, as_object, as_text


def read_added(change: Json, own: Own) -> Iterator[Fields]:
    yield from _reaction(change, own, added=True)


def read_removed(change: Json, own: Own) -> Iterator[Fields]:
    yield from _reaction(change, own, added=False)


def _reaction(change: Json, own: Own, *, added: bool) -> Iterator[Fields]:
    """One of somebody's reactions. Taken back, it is only in the details."""
    target, emoji = as_text(change.get("message_id")), _emoji(change.get("emoji"))
    user = _user(change)
    place = place_of(change, own, as_text(user.get("id")))
    if target is None or place is None or emoji is None:
        yield ignored("a reaction of nothing or to nothing")
        return
    echo = is_own(as_text(user.get("id")), own)
    if user.get("bot") is True and not echo:
        yield ignored("a reaction of a bot")
        return
    server = as_text(change.get("guild_id"))
    yield {
        "kind": "reaction",
        "sender": person(user, place.address, as_object(change.get("member"))),
        "target_external_id": target,
        "emoji": emoji if added else None,
        "echo": echo,
        "details": present({"removed": None if added else emoji, "server": server}) or None,
    }


def read_cleared(change: Json, own: Own) -> Iterator[Fields]:
    """A moderator took back everybody's reactions to a message, or those of one emoji. Nobody is named."""
    target, place = as_text(change.get("message_id")), place_of(change, own, None)
    if target is None or place is None:
        yield ignored("reactions to nothing were cleared")
        return
    yield {
        "kind": "reaction",
        "sender": Sender(address=place.address),
        "target_external_id": target,
        "details": {"removed": _emoji(change.get("emoji")) or "all", "of": "everybody"},
    }


def read_typing(sign: Json, own: Own) -> Iterator[Fields]:
    """https://docs.discord.com/developers/events/gateway-events#typing-start."""
    user = _user(sign)
    place = place_of(sign, own, as_text(user.get("id")))
    if place is None:
        yield ignored("typing in no channel")
    elif user.get("bot") is True or is_own(as_text(user.get("id")), own):
        yield ignored("a bot is typing")
    else:
        yield {
            "kind": "typing",
            "sender": person(user, place.address, as_object(sign.get("member"))),
            "sent_at": as_moment(sign.get("timestamp")),
        }


def _user(item: Json) -> Json:
    """Who did it: servers tell more than the id."""
    told = as_object(as_object(item.get("member")).get("user"))
    return {**told, "id": as_text(item.get("user_id")) or told.get("id")}


def _emoji(value: object) -> str | None:
    """An emoji, or `name:id` of a server's own, as requests spell it; a deleted one has no name left."""
    emoji = as_object(value)
    name, key = as_text(emoji.get("name")), as_text(emoji.get("id"))
    return f"{name or '_'}:{key}" if key is not None else name
