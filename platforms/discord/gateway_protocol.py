"""The Gateway's own words: operations, intents, and what each close code asks of us.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
https://docs.discord.com/developers/events/gateway#gateway-intents
"""

from enum import Enum, IntEnum, IntFlag
from typing import NamedTuple

from domain.errors import ChannelUnauthorized, DeliveryError, PlatformUnavailable

VERSION = 10
"""/reference#api-versioning: the version of the Gateway that the API's own version is of (read 2026-08)."""
GOODBYE = 4000
"""We close with a code of our own: after 1000 or 1001 the session would be over, and nobody could resume it."""


class Op(IntEnum):
    """What a payload is for."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Intent(IntFlag):
    """What a bot may ask to be told of. The privileged ones are switched on in the developer portal first."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = {
    Intent.GUILD_MEMBERS: "server members intent",
    Intent.GUILD_PRESENCES: "presence intent",
    Intent.MESSAGE_CONTENT: "message content intent",
}
"""Each with the name of its switch under "Bot" in the developer portal."""

CONVERSATIONS = (
    Intent.GUILDS
    | Intent.GUILD_MESSAGES
    | Intent.GUILD_MESSAGE_REACTIONS
    | Intent.DIRECT_MESSAGES
    | Intent.DIRECT_MESSAGE_REACTIONS
    | Intent.MESSAGE_CONTENT
)
"""What conversations are made of, and no more: every further intent is traffic."""
HIGHEST_INTENTS = (1 << 26) - 1


class Then(Enum):
    """How it goes on after a connection."""

    RESUME = "resume"
    """The session is still there."""
    IDENTIFY = "identify"
    """It is over: a new one begins, and what it did not tell is fetched."""
    STOP = "stop"
    """Somebody must mend something first."""


class Ended(NamedTuple):
    """Why a connection is over, and what comes next."""

    words: str
    then: Then = Then.RESUME
    code: int | None = None
    slowly: bool = False
    """Not before a few seconds have passed."""

    def error(self) -> DeliveryError:
        """The same for whoever holds the channel."""
        kind = ChannelUnauthorized if self.then is Then.STOP else PlatformUnavailable
        return kind(f"Gateway: {self.words}", vendor_code=str(self.code) if self.code else None)


_PORTAL = 'under "Bot" in Discord\'s developer portal'
_SWITCHES = ", ".join(f"{name} ({int(intent)})" for intent, name in PRIVILEGED.items())

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
CLOSES: dict[int, Ended] = {
    4000: Ended("an error of Discord's own", code=4000),
    4001: Ended("Discord did not know an operation of ours", code=4001),
    4002: Ended("Discord could not read a payload of ours", code=4002),
    4003: Ended("not authenticated, or the session is over", Then.IDENTIFY, 4003),
    4004: Ended("authentication failed: Discord refuses the bot's token", Then.STOP, 4004),
    4005: Ended("already authenticated", code=4005),
    4007: Ended("the place to resume from is none", Then.IDENTIFY, 4007),
    4008: Ended("we were too fast", code=4008, slowly=True),
    4009: Ended("the session timed out", Then.IDENTIFY, 4009),
    4010: Ended("Discord refuses the shard that we asked for", Then.STOP, 4010),
    4011: Ended("the bot is in more servers than one connection may serve", Then.STOP, 4011),
    4012: Ended(f"Discord has given up version {VERSION} of its Gateway", Then.STOP, 4012),
    4013: Ended("the channel's `intents` have a bit that Discord does not know", Then.STOP, 4013),
    4014: Ended(
        f"the channel's `intents` ask for something that the bot may not have: switch it on {_PORTAL},"
        f" or take its number out of `intents`. What has a switch there: {_SWITCHES}",
        Then.STOP,
        4014,
    ),
}

INVALID = Ended("the session is invalid", Then.IDENTIFY, slowly=True)
INVALID_BUT_THERE = Ended("the session could not be resumed just now", slowly=True)
ASKED_TO = Ended("Discord asked us to reconnect")
ZOMBIE = Ended("Discord did not answer a heartbeat")
LOST = Ended("the connection was lost")
SILENT = Ended("Discord did not say hello")


def closed(code: int | None) -> Ended:
    """What a close code means; without one, or with one of everybody's, the connection was merely lost."""
    return CLOSES.get(code or 0, LOST if code is None else LOST._replace(code=code))
