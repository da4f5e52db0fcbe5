"""The Gateway: ordinary messages come over a WebSocket that we hold, and by no webhook.

https://docs.discord.com/developers/events/gateway
A task of its own holds the connection and beats; whoever listens takes one frame after the other, as slow as they are.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Never

import httpx

from platforms.base import Arrived
from platforms.discord.account import DiscordAccount
from platforms.discord.gateway_connections import Connections, Memory, Told
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_place import Place


async def listen(
    client: httpx.AsyncClient,
    account: DiscordAccount,
    cursor: Mapping[str, Any] | None,
    memory: Memory,
    pace: Pace,
) -> AsyncGenerator[Arrived]:
    """See `HoldsConnection.listen`. Raises a `DeliveryError`."""
    place = Place.of(cursor)
    connections = Connections(client, account, place, memory, pace)
    holding = asyncio.create_task(connections.run())
    clock = asyncio.get_running_loop().time
    due = clock() + pace.life
    try:
        while True:
            told = await _next(connections.inbox, holding, due - clock())
            if told is not None:
                _pass(place, told)
            if told is None or _is_worth_keeping(told) or clock() >= due:
                yield Arrived(body=told.body if told else None, cursor=place.cursor())
                connections.kept, due = place.seq, clock() + pace.life
            if told is not None:
                connections.inbox.task_done()
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


async def _next(
    inbox: asyncio.Queue[Told], holding: "asyncio.Task[Never]", seconds: float
) -> Told | None:
    """What is told next; None where that takes longer. Raises what the connection ended with, after all it told."""
    if not inbox.empty():
        return inbox.get_nowait()
    getting = asyncio.ensure_future(inbox.get())
    try:
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait({getting, holding}, timeout=max(seconds, 0), return_when=first)
        if getting.done():
            return getting.result()
        return holding.result() if holding.done() else None
    finally:
        getting.cancel()


def _pass(place: Place, told: Told) -> None:
    if told.frame is not None:
        place.pass_frame(told.frame, useful=told.body is not None)
    if told.closes_gap:
        place.gap = False


def _is_worth_keeping(told: Told) -> bool:
    """What says nothing only moves the place, and that is kept with the next that does, or with a sign of life."""
    return told.body is not None or told.frame is None
