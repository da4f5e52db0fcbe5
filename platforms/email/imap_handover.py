"""Between the task that reads a mailbox and whoever keeps what it read."""

import asyncio

from domain.errors import PlatformUnavailable
from platforms.base import Arrived


class Handover:
    """One arrival at a time: the next one is read when this one has been kept."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Arrived] = asyncio.Queue()
        self._kept = asyncio.Event()

    async def keep(self, arrived: Arrived) -> None:
        """Returns when it has been kept."""
        self._kept.clear()
        self._waiting.put_nowait(arrived)
        await self._kept.wait()

    def kept(self) -> None:
        self._kept.set()

    async def next(self, reader: "asyncio.Task[None]", seconds: float) -> Arrived | None:
        """The next arrival; None when there is none yet. Raises what the reader broke with."""
        coming = asyncio.ensure_future(self._waiting.get())
        try:
            await asyncio.wait(
                {coming, reader}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if coming.done():
                return coming.result()
            if reader.done():
                reader.result()
                raise PlatformUnavailable("the reading ended by itself")
            return None
        finally:
            coming.cancel()
