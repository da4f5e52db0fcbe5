"""A message that was written, changed or taken back, as events.

https://docs.discord.com/developers/events/gateway-events#messages
"""

from collections.abc import Iterator
from typing import Any

from domain.events import Sender
from domain.receipts import Receipt, ReceiptStatus
from platforms.discord.content import Part, read_parts
from platforms.discord.message_types import ANSWERS, SYSTEM, THREAD_STARTER
from platforms.discord.nonce import message_id_of
from platforms.discord.people import (
    Own,
    Writer,
    described,
    is_direct,
    made_at,
    person,
    place_of,
    writer_of,
)
from platforms.discord.reading import Fields, as_moment, as_number, ignored, present
from platforms.reading import Json, as_list, as_object, as_objects, as_text

_CROSSPOST = 1 << 1
"""https://docs.discord.com/developers/resources/message#message-object-message-flags"""
_PUBLIC_THREAD = 11


def read_message(message: Json, own: Own) -> Iterator[Fields]:
    """What was written in a channel, as many events as it has parts."""
    if (reason := _unreadable(message)) is not None:
        yield ignored(reason)
        return
    message = _started(message)
    writer = writer_of(message, own)
    reference = message_id_of(message.get("nonce"))
    if writer is Writer.OWN and reference is not None:
        yield _accepted(message, reference, own)
        return
    if writer not in {Writer.PERSON, Writer.OWN}:
        yield ignored(f"written by {writer}")
        return
    yield from _said(message, own, echo=writer is Writer.OWN)


def read_edit(message: Json, own: Own) -> Iterator[Fields]:
    """The same message with what it says now, part by part.

    Without a time or content it was unfurled, pinned, or got a thread.
    """
    edited = as_text(message.get("edited_timestamp")) if "content" in message else None
    events = list(read_message(message, own)) if edited else [ignored("not an edit")]
    first = events[0]
    if edited is None or first["kind"] == "ignored":
        yield {**first, "external_id": None}
        return
    if first["kind"] != "message":
        yield ignored("an edit of what we sent ourselves")
        return
    count = {"parts": len(events)} if len(events) > 1 else {}
    for part in events:
        target = part["external_id"]
        yield {
            **part,
            "kind": "edit",
            "external_id": f"edit:{target}:{edited}",
            "target_external_id": target,
            "sent_at": as_moment(edited) or part["sent_at"],
            "details": {**(part["details"] or {}), **count} or None,
        }


def read_deletion(deletion: Json, own: Own) -> Iterator[Fields]:
    """One message, or many at once: their ids are all that is told."""
    place = place_of(deletion, own, None)
    ids = [as_text(key) for key in [deletion.get("id"), *as_list(deletion.get("ids"))]]
    keys = [key for key in ids if key is not None]
    if place is None or not keys:
        yield ignored("a deletion of nothing")
        return
    for key in keys:
        yield {
            "kind": "delete",
            "external_id": f"delete:{key}",
            "sender": Sender(address=place.address),
            "target_external_id": key,
            "details": _place(deletion) or None,
        }


def _unreadable(message: Json) -> str | None:
    kind = as_number(message.get("type"))
    if as_text(message.get("channel_id")) is None or as_text(message.get("id")) is None:
        return "it names no message or no channel"
    if kind in SYSTEM:
        return f"system message: {SYSTEM[kind]}"
    if kind == THREAD_STARTER and not as_object(message.get("referenced_message")):
        return "a thread's first message, without what it says"
    return None


def _started(message: Json) -> Json:
    """A thread begins with a copy of the message that it was made from: that is read, in the thread's place."""
    if as_number(message.get("type")) != THREAD_STARTER:
        return message
    first = as_object(message.get("referenced_message"))
    kept = ("id", "channel_id", "guild_id", "channel_type", "position")
    place = {"channel_type": _PUBLIC_THREAD} | {key: message[key] for key in kept if key in message}
    return {**first, **place, "nonce": None, "starter_of": as_text(first.get("id"))}


def _accepted(message: Json, reference: str, own: Own) -> Fields:
    """What we sent ourselves stands there: that settles a send whose answer was lost."""
    key, place = as_text(message.get("id")), place_of(message, own, None)
    receipt = Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=reference)
    return {
        "kind": "receipt",
        "external_id": key,
        "sender": Sender(address=place.address) if place else None,
        "sent_at": as_moment(message.get("timestamp")),
        "echo": True,
        "receipt": receipt,
    }


def _said(message: Json, own: Own, *, echo: bool) -> Iterator[Fields]:
    author, key = as_object(message.get("author")), str(as_text(message["id"]))
    place = place_of(message, own, None if echo else as_text(author.get("id")))
    assert place is not None  # noqa: S101  what names no channel was not readable
    parts = read_parts(message)
    sender = person(author, place.address, as_object(message.get("member")))
    common = {
        "kind": "message",
        # The contact is whoever the conversation is with, never we ourselves.
        "sender": Sender(address=place.address) if echo else sender,
        "sent_at": as_moment(message.get("timestamp")) or made_at(key),
        "reply_to": _reply_to(message),
        "thread": place.thread,
        "echo": echo,
    }
    if not parts:
        yield {**common, **ignored(_nothing(message)), "external_id": key}
    for number, part in enumerate(parts):
        yield {**common, **_part(message, part), "external_id": _key(key, number)}


def _key(key: str, number: int) -> str:
    """The first part has the message's own id, the others follow from it."""
    return f"{key}:{number}" if number else key


def _part(message: Json, part: Part) -> Fields:
    details = present({**_place(message), **_circumstances(message), **(part.details or {})})
    return {
        "content": part.content,
        "details": details or None,
        "raw": None if part.whole else message,
    }


def _nothing(message: Json) -> str:
    """https://docs.discord.com/developers/events/gateway#message-content-intent."""
    if is_direct(message):
        return "a message without content"
    return "a message without content: is the message content intent off?"


def _reply_to(message: Json) -> str | None:
    """The quoted message, also when it is gone. A forward and a crosspost refer to one, and answer none."""
    reference = as_object(message.get("message_reference"))
    answers = as_number(message.get("type")) in ANSWERS and not reference.get("type")
    return as_text(reference.get("message_id")) if answers else None


def _place(item: Json) -> Fields:
    return present({"server": as_text(item.get("guild_id"))})


def _circumstances(message: Json) -> dict[str, Any]:
    """What a message tells beside its content."""
    flags = as_number(message.get("flags")) or 0
    return {
        "mentions": [described(user) for user in as_objects(message.get("mentions"))],
        "mentioned_roles": [
            key for key in map(as_text, as_list(message.get("mention_roles"))) if key
        ],
        "mentions_everyone": message.get("mention_everyone") is True or None,
        "crosspost": bool(flags & _CROSSPOST) or None,
        "starts_thread_from": message.get("starter_of"),
    }
