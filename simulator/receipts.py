"""How the statuses of accepted sends come back: in order, late, twice, reversed, as a failure, or never."""

import asyncio
from dataclasses import dataclass

from simulator.deliver import TooManyPending
from simulator.schemas import Entry, ReceiptPolicy
from simulator.state import Simulation

DEFAULT_PAUSE = 0.05
DEFAULT_LATE = 2.0


@dataclass(frozen=True)
class Step:
    """One status to post, so many seconds after the one before."""

    pause: float
    status: str


def plan(policy: ReceiptPolicy, *, unreachable: bool = False) -> list[Step]:
    """The statuses of one send. Who blocked us gets no message: a failure, as with the mode `failed`."""
    if policy.mode == "none":
        return []
    names = ["sent", "delivered", *(["read"] if policy.read else [])]
    if unreachable or policy.mode == "failed":
        names = ["failed"]
    elif policy.mode == "out_of_order":
        names.reverse()
    elif policy.mode == "twice":
        names = [name for name in names for _ in range(2)]
    if policy.mode == "late":
        late = DEFAULT_LATE if policy.delay_seconds is None else policy.delay_seconds
        return [Step(0.0 if index else late, name) for index, name in enumerate(names)]
    pause = DEFAULT_PAUSE if policy.delay_seconds is None else policy.delay_seconds
    return [Step(pause, name) for name in names]


async def report(simulation: Simulation, entry: Entry, *, unreachable: bool = False) -> None:
    """Post the statuses of one accepted send, each after the one before was accepted."""
    policy = simulation.receipts.get(entry.platform, ReceiptPolicy())
    for step in plan(policy, unreachable=unreachable):
        await asyncio.sleep(step.pause)
        code = policy.error_code if step.status == "failed" else None
        platform = simulation.platforms[entry.platform]
        outgoing = platform.receipt(simulation, entry, step.status, code)
        if outgoing is None:
            return
        if outgoing.webhook is None:
            continue  # of this status nobody is told; of the next one perhaps
        try:
            await simulation.deliveries.start(outgoing.webhook)
        except TooManyPending:
            return  # counted as dropped
