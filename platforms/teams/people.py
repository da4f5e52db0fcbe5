"""Who wrote, and where: the conversation is the address, the person in it the author.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages (read 2026-08)
"""

from domain.events import Sender
from platforms.reading import Json, as_object, as_text
from platforms.teams.account import BOT
from platforms.teams.reading import Fields, present

_ROOT = ";messageid="
"""Between a channel and the message that a thread of it began with."""


def address_of(activity: Json) -> str | None:
    """The conversation, which in a channel is one thread of it."""
    return as_text(as_object(activity.get("conversation")).get("id"))


def place_of(address: str) -> str:
    """The chat or channel, without the thread: messages are counted in it."""
    return address.partition(_ROOT)[0]


def thread_of(address: str) -> str | None:
    """The first message of the thread."""
    return address.partition(_ROOT)[2] or None


def in_thread(address: str, thread: str | None) -> str:
    """The address of a thread, where the address itself names none. Chats have no threads."""
    in_channel = address.startswith("19:") and thread and thread.isascii() and thread.isdecimal()
    return f"{address}{_ROOT}{thread}" if in_channel and _ROOT not in address else address


def message_id(address: str | None, key: str | None) -> str | None:
    """`conversation:id`: an id is the time of a message, which another chat may share."""
    return f"{place_of(address)}:{key}" if address and key else None


def own_id(external_id: str, address: str) -> str | None:
    """The platform's id of a message in the conversation at that address; None for one of another."""
    place = f"{place_of(address)}:"
    key = external_id.removeprefix(place)
    return key if key and (external_id.startswith(place) or ":" not in key) else None


def tenant_of(activity: Json) -> str | None:
    named = as_object(as_object(activity.get("channelData")).get("tenant"))
    return as_text(named.get("id")) or as_text(
        as_object(activity.get("conversation")).get("tenantId")
    )


def author(activity: Json) -> Sender | None:
    address = address_of(activity)
    return person(as_object(activity.get("from")), address) if address else None


def person(party: Json, address: str) -> Sender:
    """Somebody in a conversation. `29:…` is another id with every bot; the one of the directory is the same for all."""
    key = as_text(party.get("aadObjectId")) or as_text(party.get("objectId"))
    username = as_text(party.get("userPrincipalName")) or as_text(party.get("email"))
    return Sender(
        address=address,
        name=as_text(party.get("name")),
        username=username,
        user_id=key or as_text(party.get("id")),
    )


def described(party: Json) -> Fields:
    """Somebody as one of several people that an event speaks of."""
    return present(
        {
            "id": as_text(party.get("id")),
            "name": as_text(party.get("name")),
            "user_id": as_text(party.get("aadObjectId")),
        }
    )


def bot_of(activity: Json) -> str | None:
    """The bot that an activity is for: its recipient, or its author when it is our own coming back."""
    recipient, writer = _id(activity, "recipient"), _id(activity, "from")
    is_bots = writer is not None and writer.startswith(BOT)
    return writer if is_bots and not (recipient or "").startswith(BOT) else recipient


def is_our_own(activity: Json) -> bool:
    writer = _id(activity, "from")
    return writer is not None and writer == bot_of(activity)


def is_a_bots(activity: Json) -> bool:
    """Whether any bot wrote it."""
    writer = as_object(activity.get("from"))
    return (_id(activity, "from") or "").startswith(BOT) or writer.get("role") in {"bot", "skill"}


def _id(activity: Json, key: str) -> str | None:
    return as_text(as_object(activity.get(key)).get("id"))
