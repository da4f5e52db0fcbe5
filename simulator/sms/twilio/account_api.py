"""What an account tells of itself, and of where messages to its senders go.

https://www.twilio.com/docs/iam/api/account, https://www.twilio.com/docs/messaging/api/service-resource
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/short-code-resource
"""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from simulator.sms.accounts import TwilioAccount
from simulator.sms.requests import accounts_of, basic_pair
from simulator.sms.sending import told
from simulator.sms.twilio.api import Accounts, authorised
from simulator.sms.twilio.errors import TwilioError, refuse
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/2010-04-01/Accounts", include_in_schema=False)
services = APIRouter(prefix="/sms/v1/Services", include_in_schema=False)
_SHORT_CODE = 6


@router.get("/{sid}.json")
async def account(sid: str, request: Request, simulation: Sim) -> Response:
    """Not for API keys, unless they are main ones, which are not played."""
    accounts = authorised(simulation, request, sid)
    user, _ = basic_pair(request)
    if user != sid:
        raise TwilioError(20003, "Authenticate", HTTPStatus.UNAUTHORIZED)
    account_id, known = next(iter(accounts.items()))
    body = {"sid": sid, "friendly_name": "Loja Lua", "status": known.status, "type": "Full"}
    return await told(simulation, account_id, body, refuse)


@router.get("/{sid}/Balance.json")
async def balance(sid: str, request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request, sid)
    body = {"account_sid": sid, "balance": "42.50", "currency": "USD"}
    return await told(simulation, next(iter(accounts)), body, refuse)


@router.get("/{sid}/Messages.json")
async def messages(sid: str, request: Request, simulation: Sim) -> Response:
    """Its filters are `To`, `From` and `DateSent`: a message is not found by any reference of ours."""
    accounts = authorised(simulation, request, sid)
    size = request.query_params.get("PageSize", "50")
    if not size.isdigit() or not 1 <= int(size) <= 1000:
        raise TwilioError(20001, "Page size must be between 1 and 1000")
    sent = [
        {"sid": entry.external_id, "to": f"+{entry.to}", "body": entry.text}
        for account_id in accounts
        for entry in simulation.ledger.find(platform="sms", account=account_id)
    ]
    body = {"messages": sent[-int(size) :], "page": 0, "page_size": int(size)}
    return await told(simulation, next(iter(accounts)), body, refuse)


@router.get("/{sid}/IncomingPhoneNumbers.json")
async def numbers(sid: str, request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request, sid)
    wanted = request.query_params.get("PhoneNumber", "")
    found = [
        {"phone_number": number, "sms_url": known.webhook_url, "sms_application_sid": ""}
        for number, known in accounts.items()
        if len(number) > _SHORT_CODE and wanted in {"", number}
    ]
    return await _listed(simulation, accounts, {"incoming_phone_numbers": found})


@router.get("/{sid}/SMS/ShortCodes.json")
async def short_codes(sid: str, request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request, sid)
    wanted = request.query_params.get("ShortCode", "")
    found = [
        {"short_code": code, "sms_url": known.webhook_url}
        for code, known in accounts.items()
        if code.isdigit() and len(code) <= _SHORT_CODE and wanted in {"", code}
    ]
    return await _listed(simulation, accounts, {"short_codes": found})


@services.get("/{service_sid}")
async def service(service_sid: str, request: Request, simulation: Sim) -> Response:
    user, _ = basic_pair(request)
    known = accounts_of(simulation, TwilioAccount).values()
    sids = {one.account_sid for one in known if user in {one.account_sid, one.api_key_sid}}
    if not sids:
        raise TwilioError(20003, "Authenticate", HTTPStatus.UNAUTHORIZED)
    accounts = authorised(simulation, request, sids.pop())
    for account_id, one in accounts.items():
        if one.messaging_service_sid == service_sid:
            body = {
                "sid": service_sid,
                "friendly_name": "Avisos",
                "inbound_request_url": None if one.on_number else one.webhook_url or None,
                "use_inbound_webhook_on_number": one.on_number,
            }
            return await told(simulation, account_id, body, refuse)
    said = f"The requested resource {request.url.path} was not found"
    raise TwilioError(20404, said, HTTPStatus.NOT_FOUND)


async def _listed(simulation: Simulation, accounts: Accounts, body: dict[str, Any]) -> Response:
    page = {**body, "page": 0, "page_size": 50}
    return await told(simulation, next(iter(accounts)), page, refuse)
