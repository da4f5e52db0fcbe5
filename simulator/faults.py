"""Armed faults: what goes wrong with the next requests, and how."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from simulator.hangup import HangUp
from simulator.schemas import Fault

MAX_ARMED = 10_000
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

Answer = Callable[[], Awaitable[Response]]
Refuse = Callable[[Fault], Response]
"""A platform's own way to say this fault: its rate limit error, its internal error."""


class Faults:
    """The armed faults, in the order they were armed."""

    def __init__(self) -> None:
        self._armed: list[tuple[Fault, int]] = []

    def arm(self, fault: Fault) -> None:
        if len(self._armed) >= MAX_ARMED:
            raise ValueError(f"{MAX_ARMED} faults are armed already")
        self._armed.append((fault, fault.times))

    def clear(self) -> None:
        self._armed.clear()

    def take(self, platform: str, account: str, *, is_send: bool) -> Fault | None:
        """The fault that this request meets; it is used up once."""
        for index, (fault, left) in enumerate(self._armed):
            if fault.platform != platform or fault.account not in (None, account):
                continue
            if fault.on == "send" and not is_send:
                continue
            if random.random() >= fault.probability:  # noqa: S311  chance, not security
                continue
            if left > 1:
                self._armed[index] = (fault, left - 1)
            else:
                del self._armed[index]
            return fault
        return None


def plain_answer(fault: Fault, default_status: int, default_body: str) -> Response:
    """The fault's own status and body."""
    body = default_body if fault.body is None else fault.body
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json"
    return Response(text, status_code=fault.status or default_status, media_type=kind)


async def answer_with(fault: Fault | None, accept: Answer, refuse: Refuse) -> Response:
    """Play the fault around `accept`, which takes the request into the ledger and answers it.

    `delay`, `drop_after` and `garbage` accept; `error`, `throttle` and `drop_before` do not.
    """
    match fault.kind if fault else None:
        case "error" | "throttle" if fault:
            return refuse(fault)
        case "drop_before":
            return HangUp()
        case "drop_after":
            await accept()
            return HangUp()
        case "garbage" if fault:
            await accept()
            return plain_answer(fault, 200, GARBAGE)
        case "delay" if fault:
            await asyncio.sleep(1.0 if fault.seconds is None else fault.seconds)
    return await accept()
