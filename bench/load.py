"""Load: closed loops, an open loop, bursts; and how long each message took."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Send = Callable[[int], Awaitable[None]]
"""Sends one message of conversation number N and returns when it has come out at the other end."""


@dataclass
class Outcome:
    """What one run measured. Seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        if not ordered:
            return float("nan")
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.seconds + other.seconds, self.latencies + other.latencies)


async def timed(send: Send, number: int, into: list[float]) -> None:
    began = time.perf_counter()
    await send(number)
    into.append(time.perf_counter() - began)


async def closed_loop(send: Send, conversations: int, seconds: float) -> Outcome:
    """Each conversation sends its next message when the last one has come out."""
    outcome = Outcome()
    until = time.perf_counter() + seconds

    async def talk(number: int) -> None:
        while time.perf_counter() < until:
            await timed(send, number, outcome.latencies)

    began = time.perf_counter()
    await asyncio.gather(*(talk(number) for number in range(conversations)))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def open_loop(send: Send, conversations: int, rate: float, seconds: float) -> Outcome:
    """Messages arrive as they like (Poisson), each at a conversation that is not busy."""
    outcome = Outcome()
    dice = random.Random(30)
    free = list(range(conversations))
    began = time.perf_counter()
    moment = began
    under_way: list[asyncio.Task[None]] = []

    async def one(number: int) -> None:
        await timed(send, number, outcome.latencies)
        free.append(number)

    while moment < began + seconds:
        moment += dice.expovariate(rate)
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        if free:
            under_way.append(asyncio.create_task(one(free.pop(0))))
    await asyncio.gather(*under_way)
    outcome.seconds = time.perf_counter() - began
    return outcome


async def bursts(
    send_many: Callable[[int, int], Awaitable[None]], conversations: int, size: int, seconds: float
) -> Outcome:
    """Each conversation sends `size` messages at once, again when all of them have come out."""
    outcome = Outcome()
    until = time.perf_counter() + seconds

    async def talk(number: int) -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            await send_many(number, size)
            outcome.latencies.extend([time.perf_counter() - began] * size)

    began = time.perf_counter()
    await asyncio.gather(*(talk(number) for number in range(conversations)))
    outcome.seconds = time.perf_counter() - began
    return outcome
