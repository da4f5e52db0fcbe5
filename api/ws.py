"""The agents' WebSocket: numbered events of every conversation, and the gap after an absence.

Frames are JSON objects with a type `t`:

- in:  `hello {token, resume?}` first; then `resume {conversations}`, `ping`
- out: `welcome {heartbeat}`, `events {conversation_id, seq, events}`, `synced`, `typing`, `resync`, `pong`

`resume` maps conversation ids to the last sequence number the reader has. `resync` says that this process
may have missed something: answer with `resume`. Events that come twice carry the same number.
"""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

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
_RESUME = TypeAdapter(dict[UUID, int])


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
        by = caller_of(use, str(hello.get("token", "")))
        await _serve(use, socket, by, _resume(hello.get("resume", {})))
    except (Problem, TimeoutError):
        await socket.close(UNAUTHENTICATED, "say hello with a valid token")
    except BadFrame as error:
        await socket.close(BAD_FRAME, str(error))
    except DatabaseUnavailable as error:
        await socket.close(COME_BACK, error.code)
    except WebSocketDisconnect:
        return


async def _serve(use: Api, socket: WebSocket, by: Caller, resume: dict[UUID, int]) -> None:
    with use.hub.subscribed(Subscriber(by.tenant_id)) as subscriber:
        subscriber.put({"t": "welcome", "heartbeat": HEARTBEAT_SECONDS})

        async def catch_up(wanted: dict[UUID, int]) -> None:
            async for frame in use.hub.missed(by.tenant_id, wanted):
                subscriber.put(frame)
            subscriber.put({"t": "synced"})

        async def on_text(raw: str) -> None:
            frame = parse_frame(raw)
            if frame.get("t") == "ping":
                subscriber.put({"t": "pong"})
            elif frame.get("t") == "resume":
                await catch_up(_resume(frame.get("conversations", {})))

        # Subscribed first, then caught up: what happens in between comes twice rather than never.
        await catch_up(resume)
        await serve(socket, subscriber, on_text)


def _resume(given: Any) -> dict[UUID, int]:
    try:
        return _RESUME.validate_python(given)
    except ValidationError as error:
        raise BadFrame("resume maps conversation ids to sequence numbers") from error
