"""Who wrote, and where: a person alone is the address, and a channel where several may write, of a server or a thread.

https://docs.discord.com/developers/resources/user#user-object
https://docs.discord.com/developers/resources/channel#channel-object-channel-types
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.events import Sender
from platforms.discord.reading import Fields, as_number, present
from platforms.reading import Json, as_object, as_text

APPLICATION_HEADER = "x-application-id"
BOT_HEADER = "x-bot-id"
"""Set by whoever hands frames to our webhook: a frame does not say whose connection it came by."""

DIRECT = 1
THREADS = frozenset({10, 11, 12})

USER = "user:"
"""Begins the address of a person. Their direct channel is the thread where it is known, and else opened to write."""

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Own(NamedTuple):
    """Who we are, as far as a request tells."""

    application: str | None = None
    bot: str | None = None
    person: str | None = None
    """With whom we are there, in a direct channel: what is told of one does not always name them."""

    @property
    def ids(self) -> frozenset[str]:
        """The bot of an older application has another id than the application itself."""
        return frozenset(key for key in (self.application, self.bot) if key)


class Place(NamedTuple):
    """Where something was said."""

    address: str
    thread: str | None


class Writer(StrEnum):
    """What wrote a message."""

    PERSON = "a person"
    OWN = "our own bot"
    BOT = "a bot"
    WEBHOOK = "a webhook"
    SYSTEM = "Discord itself"


def own_of(headers: Mapping[str, str]) -> Own:
    return Own(
        as_text(headers.get(APPLICATION_HEADER)),
        as_text(headers.get(BOT_HEADER)),
    )


def writer_of(message: Json, own: Own) -> Writer:
    """Who stands behind a message. Where nobody tells who we are, a bot is taken for us: an echo starts nothing.

    Answers to interactions are written by a webhook that has the application's id.
    """
    author = as_object(message.get("author"))
    signs = {as_text(author.get("id")), as_text(message.get("application_id"))}
    webhook = as_text(message.get("webhook_id"))
    if own.ids & {*signs, webhook}:
        return Writer.OWN
    if author.get("system") is True:
        return Writer.SYSTEM
    if webhook is not None and webhook != as_text(message.get("application_id")):
        return Writer.WEBHOOK
    if author.get("bot") is not True:
        return Writer.PERSON
    return Writer.OWN if not own.ids or is_direct(message) else Writer.BOT


def is_own(user_id: str | None, own: Own) -> bool:
    return user_id is not None and user_id in own.ids


def is_direct(item: Json) -> bool:
    """Whether it happened between one person and our bot: bots cannot write to each other there."""
    kind = as_number(item.get("channel_type"))
    return kind == DIRECT if kind is not None else as_text(item.get("guild_id")) is None


def person(user: Json, address: str, member: Json | None = None) -> Sender:
    """A user as the sender of something at that address, by the name that they have there."""
    nick = as_text((member or {}).get("nick"))
    username = as_text(user.get("username"))
    return Sender(
        address=address,
        name=nick or as_text(user.get("global_name")) or username,
        username=username,
        user_id=as_text(user.get("id")),
    )


def described(user: Json) -> Fields:
    """A person as they are told of in `details`."""
    shown = person(user, "")
    bot = True if user.get("bot") is True else None
    return present(
        {"id": shown.user_id, "name": shown.name, "username": shown.username, "bot": bot}
    )


def place_of(item: Json, own: Own, user_id: str | None) -> Place | None:
    """The place of something that a user did: in a direct channel, the person there, whoever of the two did it."""
    channel = as_text(item.get("channel_id"))
    if channel is None:
        return None
    person_id = own.person or (None if is_own(user_id, own) else user_id)
    if is_direct(item) and person_id is not None:
        return Place(f"{USER}{person_id}", channel)
    return Place(channel, thread_of(item))


def thread_of(message: Json) -> str | None:
    """A thread is a channel of its own; only messages in one have a `position`."""
    kind = as_number(message.get("channel_type"))
    in_thread = kind in THREADS or (kind is None and as_number(message.get("position")) is not None)
    return as_text(message.get("channel_id")) if in_thread else None


def made_at(key: str | None) -> datetime | None:
    """When an id was made: https://docs.discord.com/developers/reference#snowflakes."""
    if key is None or not (key.isascii() and key.isdecimal()) or not 15 <= len(key) <= 19:
        return None
    return _EPOCH + timedelta(milliseconds=int(key) >> 22)
