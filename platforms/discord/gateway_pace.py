"""How long a connection waits for what. Tests bring shorter ones."""

import asyncio
import random
from typing import NamedTuple

from platforms.base import SIGN_OF_LIFE

_chance = random.SystemRandom()


class Pace(NamedTuple):
    """Seconds, but for `tries`."""

    life: float = SIGN_OF_LIFE * 0.75
    """Between two signs of life."""
    hello: float = 10.0
    """Until a server has taken the connection, and until it has said hello."""
    goodbye: float = 2.0
    settled: float = 10.0
    """A connection that lasts so long counts as one that succeeded."""
    slowly: tuple[float, float] = (1.0, 5.0)
    """After a session was refused: https://docs.discord.com/developers/events/gateway#resuming."""
    first_delay: float = 1.0
    longest_delay: float = 60.0
    tries: int = 5
    """So many connections in a row may fail before whoever holds the channel is told."""
    identify_apart: float = 5.5
    """Discord's are five, by its own clock."""
    identify_longest: float = 900.0

    async def before_next(self, tries: int, *, slowly: bool) -> None:
        """Wait before the next connection. Workers that lost theirs together do not come back together."""
        delay = _chance.uniform(*self.slowly) if slowly else 0.0
        if tries:
            longest = min(self.first_delay * 2 ** (tries - 1), self.longest_delay)
            delay += _chance.uniform(longest / 2, longest)
        await asyncio.sleep(delay)


def jitter() -> float:
    """From 0 to 1: https://docs.discord.com/developers/events/gateway#heartbeat-interval."""
    return _chance.random()
