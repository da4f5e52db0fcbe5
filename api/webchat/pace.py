"""How fast a visitor may write: a bucket that refills with time."""

import time
from collections import OrderedDict

MESSAGES_PER_SECOND = 1.0
MESSAGES_AT_ONCE = 5
FRAMES_PER_SECOND = 20.0
FRAMES_AT_ONCE = 60
REMEMBERED_VISITORS = 10_000


class Pace:
    """One bucket. Its clock is the process's own: it is about seconds, and kept nowhere."""

    def __init__(self, per_second: float, at_once: int) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._left = float(at_once)
        self._at = time.monotonic()

    def take(self) -> float:
        """Seconds until the next one is allowed; 0 when this one is, and is then counted."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0


class Paces:
    """The buckets of the visitors who wrote last; whoever is forgotten begins with a full one."""

    def __init__(self) -> None:
        self._paces: OrderedDict[tuple[object, str], Pace] = OrderedDict()

    def of(self, channel_id: object, visitor: str) -> Pace:
        key = (channel_id, visitor)
        pace = self._paces.setdefault(key, Pace(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE))
        self._paces.move_to_end(key)
        if len(self._paces) > REMEMBERED_VISITORS:
            self._paces.popitem(last=False)
        return pace
