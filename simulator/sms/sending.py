"""An accepted send goes into the ledger, and its reports begin; armed faults come in between."""

import math
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.faults import Answer, Refuse, answer_with, plain_answer
from simulator.receipts import report
from simulator.schemas import Draft, Entry, Fault
from simulator.state import Simulation

KEY = "sms"


@dataclass(frozen=True)
class Sent:
    """One message to one number."""

    account_id: str
    to: str
    external_id: str
    reference: str | None = None
    text: str = ""
    is_mms: bool = False
    lost: bool = False
    """Accepted, and yet nobody will get it."""
    request: dict[str, Any] = field(default_factory=dict)


def new_uuid() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def is_blocked(simulation: Simulation, account_id: str, address: str) -> bool:
    """Whether a customer has told the provider that they want no messages of this sender."""
    contact = simulation.contacts.get(KEY, account_id, address)
    return contact is not None and contact.blocked


async def record(simulation: Simulation, sent: Sent) -> Entry:
    entry = await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=sent.account_id,
            to=sent.to,
            external_id=sent.external_id,
            reference=sent.reference,
            type="mms" if sent.is_mms else "sms",
            text=sent.text,
            request=sent.request,
        )
    )
    lost = sent.lost or is_blocked(simulation, sent.account_id, sent.to)
    simulation.background.spawn(report(simulation, entry, unreachable=lost))
    return entry


async def answered(
    simulation: Simulation, account_id: str, accept: Answer, refuse: Refuse
) -> Response:
    fault = simulation.faults.take(KEY, account_id, is_send=True)
    return await answer_with(fault, accept, refuse)


async def told(simulation: Simulation, account_id: str, body: Any, refuse: Refuse) -> Response:
    """The answer to a question, unless a fault comes in between."""

    async def accept() -> Response:
        return JSONResponse(body)

    fault = simulation.faults.take(KEY, account_id, is_send=False)
    return await answer_with(fault, accept, refuse)


def refusing(throttled: Callable[[int], Response], broken: Callable[[int], Response]) -> Refuse:
    """How a provider says that it is asked too often (so many seconds), and that it has a problem (that status)."""

    def refuse(fault: Fault) -> Response:
        if fault.kind == "throttle":
            return throttled(math.ceil(1.0 if fault.seconds is None else fault.seconds))
        if fault.body is not None:
            return plain_answer(fault, 500, "")
        return broken(fault.status or 500)

    return refuse
