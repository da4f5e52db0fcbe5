"""Ids as Discord makes them: https://docs.discord.com/developers/reference#snowflakes."""

import hashlib
import itertools

from simulator import clock

_EPOCH_MS = 1420070400000
_SHIFT = 22
_numbers = itertools.count()
_LOW_BITS = (1 << _SHIFT) - 1


def snowflake() -> str:
    """The moment in milliseconds, and a number that tells apart what was made in the same one."""
    moment = int(clock.unix() * 1000) - _EPOCH_MS
    return str((moment << _SHIFT) | (next(_numbers) & _LOW_BITS))


def age_of(key: str) -> float:
    """Seconds since an id was made."""
    return clock.unix() - ((int(key) >> _SHIFT) + _EPOCH_MS) / 1000


def is_snowflake(key: str) -> bool:
    return key.isascii() and key.isdecimal() and 15 <= len(key) <= 20


def direct_channel(application: str, user: str) -> str:
    """The same two, the same channel. Of the channel's id it makes the user's again."""
    digest = hashlib.sha256(application.encode()).digest()
    return str(int(user) ^ (int.from_bytes(digest[:2]) + 1))
