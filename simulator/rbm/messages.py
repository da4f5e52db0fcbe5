"""Sending, and taking back what has not arrived.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages
"""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.contacts import Contact
from simulator.faults import answer_with
from simulator.rbm import moments
from simulator.rbm.account import RbmAccount
from simulator.rbm.chips import ACTIONS, Suggestion
from simulator.rbm.errors import Violation, exists, invalid, not_found, refuse
from simulator.rbm.models import AgentMessage, ContentMessage
from simulator.rbm.requests import fitting, person, read, uuid_of
from simulator.rbm.sent import Message, Sent
from simulator.rbm.tokens import KEY, agent_of
from simulator.receipts import report
from simulator.schemas import Draft, Entry, Option
from simulator.state import Sim, Simulation

MAX_PAYLOAD = 250 * 1024

router = APIRouter(prefix="/rbm/v1/phones/{phone}/agentMessages", include_in_schema=False)


@router.post("")
async def create(phone: str, request: Request, simulation: Sim) -> Response:
    agent, account = agent_of(simulation, request)
    key, body = uuid_of(request, "messageId"), await read(request)
    if len(await request.body()) > MAX_PAYLOAD:
        raise invalid(Violation("agent_message", f"The message is over {MAX_PAYLOAD} bytes."))
    message = fitting(AgentMessage, body)
    contact = person(simulation, agent, account, phone)
    _check(simulation, agent, account, contact, message.content_message)

    async def accept() -> Response:
        ids = simulation.part(Sent).ids
        if (agent, key) in ids:
            return exists().response()
        ids.put((agent, key), Message(contact.address))
        entry = await _record(simulation, agent, contact, key, message, body)
        lost = contact.blocked
        simulation.background.spawn(report(simulation, entry, unreachable=lost))
        name = f"phones/{phone}/agentMessages/{key}"
        made = {"name": name, "sendTime": moments.written(entry.at), **body}
        return JSONResponse(made)

    fault = simulation.faults.take(KEY, agent, is_send=True)
    return await answer_with(fault, accept, refuse)


@router.delete("/{key}")
async def revoke(phone: str, key: str, request: Request, simulation: Sim) -> Response:
    """https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/revoke."""
    agent, account = agent_of(simulation, request)
    contact = person(simulation, agent, account, phone)
    message = simulation.part(Sent).message(agent, key)
    if message is None or message.delivered or message.to != contact.address:
        raise not_found()

    async def accept() -> Response:
        message.revoked = True
        return JSONResponse({})

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


def _check(
    simulation: Simulation,
    agent: str,
    account: RbmAccount,
    contact: Contact,
    content: ContentMessage,
) -> None:
    """What the fields do not say by themselves. Raises `GoogleError`."""
    for name in content.uploads():
        if simulation.media.get(f"{KEY}:{agent}", name) is None:
            raise invalid(Violation("agent_message.content_message", f"Unknown file {name}."))
    missing = set(_needed(content)) - set(account.features_of(contact.address))
    if missing:
        listed = ", ".join(sorted(missing))
        said = f"The user's device does not support {listed}."
        raise invalid(Violation("agent_message.content_message", said))


def _needed(content: ContentMessage) -> Iterator[str]:
    """What a device must be able to show. A chip that names a page to fall back on needs nothing."""
    if content.rich_card is not None:
        is_one = content.rich_card.standalone_card is not None
        yield "RICHCARD_STANDALONE" if is_one else "RICHCARD_CAROUSEL"
    for chip in content.chips():
        if chip.action is not None and chip.action.fallback_url is None:
            yield ACTIONS[chip.action.kind]


async def _record(
    simulation: Simulation,
    agent: str,
    contact: Contact,
    key: str,
    message: AgentMessage,
    body: dict[str, Any],
) -> Entry:
    content = message.content_message
    options = [_option(chip) for chip in content.chips()]
    kept = {"id": key, "chips": list(content.chips())}
    contact.messages.put(contact.next_message_id(), kept)
    return await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=agent,
            to=contact.address,
            external_id=key,
            reference=key,
            type=content.kind,
            text=_words(content),
            options=options,
            request=body,
        )
    )


def _option(chip: Suggestion) -> Option:
    return Option(id=chip.shown.postback_data, title=chip.shown.text)


def _words(content: ContentMessage) -> str:
    cards = (part for card in content.cards for part in (card.title, card.description))
    said = [content.text, content.content_info and content.content_info.file_url, *cards]
    return "\n".join(part for part in said if part)
