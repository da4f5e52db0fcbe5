"""A member writes to connections, by the app of a partner.

https://learn.microsoft.com/en-us/linkedin/shared/integrations/communications/messages
"""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from simulator.faults import answer_with
from simulator.linkedin import changes
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.errors import bad, denied, gone, refuse
from simulator.linkedin.requests import Allowed, Body, allowed, check_protocol, read
from simulator.linkedin.world import KEY, LinkedInWorld
from simulator.schemas import Draft
from simulator.state import Sim, Simulation

MAX_BODY = 8000

router = APIRouter(prefix="/linkedin/v2/messages", include_in_schema=False)


class NewMessage(Body):
    """A message to one thread, or to somebody with whom there may be none."""

    recipients: list[str] | None = Field(default=None, min_length=1, max_length=1)
    """Groups are not played."""
    thread: str | None = None
    subject: str | None = None
    body: Annotated[str, StringConstraints(max_length=MAX_BODY)] = ""
    message_type: Literal["MEMBER_TO_MEMBER"]
    attachments: list[str] = Field(default_factory=list)


def partner(accounts: Allowed, what: str) -> tuple[str, LinkedInAccount]:
    """The member whose messages the app may carry. Raises `LinkedInError`."""
    found = [one for one in accounts.items() if one[1].partner and ":person:" in one[0]]
    if not found:
        raise denied(what)
    return found[0]


@router.post("")
async def create(request: Request, simulation: Sim) -> Response:
    member, account = partner(allowed(simulation, request), "POST /messages")
    check_protocol(request)
    message = await read(request, NewMessage)
    person = _recipient(simulation, member, account, message)
    if not message.body.strip() and not message.attachments:
        raise bad("/body :: a message says or carries something")
    for name in message.attachments:
        if simulation.media.get(f"{KEY}:{member}", name) is None:
            raise bad(f"/attachments :: {name} was not uploaded")

    async def accept() -> Response:
        key = await _made(simulation, member, person, message)
        return Response(status_code=HTTPStatus.CREATED, headers={"x-restli-id": key})

    fault = simulation.faults.take(KEY, member, is_send=True)
    return await answer_with(fault, accept, refuse)


def _recipient(
    simulation: Simulation, member: str, account: LinkedInAccount, message: NewMessage
) -> str:
    """Raises `LinkedInError`."""
    if (message.thread is None) == (message.recipients is None):
        raise bad("Either thread or recipients must be set")
    if message.thread is not None:
        found = simulation.part(LinkedInWorld).threads.get((member, message.thread))
        if found is None:
            raise gone(message.thread)
        person = found
    else:
        assert message.recipients is not None  # noqa: S101  one of the two is set
        person = message.recipients[0]
    known = simulation.customer(KEY, member, person)
    if (known is None and person not in account.connections) or (known and known.blocked):
        raise bad(f"/recipients :: {person} is not a connection of the sender")
    return person


async def _made(simulation: Simulation, member: str, person: str, message: NewMessage) -> str:
    world = simulation.part(LinkedInWorld)
    change = changes.of_message(
        world, member, person, member, message.body, attachments=message.attachments
    )
    changes.keep(simulation, member, change)
    key: str = change["resourceId"]
    await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=member,
            to=person,
            external_id=key,
            type="media" if message.attachments else "text",
            text=message.body,
            request=message.model_dump(by_alias=True, exclude_defaults=True),
        )
    )
    return key
