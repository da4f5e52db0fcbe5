"""The Cloud API's message endpoint: `POST /{version}/{phone_number_id}/messages`."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.graph.errors import bad_token, unknown_object
from simulator.graph.requests import bearer, check_version, json_object
from simulator.receipts import report
from simulator.schemas import Draft, WhatsAppAccount
from simulator.state import Sim, Simulation
from simulator.whatsapp import errors
from simulator.whatsapp.describe import options_of, text_of
from simulator.whatsapp.errors import GraphError
from simulator.whatsapp.validate import Message, check, is_user_id, parse, parse_read_mark
from simulator.whatsapp.webhooks import new_wamid

router = APIRouter(prefix="/whatsapp", include_in_schema=False)


def authorise(simulation: Simulation, request: Request, account_id: str) -> WhatsAppAccount:
    """The account of that phone number id, if the token is its own. Raises `GraphError`."""
    token = bearer(request)
    account = simulation.accounts.find("whatsapp", account_id, WhatsAppAccount)
    if account is None:
        raise unknown_object(request.method, account_id)
    if not account.opens(token):
        raise bad_token("The access token is not valid for this account.")
    return account


@router.post("/{version}/{account_id}/messages")
async def send_message(
    version: str, account_id: str, request: Request, simulation: Sim
) -> Response:
    check_version(version)
    account = authorise(simulation, request, account_id)
    body = await json_object(request)
    if "status" in body:
        return await _mark_read(simulation, account_id, body)
    message = parse(body)
    contact = simulation.customer("whatsapp", account_id, message.to)
    check(message, account, account_id, contact, simulation.media)

    async def accept() -> Response:
        return await _accept(simulation, account_id, message, body)

    fault = simulation.faults.take("whatsapp", account_id, is_send=True)
    return await answer_with(fault, accept, errors.refuse)


async def _mark_read(simulation: Simulation, account_id: str, body: dict[str, Any]) -> Response:
    """Only a message that this customer really sent can be marked."""
    mark = parse_read_mark(body)
    if simulation.contacts.author_of(account_id, mark.message_id) is None:
        raise GraphError(100, "Please check the message ID you have provided.")

    async def accept() -> Response:
        return JSONResponse({"success": True})

    fault = simulation.faults.take("whatsapp", account_id, is_send=False)
    return await answer_with(fault, accept, errors.refuse)


async def _accept(
    simulation: Simulation, account_id: str, message: Message, body: dict[str, Any]
) -> Response:
    account = simulation.accounts.get("whatsapp", account_id, WhatsAppAccount)
    entry = await simulation.ledger.add(
        Draft(
            platform="whatsapp",
            account=account_id,
            to=message.to,
            external_id=new_wamid(message.to),
            reference=message.frame.biz_opaque_callback_data,
            type=message.frame.type,
            text=text_of(message, account),
            options=options_of(message),
            request=body,
        )
    )
    contact = simulation.contacts.get("whatsapp", account_id, message.to)
    unreachable = contact is not None and contact.blocked
    simulation.background.spawn(report(simulation, entry, unreachable=unreachable))
    key = "user_id" if is_user_id(message.to) else "wa_id"
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": message.input, key: message.to}],
            "messages": [{"id": entry.external_id}],
        }
    )
