"""Operations, intents and close codes, as the Gateway enforces them.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
https://docs.discord.com/developers/events/gateway#gateway-intents
"""

from enum import IntEnum
from typing import Any


class Op(IntEnum):
    """Who may send it is what `CLIENTS` says."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


CLIENTS = frozenset(
    {
        Op.HEARTBEAT,
        Op.IDENTIFY,
        Op.PRESENCE_UPDATE,
        Op.VOICE_STATE_UPDATE,
        Op.RESUME,
        Op.REQUEST_GUILD_MEMBERS,
    }
)


class Close(IntEnum):
    """Why Discord closes."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    INVALID_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences, message content."""

INTENTS = {
    "MESSAGE_CREATE": 1 << 12,
    "MESSAGE_UPDATE": 1 << 12,
    "MESSAGE_DELETE": 1 << 12,
    "MESSAGE_REACTION_ADD": 1 << 13,
    "MESSAGE_REACTION_REMOVE": 1 << 13,
    "TYPING_START": 1 << 14,
}
"""What a bot must have asked for to be told of it in direct channels. Anything else comes unasked."""

MAX_PAYLOAD = 4096
MAX_SENDS, SENDS_SECONDS = 120, 60.0
"""https://docs.discord.com/developers/events/gateway#rate-limiting"""


class Closing(Exception):
    """The connection ends with that code."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def payload(op: Op, content: Any = None) -> dict[str, Any]:
    return {"op": int(op), "d": content, "s": None, "t": None}
