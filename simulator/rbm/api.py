"""The other calls: what an agent shows it does, what a device can show, and who has RCS.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest
"""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints, model_validator
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.rbm import moments
from simulator.rbm.chips import E164, Body
from simulator.rbm.errors import GoogleError, exists, not_found, refuse
from simulator.rbm.requests import fitting, person, read, uuid_of
from simulator.rbm.sent import Sent
from simulator.rbm.tokens import KEY, agent_of
from simulator.state import Sim

FEWEST_ASKED, MOST_ASKED = 500, 10_000

router = APIRouter(prefix="/rbm", include_in_schema=False)


class AgentEvent(Body):
    """The agent is typing, or has read a message of the person's."""

    event_type: Literal["IS_TYPING", "READ"]
    message_id: str | None = None

    @model_validator(mode="after")
    def _names_what_was_read(self) -> Self:
        if (self.event_type == "READ") != bool(self.message_id):
            raise ValueError("messageId names what was READ, and nothing else")
        return self


class Users(Body):
    """Numbers to ask for."""

    users: list[Annotated[str, StringConstraints(pattern=E164)]] = Field(
        min_length=FEWEST_ASKED, max_length=MOST_ASKED
    )
    agent_id: str


@router.post("/v1/phones/{phone}/agentEvents")
async def show(phone: str, request: Request, simulation: Sim) -> Response:
    agent, account = agent_of(simulation, request)
    key = uuid_of(request, "eventId")
    event = fitting(AgentEvent, await read(request))
    contact = person(simulation, agent, account, phone)
    if event.message_id is not None:
        author = simulation.contacts.author_of(f"{KEY}:{agent}", event.message_id)
        if author != contact.address:
            raise not_found()

    async def accept() -> Response:
        ids = simulation.part(Sent).ids
        if (agent, key) in ids:
            return exists().response()
        ids.put((agent, key), None)
        made = event.model_dump(by_alias=True, exclude_none=True)
        name = f"phones/{phone}/agentEvents/{key}"
        return JSONResponse({"name": name, "sendTime": moments.written(clock.now()), **made})

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.get("/v1/phones/{phone}/capabilities")
async def capabilities(phone: str, request: Request, simulation: Sim) -> Response:
    agent, account = agent_of(simulation, request)
    uuid_of(request, "requestId")
    contact = person(simulation, agent, account, phone)

    async def accept() -> Response:
        return JSONResponse({"features": account.features_of(contact.address)})

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.post("/v1/users:batchGet")
async def batch_get(request: Request, simulation: Sim) -> Response:
    body = await read(request)
    agent, account = agent_of(simulation, request, body.get("agentId"))
    asked = fitting(Users, body).users
    found = [number for number in asked if account.reaches(number.removeprefix("+"))]

    async def accept() -> Response:
        sample = len(asked) * 3 // 4
        answer = {
            "reachableUsers": found,
            "totalRandomSampleUserCount": sample,
            "reachableRandomSampleUserCount": len(found) * sample // len(asked),
        }
        return JSONResponse(answer)

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def unknown(path: str) -> Response:
    said = f"Method not found: {path}"
    raise GoogleError(404, "NOT_FOUND", said)
