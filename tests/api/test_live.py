"""The agents' WebSocket: numbered events, and the gap after an absence."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.stack import PATIENCE, Stack


class Screen:
    """What an agent's screen knows: the events of every conversation it was told of."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.events: dict[str, dict[int, str]] = {}

    async def until(self, kind: str, conversation: str | None = None) -> None:
        """Read frames until one of that type, or an event of that kind, has come."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = json.loads(await self._socket.recv())
                kinds = self._keep(frame)
                here = conversation is None or frame.get("conversation_id") == conversation
                if here and (frame["t"] == kind or kind in kinds):
                    return

    def _keep(self, frame: dict[str, Any]) -> list[str]:
        if frame["t"] != "events":
            return []
        known = self.events.setdefault(frame["conversation_id"], {})
        for event in frame["events"]:
            known[event["seq"]] = event["kind"]
        return [event["kind"] for event in frame["events"]]


@asynccontextmanager
async def screen(
    stack: Stack, agent: httpx.AsyncClient, resume: dict[str, int] | None = None
) -> AsyncIterator[Screen]:
    token = agent.headers["authorization"].removeprefix("Bearer ")
    url = stack.base_url.replace("http", "ws") + "/api/v1/ws"
    async with connect(url) as socket:
        await socket.send(json.dumps({"t": "hello", "token": token, "resume": resume or {}}))
        shown = Screen(socket)
        await shown.until("synced")
        yield shown


async def test_every_event_reaches_the_screen_and_a_gap_is_filled(shared_stack: Stack) -> None:
    stack, address = shared_stack, "5511920000001"
    agent = await stack.sign_in()
    async with screen(stack, agent) as first:
        await stack.say("Hello", address)
        await stack.heard(2, address)
        conversation = (await stack.conversation(agent, address))["id"]
        await first.until("message_delivered", conversation)
        seen = max(first.events[conversation])
    path = f"/api/v1/conversations/{conversation}"
    await agent.post(f"{path}/take_over")
    await agent.post(f"{path}/note", json={"text": "while the screen was away"})
    async with screen(stack, agent, {conversation: seen}) as second:
        stats = (await agent.get("/api/v1/ws/stats")).json()
        assert (stats["agents"], stats["listening"]) == (1, True)
    together = {**first.events[conversation], **second.events[conversation]}
    asked = await agent.get(f"{path}/events", params={"limit": 500})
    truth = {event["seq"]: event["kind"] for event in asked.json()}
    missing = {seq: kind for seq, kind in truth.items() if seq not in together}
    # Receipts may still trickle in after the second screen has gone.
    assert all(kind.startswith("message_") and seq > max(together) for seq, kind in missing.items())
    await agent.aclose()


async def test_a_socket_without_a_token_is_closed(shared_stack: Stack) -> None:
    url = shared_stack.base_url.replace("http", "ws") + "/api/v1/ws"
    async with connect(url) as socket:
        await socket.send(json.dumps({"t": "hello", "token": "forged"}))
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_frame_that_is_no_json_closes_the_socket_with_a_reason(
    shared_stack: Stack,
) -> None:
    url = shared_stack.base_url.replace("http", "ws") + "/api/v1/ws"
    async with connect(url) as socket:
        await socket.send("not json")
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400
