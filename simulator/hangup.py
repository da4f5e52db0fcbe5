"""Closes a connection without an answer, as a platform does that dies in the middle of a call."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

HANG_UP = "simulator.hang_up"
"""In the scope of a request and of a WebSocket: what aborts the socket."""


def _abort(send: Send) -> None:
    """ASGI has no word for this. Uvicorn's `send` is a method of an object that holds the socket's transport."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("this server cannot drop a connection; run the simulator with uvicorn")
    transport.abort()


class DroppableApp(FastAPI):
    """A FastAPI whose responses may hang up: it keeps the server's own `send`, before anything wraps it."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope[HANG_UP] = lambda: _abort(send)
        await super().__call__(scope, receive, send)


class HangUp(Response):
    """Not one byte of an answer: the socket is aborted."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up: Callable[[], Any] = scope[HANG_UP]
        hang_up()
        while (await receive())["type"] != "http.disconnect":
            continue  # the server logs an error if we return before it has noticed
