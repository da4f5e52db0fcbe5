"""One WebSocket to the Gateway, from its hello to its end: what it brings is read at once, whoever is slow to take it.

https://docs.discord.com/developers/events/gateway#connection-lifecycle
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from domain.errors import PlatformUnavailable
from platforms.discord.account import DiscordAccount
from platforms.discord.gateway_heart import Heart
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_protocol import (
    ASKED_TO,
    GOODBYE,
    INVALID,
    INVALID_BUT_THERE,
    LOST,
    SILENT,
    VERSION,
    ZOMBIE,
    Ended,
    Op,
    closed,
)
from platforms.discord.reading import as_number
from platforms.reading import Json, as_object, read_json

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
"""Frames that were read and not yet taken; then we read no more, and TCP holds Discord up."""
MOST_BYTES = 64 * 1024 * 1024
"""A server with many channels is told in one frame."""
_HOSTS = ("discord.gg", "discord.com")


class Refused(Exception):
    """No connection came about."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.words)
        self.ended = ended


class Link:
    """An open connection. `frames` ends with the reason why it is over."""

    def __init__(self, socket: ClientConnection, heart: Heart) -> None:
        self._socket = socket
        self._heart = heart
        self.frames: asyncio.Queue[Json | Ended] = asyncio.Queue(MOST_WAITING)

    async def send(self, op: Op, content: Json) -> None:
        try:
            await self._socket.send(json.dumps({"op": op, "d": content}))
        except ConnectionClosed:
            return  # whoever reads finds out why

    async def read(self) -> None:
        """Everything, to its end."""
        ended: Ended | None = None
        while ended is None:
            try:
                text = await self._socket.recv()
            except ConnectionClosed as error:
                code = error.rcvd.code if error.rcvd else None
                ended = ZOMBIE if self._heart.found_dead else closed(code)
            else:
                ended = await self._take(text)
        await self._put(ended)

    async def _take(self, text: str | bytes) -> Ended | None:
        frame = _frame_of(text)
        match as_number(frame.get("op")):
            case Op.DISPATCH:
                await self._put(frame)
            case Op.HEARTBEAT:
                await self._heart.beat()
            case Op.HEARTBEAT_ACK:
                self._heart.answered()
            case Op.RECONNECT:
                return ASKED_TO
            case Op.INVALID_SESSION:
                return INVALID_BUT_THERE if frame.get("d") is True else INVALID
        return None

    async def _put(self, item: Json | Ended) -> None:
        self._heart.is_listening = not self.frames.full()
        await self.frames.put(item)
        self._heart.is_listening = True


@asynccontextmanager
async def linked(
    url: str, account: DiscordAccount, kept: Callable[[], int | None], pace: Pace
) -> AsyncGenerator[Link]:
    """A connection that was greeted and beats. Raises `Refused`."""
    socket = await _connected(address_of(url, account), pace)
    tasks: list[asyncio.Task[None]] = []
    try:
        heart = Heart(socket, await _hello(socket, pace), kept)
        link = Link(socket, heart)
        tasks = [asyncio.create_task(link.read()), asyncio.create_task(heart.run())]
        yield link
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await socket.close(GOODBYE)


def address_of(url: str, account: DiscordAccount) -> str:
    """Where to connect, if that is Discord or what stands in for it (`api_base`). The token goes nowhere else."""
    try:
        asked, base = httpx.URL(url), httpx.URL(account.api_base)
    except httpx.InvalidURL:
        raise PlatformUnavailable("Gateway: its address is not a URL") from None
    stands_in = (asked.scheme, base.scheme) in {("ws", "http"), ("wss", "https")}
    own = asked.scheme == "wss" and any(f".{asked.host}".endswith(f".{host}") for host in _HOSTS)
    if not own and not (stands_in and asked.host == base.host):
        raise PlatformUnavailable("Gateway: its address is not one of Discord's")
    place = asked.netloc.decode("ascii") + asked.path
    return f"{asked.scheme}://{place}?v={VERSION}&encoding=json"


async def _connected(address: str, pace: Pace) -> ClientConnection:
    """Discord has heartbeats of its own: there are no pings. No proxy is taken from the environment."""
    try:
        return await connect(
            address,
            compression=None,
            proxy=None,
            open_timeout=pace.hello,
            close_timeout=pace.goodbye,
            ping_interval=None,
            max_size=MOST_BYTES,
        )
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as error:
        words = f"no connection: {type(error).__name__}"
        raise Refused(LOST._replace(words=words)) from None


async def _hello(socket: ClientConnection, pace: Pace) -> float:
    """The seconds between heartbeats. Raises `Refused`."""
    try:
        async with asyncio.timeout(pace.hello):
            frame = _frame_of(await socket.recv())
    except ConnectionClosed as error:
        raise Refused(closed(error.rcvd.code if error.rcvd else None)) from None
    except TimeoutError:
        raise Refused(SILENT) from None
    interval = as_number(as_object(frame.get("d")).get("heartbeat_interval"))
    if frame.get("op") != Op.HELLO or interval is None or interval <= 0:
        raise Refused(SILENT)
    return interval / 1000


def _frame_of(text: str | bytes) -> Json:
    """What cannot be read has no number either, so nothing is lost by going on."""
    try:
        return as_object(read_json(text))
    except ValueError:
        logger.warning("a frame of the Gateway is not JSON: %d long", len(text))
        return {}
