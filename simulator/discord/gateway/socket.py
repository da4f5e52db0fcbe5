"""Where bots ask for the Gateway, and where they connect to it.

https://docs.discord.com/developers/events/gateway#get-gateway-bot
"""

import asyncio
import json
import zlib
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, WebSocket
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocketDisconnect, WebSocketState

from simulator.discord import requests
from simulator.discord.account import DiscordAccount
from simulator.discord.gateway.connection import Connection
from simulator.discord.gateway.protocol import Close, Closing, Op, payload
from simulator.discord.gateway.sessions import Gateways, Hangup
from simulator.discord.objects import Json
from simulator.discord.requests import KEY
from simulator.hangup import HANG_UP
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/discord", include_in_schema=False)

_DAY_MS = 86_400_000
_LATE = 1.5
"""So many intervals without a heartbeat, and the session has timed out."""


class Wire:
    """How payloads go to a client: as text, or in one stream of compressed bytes.

    https://docs.discord.com/developers/events/gateway#transport-compression
    """

    def __init__(self, socket: WebSocket, *, compressed: bool) -> None:
        self._socket = socket
        self._stream = zlib.compressobj() if compressed else None

    async def send(self, frame: Json) -> None:
        text = json.dumps(frame, ensure_ascii=False)
        if self._stream is None:
            await self._socket.send_text(text)
            return
        packed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(packed)


@router.get("/gateway/bot")
async def gateway_bot(request: Request, simulation: Sim) -> Response:
    application, account = requests.bot_of(simulation, request)
    spent = simulation.part(Gateways).of(application).spent
    limit = {
        "total": account.gateway.starts_a_day,
        "remaining": max(account.gateway.starts_a_day - spent, 0),
        "reset_after": _DAY_MS,
        "max_concurrency": 1,
    }
    url = str(request.url.replace(scheme="ws", path="/discord/gateway", query=""))
    return JSONResponse({"url": url, "shards": 1, "session_start_limit": limit})


@router.websocket("/gateway")
async def gateway(socket: WebSocket) -> None:
    await socket.accept()
    asked = dict(socket.query_params)
    compress = asked.pop("compress", None)
    if asked != {"v": "10", "encoding": "json"} or compress not in {None, "zlib-stream"}:
        await socket.close(Close.INVALID_VERSION, "Invalid API version.")
        return
    wire = Wire(socket, compressed=compress is not None)
    simulation: Simulation = socket.app.state.simulation
    connection = Connection(simulation, str(socket.url.replace(query="")))
    interval = _interval(simulation)
    await wire.send(payload(Op.HELLO, {"heartbeat_interval": round(interval * 1000)}))
    writing = asyncio.create_task(_write(socket, wire, connection))
    try:
        await _read(socket, connection, interval * _LATE)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


def _interval(simulation: Simulation) -> float:
    """Nobody has said yet whose connection it is: the shortest of anybody's."""
    known = simulation.accounts.of(KEY, DiscordAccount).values()
    return min((one.gateway.heartbeat_seconds for one in known), default=41.25)


async def _read(socket: WebSocket, connection: Connection, patience: float) -> None:
    """Until the client leaves, is shut out, or forgets its heartbeats: everything it sends counts as a sign of life."""
    code: int | None = None
    try:
        while True:
            async with asyncio.timeout(patience):
                connection.take(await socket.receive_text())
    except TimeoutError:
        await _close(socket, Close.SESSION_TIMED_OUT, "Session timed out.")
    except Closing as closing:
        await _close(socket, closing.code, closing.reason)
    except WebSocketDisconnect as gone:
        code = gone.code
    finally:
        connection.leave(code)


async def _write(socket: WebSocket, wire: Wire, connection: Connection) -> None:
    while True:
        item = await connection.outgoing.get()
        if not isinstance(item, Hangup):
            await wire.send(item)
        elif item.code is None:
            hang_up: Callable[[], Any] = socket.scope[HANG_UP]
            hang_up()
        else:
            await _close(socket, item.code, "")


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    if socket.application_state is not WebSocketState.DISCONNECTED:
        await socket.close(code, reason)
