"""Heartbeats: Discord ends a connection without any, and one that answers none is dead, whatever it looks like.

https://docs.discord.com/developers/events/gateway#sending-heartbeats
"""

import asyncio
import json
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from platforms.discord.gateway_pace import jitter
from platforms.discord.gateway_protocol import GOODBYE, Op


class Heart:
    """Beats for one connection."""

    def __init__(
        self, socket: ClientConnection, interval: float, kept: Callable[[], int | None]
    ) -> None:
        self._socket = socket
        self._interval = interval
        self._kept = kept
        self._answered = True
        self.is_listening = True
        """False while nobody reads: then an answer may be there, unheard."""
        self.found_dead = False

    def answered(self) -> None:
        self._answered = True

    async def beat(self) -> None:
        """Tell what is kept, not what was received: Discord may forget what it is told, a later worker may need it."""
        beat = json.dumps({"op": Op.HEARTBEAT, "d": self._kept()})
        try:
            async with asyncio.timeout(self._interval):
                await self._socket.send(beat)
        except (ConnectionClosed, TimeoutError):
            return  # whoever reads finds out why, and the next beat that nothing is answered

    async def run(self) -> None:
        """Until the connection is over, or found dead and closed."""
        await asyncio.sleep(self._interval * jitter())
        while self._answered or not self.is_listening:
            self._answered = False
            await self.beat()
            await asyncio.sleep(self._interval)
        self.found_dead = True
        await self._socket.close(GOODBYE)
