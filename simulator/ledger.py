"""The append-only record of every send that a simulated platform accepted: what the judge goes by."""

import asyncio
from collections import deque
from itertools import islice

from simulator import clock
from simulator.schemas import Draft, Entry

MAX_ENTRIES = 200_000
"""Older entries are forgotten beyond this; numbers go on."""


class Ledger:
    """Accepted sends in order. `seq` starts at 1 and never repeats, not even after `clear`."""

    def __init__(self, limit: int = MAX_ENTRIES) -> None:
        self._limit = limit
        self._entries: deque[Entry] = deque()
        self._by_recipient: dict[str, deque[Entry]] = {}
        self._added = asyncio.Condition()
        self.last_seq = 0

    async def add(self, draft: Draft) -> Entry:
        self.last_seq += 1
        entry = Entry(**dict(draft), seq=self.last_seq, at=clock.now())
        self._entries.append(entry)
        self._by_recipient.setdefault(entry.to, deque()).append(entry)
        if len(self._entries) > self._limit:
            self._forget_oldest()
        async with self._added:
            self._added.notify_all()
        return entry

    def _forget_oldest(self) -> None:
        oldest = self._entries.popleft()
        same = self._by_recipient[oldest.to]
        same.popleft()
        if not same:
            del self._by_recipient[oldest.to]

    def clear(self) -> None:
        self._entries.clear()
        self._by_recipient.clear()

    def find(
        self,
        *,
        platform: str | None = None,
        account: str | None = None,
        to: str | None = None,
        after: int = 0,
        limit: int = 10_000,
    ) -> list[Entry]:
        """Matching entries after that number, oldest first."""
        found: deque[Entry] = deque()
        pool = self._entries if to is None else self._by_recipient.get(to, deque())
        for entry in reversed(pool):
            if entry.seq <= after:
                break
            if platform in (None, entry.platform) and account in (None, entry.account):
                found.appendleft(entry)
        return list(islice(found, limit))

    async def wait(
        self,
        seconds: float,
        *,
        platform: str | None = None,
        account: str | None = None,
        to: str | None = None,
        after: int = 0,
    ) -> list[Entry]:
        """As `find`, but waits up to `seconds` for the first match."""
        seen = after
        try:
            async with asyncio.timeout(seconds):
                while True:
                    newest = self.last_seq
                    found = self.find(platform=platform, account=account, to=to, after=seen)
                    if found:
                        return found
                    seen = max(seen, newest)
                    async with self._added:
                        if self.last_seq == newest:
                            await self._added.wait()
        except TimeoutError:
            return []
