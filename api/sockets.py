"""What both kinds of WebSocket share: frames out of a queue, frames in from a reader, whichever ends first."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from api.live import Frame, Subscriber

COME_BACK = 1012
SLOW_READER = 1013
BAD_FRAME = 4400
UNAUTHENTICATED = 4401
MAX_FRAME_BYTES = 64 * 1024


class BadFrame(Exception):
    """The other side sent something that is not a frame."""


async def receive_text(socket: WebSocket) -> str:
    """The next text the other side sends. Raises `BadFrame` for bytes, `WebSocketDisconnect` at the end."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text: str | None = message.get("text")
    if text is None:
        raise BadFrame("a frame is text")
    return text


def parse_frame(raw: str) -> dict[str, Any]:
    """One JSON object. Raises `BadFrame`."""
    if len(raw.encode()) > MAX_FRAME_BYTES:
        raise BadFrame(f"a frame may have {MAX_FRAME_BYTES} bytes at most")
    try:
        frame = json.loads(raw)
    except ValueError as error:
        raise BadFrame("a frame is one JSON object") from error
    if not isinstance(frame, dict):
        raise BadFrame("a frame is one JSON object")
    return frame


async def serve(
    socket: WebSocket,
    subscriber: Subscriber,
    on_text: Callable[[str], Awaitable[None]],
    show: Callable[[Frame], Awaitable[list[Frame]]] | None = None,
) -> None:
    """Pump both ways until one side ends. `show` turns a queued frame into what this reader sees.

    What `on_text` raises ends the socket and is the caller's to tell.
    """
    tasks = [
        asyncio.create_task(_write(socket, subscriber, show)),
        asyncio.create_task(_read(socket, on_text)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except (WebSocketDisconnect, RuntimeError):
        # The reader left; nothing to tell it.
        return
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _write(
    socket: WebSocket,
    subscriber: Subscriber,
    show: Callable[[Frame], Awaitable[list[Frame]]] | None,
) -> None:
    while (frame := await subscriber.frames.get()) is not None:
        for shown in [frame] if show is None else await show(frame):
            await socket.send_json(shown)
    await socket.close(SLOW_READER, "too far behind: come back and resume")


async def _read(socket: WebSocket, on_text: Callable[[str], Awaitable[None]]) -> None:
    while True:
        await on_text(await receive_text(socket))
