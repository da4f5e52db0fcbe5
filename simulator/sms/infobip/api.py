"""Sending: https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages.

A 200 says that the call was read. What became of each message stands in its status: a message that is refused there
is in no ledger.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from domain.segments import measure
from simulator.sms.accounts import InfobipAccount
from simulator.sms.infobip import statuses
from simulator.sms.infobip.errors import InfobipError, refuse
from simulator.sms.numbers import MSISDN
from simulator.sms.requests import (
    Body,
    Problem,
    Unfit,
    accounts_of,
    authorization,
    fitting,
    is_web_address,
    own_sender,
    read_json,
    same,
)
from simulator.sms.sending import Sent, answered, is_blocked, new_uuid, record
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/sms/3", include_in_schema=False)

MAX_SEGMENTS = 25
"""https://www.infobip.com/docs/sms/message-types"""


class _Destination(Body):
    to: str = Field(min_length=1, max_length=64)
    messageId: str | None = Field(default=None, min_length=1, max_length=200)  # noqa: N815  Infobip's name


class _Content(Body):
    text: str = Field(min_length=1)
    transliteration: (
        Literal[
            "NONE",
            "TURKISH",
            "GREEK",
            "CYRILLIC",
            "SERBIAN_CYRILLIC",
            "BULGARIAN_CYRILLIC",
            "CENTRAL_EUROPEAN",
            "BALTIC",
            "PORTUGUESE",
            "COLOMBIAN",
            "NON_UNICODE",
        ]
        | None
    ) = None


class _Delivery(Body):
    url: str
    intermediateReport: bool = False  # noqa: N815  Infobip's name


class _Webhooks(Body):
    delivery: _Delivery | None = None
    contentType: Literal["application/json"] = "application/json"  # noqa: N815  Infobip's name; its XML is not played
    callbackData: str | None = Field(default=None, max_length=4000)  # noqa: N815  Infobip's name


class _Message(Body):
    sender: str = Field(min_length=1)
    destinations: list[_Destination] = Field(min_length=1)
    content: _Content
    webhooks: _Webhooks | None = None


class _Request(Body):
    messages: list[_Message] = Field(min_length=1)


@router.post("/messages")
async def send(request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request)
    body = await read_json(request)
    try:
        asked = _checked(fitting(_Request, body))
    except Unfit as unfit:
        raise InfobipError(HTTPStatus.BAD_REQUEST, unfit.problems) from None
    first = own_sender(accounts, asked.messages[0].sender)
    account_id = first[0] if first else next(iter(accounts))

    async def accept() -> Response:
        answers = [
            await _take(simulation, accounts, message, destination, raw)
            for message, destination, raw in _each(asked, body or {})
        ]
        return JSONResponse({"bulkId": new_uuid(), "messages": answers})

    return await answered(simulation, account_id, accept, refuse)


def _each(
    asked: _Request, body: dict[str, Any]
) -> Iterator[tuple[_Message, _Destination, dict[str, Any]]]:
    for message, raw in zip(asked.messages, body["messages"], strict=True):
        for destination in message.destinations:
            yield message, destination, raw


async def _take(
    simulation: Simulation,
    accounts: dict[str, InfobipAccount],
    message: _Message,
    destination: _Destination,
    raw: dict[str, Any],
) -> dict[str, Any]:
    """What is said of one message to one number."""
    found = own_sender(accounts, message.sender)
    message_id = destination.messageId or new_uuid()
    verdict = statuses.BAD_SENDER
    if found is not None:
        verdict = _verdict(simulation, found[0], message, destination)
        if verdict == statuses.ACCEPTED:
            sent = Sent(
                account_id=found[0],
                to=destination.to,
                external_id=message_id,
                reference=destination.messageId,
                text=message.content.text,
                request=raw,
            )
            await record(simulation, sent)
    return {
        "messageId": message_id,
        "status": statuses.status(verdict),
        "destination": destination.to,
        "details": {"messageCount": measure(message.content.text).segments},
    }


def _verdict(
    simulation: Simulation, account_id: str, message: _Message, destination: _Destination
) -> int:
    to = destination.to
    if not re.match(MSISDN, to):
        return statuses.BAD_DESTINATION
    if measure(message.content.text).segments > MAX_SEGMENTS:
        return statuses.TOO_LONG
    if is_blocked(simulation, account_id, to):
        return statuses.DO_NOT_DISTURB
    known = simulation.ledger.find(platform="sms", account=account_id, to=to)
    if destination.messageId and any(one.external_id == destination.messageId for one in known):
        return statuses.DUPLICATE
    return statuses.ACCEPTED


def authorised(simulation: Simulation, request: Request) -> dict[str, InfobipAccount]:
    key = authorization(request, "App")
    found = {
        account_id: account
        for account_id, account in accounts_of(simulation, InfobipAccount).items()
        if same(key, account.api_key)
    }
    if not found:
        raise InfobipError(HTTPStatus.UNAUTHORIZED)
    return found


def _checked(asked: _Request) -> _Request:
    """Raises `Unfit`."""
    for number, message in enumerate(asked.messages):
        delivery = message.webhooks.delivery if message.webhooks else None
        if delivery is not None and not is_web_address(delivery.url):
            path = f"messages[{number}].webhooks.delivery.url"
            raise Unfit(Problem(path, "must be a web address"))
    return asked
