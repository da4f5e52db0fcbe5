"""Who wrote, and where: the chat is the address, the person in it the author.

https://core.telegram.org/bots/api#user, https://core.telegram.org/bots/api#chat
"""

from domain.events import Sender
from platforms.reading import Json, as_object, as_text


def chat_id(message: Json) -> str | None:
    """The chat something happened in: the address of its conversation."""
    return as_text(as_object(message.get("chat")).get("id"))


def message_id(message: Json) -> str | None:
    """`chat:number`, since messages are counted anew in every chat."""
    chat, number = chat_id(message), as_text(message.get("message_id"))
    return f"{chat}:{number}" if chat is not None and number is not None else None


def author(message: Json, address: str) -> Sender:
    """Who wrote a message: the chat in whose name it stands, else the person, else the chat it stands in.

    An anonymous administrator and a linked channel have a `sender_chat` and a stand-in for `from`; a channel's post
    has neither.
    """
    parties = (message.get(key) for key in ("sender_chat", "from", "chat"))
    return person(next((party for party in map(as_object, parties) if party), {}), address)


def person(party: Json, address: str) -> Sender:
    """A user or a chat as the sender of something in the conversation at that address."""
    return Sender(
        address=address,
        name=full_name(party),
        username=as_text(party.get("username")),
        user_id=as_text(party.get("id")),
    )


def full_name(party: Json) -> str | None:
    parts = (as_text(party.get(key)) for key in ("first_name", "last_name"))
    return as_text(party.get("title")) or " ".join(part for part in parts if part) or None


def is_bot(message: Json) -> bool:
    """Whether a bot wrote it by itself. What stands in the name of a chat was written by a person."""
    by_bot = as_object(message.get("from")).get("is_bot") is True
    return by_bot and not as_object(message.get("sender_chat"))


BUSINESS = "business:"
"""Begins the thread of a chat that belongs to a business account, before the connection's id."""


def thread_of(message: Json) -> str | None:
    """Where in the chat an answer belongs: a forum's topic, or the business account that was written to.

    Outside of forums a `message_thread_id` marks a chain of replies, and cannot be answered in.
    """
    business = as_text(message.get("business_connection_id"))
    if business is not None:
        return f"{BUSINESS}{business}"
    in_topic = message.get("is_topic_message") is True
    return as_text(message.get("message_thread_id")) if in_topic else None
