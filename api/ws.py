"""The agents' WebSocket: numbered events of every conversation, and the gap after an absence.

Frames are JSON objects with a type `t`:

- in:  `hello {token, resume?}` first; then `resume {conversations}`, `token {token}`, `ping`
- out: `welcome {heartbeat}`, `events {conversation_id, seq, events}`, `synced`, `renewed`, `typing`, `resync`, `pong`

`resume` maps conversation ids to the last sequence number the reader has. `resync` says that this process
may have missed something: answer with `resume`. Events that come twice carry the same number.

A socket lives as long as its access token, as every other request does, and so no longer than that after a person was
disabled. `token` with a fresh one of the same person renews it in place and is answered by `renewed`; without that it
is closed with 4401: come back with a fresh token and resume.
"""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

from api import tokens
from api.bodies import SequenceNumber
from api.dependencies import Api, By, Caller, UseApi, caller_of
from api.errors import Problem
from api.live import Subscriber
from api.sockets import (
    BAD_FRAME,
    COME_BACK,
    UNAUTHENTICATED,
    BadFrame,
    parse_frame,
    receive_text,
    serve,
)
from storage.database import DatabaseUnavailable

router = APIRouter(prefix="/api/v1", tags=["live"])

HEARTBEAT_SECONDS = 25
HELLO_SECONDS = 10.0
ACCESS = "pytake"
"""The audience of access tokens."""
_RESUME = TypeAdapter(dict[UUID, SequenceNumber])


class Pass(NamedTuple):
    """Who reads along, and for how many seconds from now."""

    by: Caller
    seconds: float


@router.get("/ws/stats")
async def stats(use: UseApi, by: By) -> dict[str, Any]:
    """Sockets of this process, frames sent, and whether it hears PostgreSQL."""
    return use.hub.stats()


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    use: Api = socket.app.state.api
    await socket.accept()
    try:
        hello = parse_frame(await asyncio.wait_for(receive_text(socket), HELLO_SECONDS))
        shown = _pass(use, hello)
        resume = _resume(hello.get("resume", {}))
        await Screen(use, socket, shown.by).serve(shown.seconds, resume)
    except (Problem, TimeoutError):
        await socket.close(UNAUTHENTICATED, "say hello with a valid token")
    except BadFrame as error:
        await socket.close(BAD_FRAME, str(error))
    except DatabaseUnavailable as error:
        await socket.close(COME_BACK, error.code)
    except WebSocketDisconnect:
        return


class Screen:
    """One open socket of an agent."""

    def __init__(self, use: Api, socket: WebSocket, by: Caller) -> None:
        self._use = use
        self._socket = socket
        self._by = by
        self._reader = Subscriber(by.tenant_id)
        self._life = asyncio.timeout(None)

    async def serve(self, seconds: float, resume: dict[UUID, int]) -> None:
        """Until one side ends. Raises `TimeoutError` when the token is over, `Problem` when a new one is not good."""
        with self._use.hub.subscribed(self._reader):
            async with self._life:
                self._live(seconds)
                self._reader.put({"t": "welcome", "heartbeat": HEARTBEAT_SECONDS})
                # Subscribed first, then caught up: what happens in between comes twice rather than never.
                await self._catch_up(resume)
                await serve(self._socket, self._reader, self._on_text)

    async def _on_text(self, raw: str) -> None:
        frame = parse_frame(raw)
        match frame.get("t"):
            case "ping":
                self._reader.put({"t": "pong"})
            case "resume":
                await self._catch_up(_resume(frame.get("conversations", {})))
            case "token":
                self._renew(_pass(self._use, frame))

    async def _catch_up(self, wanted: dict[UUID, int]) -> None:
        async for frame in self._use.hub.missed(self._by.tenant_id, wanted):
            self._reader.put(frame)
        self._reader.put({"t": "synced"})

    def _renew(self, shown: Pass) -> None:
        if shown.by.user_id != self._by.user_id:
            raise _refused("This is somebody else's token.")
        self._live(shown.seconds)
        self._reader.put({"t": "renewed"})

    def _live(self, seconds: float) -> None:
        self._life.reschedule(asyncio.get_running_loop().time() + seconds)


def _pass(use: Api, frame: dict[str, Any]) -> Pass:
    """What a frame's token allows. Raises `Problem`."""
    token = frame.get("token")
    if not isinstance(token, str) or not token.isascii():
        raise _refused("A token is needed.")
    by = caller_of(use, token)
    try:
        expires = tokens.read(use.services.settings, ACCESS, token)["exp"]
    except tokens.InvalidToken as error:
        raise _refused(str(error)) from error
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    return Pass(by, expires - now.timestamp())


def _refused(words: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", words)


def _resume(given: Any) -> dict[UUID, int]:
    try:
        return _RESUME.validate_python(given)
    except ValidationError as error:
        raise BadFrame("resume maps conversation ids to sequence numbers") from error
