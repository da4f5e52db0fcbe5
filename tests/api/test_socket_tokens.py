"""An agent's socket lives as long as its access token, and longer only with a fresh one of the same person."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from websockets.asyncio.client import ClientConnection, connect

from cli.demo import TENANT_ID
from tests.stack import PATIENCE, Stack

ANA = UUID(int=TENANT_ID.int + 0x11)


def token(stack: Stack, seconds: float, user: UUID = ANA) -> str:
    """An access token that lives that long."""
    secret = stack.settings.jwt_secret
    assert secret is not None
    claims = {"sub": str(user), "tenant": str(TENANT_ID), "role": "agent", "aud": "pytake"}
    return jwt.encode({**claims, "exp": time.time() + seconds}, secret.get_secret_value())


@asynccontextmanager
async def screen(stack: Stack, shown: Any, **hello: Any) -> AsyncIterator[ClientConnection]:
    url = stack.base_url.replace("http", "ws") + "/api/v1/ws"
    async with connect(url) as socket:
        await socket.send(json.dumps({"t": "hello", "token": shown, **hello}))
        yield socket


async def until(socket: ClientConnection, kind: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while json.loads(await socket.recv())["t"] != kind:
            pass


async def closed_with(socket: ClientConnection) -> int:
    async with asyncio.timeout(PATIENCE):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


async def test_a_socket_ends_with_its_token(shared_stack: Stack) -> None:
    expires = time.time() + 2
    async with screen(shared_stack, token(shared_stack, 2)) as socket:
        await until(socket, "synced")
        assert await closed_with(socket) == 4401
        assert time.time() > expires - 1


async def test_a_fresh_token_keeps_it_open(shared_stack: Stack) -> None:
    expires = time.time() + 2
    async with screen(shared_stack, token(shared_stack, 2)) as socket:
        await until(socket, "synced")
        await socket.send(json.dumps({"t": "token", "token": token(shared_stack, 60)}))
        await until(socket, "renewed")
        while time.time() < expires + 1:
            await socket.send('{"t":"ping"}')
            await until(socket, "pong")


@pytest.mark.parametrize("kind", ["forged", "expired", "another's", "missing", "half", "list"])
async def test_a_token_that_is_not_good_ends_it(shared_stack: Stack, kind: str) -> None:
    shown: Any = {
        "forged": "forged",
        "expired": token(shared_stack, -1),
        "another's": token(shared_stack, 60, uuid4()),
        "missing": None,
        "half": "a\ud83d",
        "list": [1],
    }[kind]
    async with screen(shared_stack, token(shared_stack, 60)) as socket:
        await until(socket, "synced")
        await socket.send(json.dumps({"t": "token", "token": shown}))
        assert await closed_with(socket) == 4401
    if kind != "another's":
        async with screen(shared_stack, shown) as socket:
            assert await closed_with(socket) == 4401


@pytest.mark.parametrize("seq", [2**63, -1, "x", 1e300])
async def test_a_number_that_no_event_can_have_is_a_bad_frame(
    shared_stack: Stack, seq: Any
) -> None:
    resume = {str(uuid4()): seq}
    async with screen(shared_stack, token(shared_stack, 60), resume=resume) as socket:
        assert await closed_with(socket) == 4400
