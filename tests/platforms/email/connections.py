"""What the tests of connections share: a listener that keeps what it got, and a wire that can be cut."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx

from domain.errors import PlatformUnavailable
from domain.events import InboundEvent
from platforms.base import Arrived
from platforms.email.account import EmailAccount
from platforms.email.platform import Email
from tests.platforms.email.support import parsed

PATIENCE = 20.0


class Listener:
    """Keeps everything that a connection brings, as the system does: the body, then the bookmark."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        account: EmailAccount,
        cursor: Mapping[str, Any] | None = None,
    ) -> None:
        self._arrivals = Email().listen(client, account, cursor)
        self.cursor = cursor
        self.bodies: list[bytes] = []
        self.signs = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._arrivals.aclose()

    async def step(self) -> Arrived:
        async with asyncio.timeout(PATIENCE):
            arrived = await anext(self._arrivals)
        self.cursor = arrived.cursor
        if arrived.body is None:
            self.signs += 1
        else:
            self.bodies.append(arrived.body)
        return arrived

    async def started(self) -> Self:
        """Once there is a place to go on from."""
        while not (await self.step()).cursor:
            pass
        return self

    async def until(self, count: int) -> list[bytes]:
        """So many messages."""
        while len(self.bodies) < count:
            await self.step()
        return self.bodies

    async def until_broken_or(self, count: int) -> None:
        """So many messages, unless the connection is lost before."""
        try:
            await self.until(count)
        except PlatformUnavailable:
            return

    async def broken(self) -> BaseException:
        """What it ends with."""
        try:
            while True:
                await self.step()
        except Exception as error:  # noqa: BLE001  that is what was asked for
            return error

    @property
    def ids(self) -> list[str]:
        """The first event's id of each message: what a repeat is known by."""
        return [events_of(body)[0].external_id for body in self.bodies]


def events_of(body: bytes) -> list[InboundEvent]:
    return parsed(body)


async def read_all(
    client: httpx.AsyncClient, account: EmailAccount, cursor: Mapping[str, Any] | None, count: int
) -> Listener:
    """A connection that brings so many messages and is closed."""
    listener = Listener(client, account, cursor)
    async with listener:
        await listener.until(count)
        await listener.step()  # it asks for more: everything is kept
    return listener


async def eventually(true: Callable[[], bool]) -> float:
    """Seconds until it was true."""
    started = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  of another process: it sets no event of ours
            await asyncio.sleep(0.01)
    return time.monotonic() - started


class Proxy:
    """A wire to a real server that can be listened to, bent and cut."""

    def __init__(
        self,
        port: int,
        answer: Callable[[bytes], bytes] = lambda data: data,
        ask: Callable[[bytes], bytes] = lambda data: data,
    ) -> None:
        self._target = port
        self._answer = answer
        self._ask = ask
        self._writers: set[asyncio.StreamWriter] = set()
        self.connections = 0
        self.asked = b""
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.flowing.set()
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """As a network does that forgets a connection."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, far}
        try:
            await asyncio.gather(self._up(reader, far), self._down(far_reader, writer))
        except OSError:
            pass
        finally:
            for one in (writer, far):
                self._writers.discard(one)
                one.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, far: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            self.asked += data
            far.write(self._ask(data))
            await far.drain()
        far.close()

    async def _down(self, far: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await far.read(65536):
            await self.flowing.wait()
            writer.write(self._answer(data))
            await writer.drain()
        writer.close()
