"""What an account tells of its money, its numbers and its applications.

https://developer.vonage.com/en/api/account, https://developer.vonage.com/en/api/numbers
https://developer.vonage.com/en/api/application.v2
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from simulator.sms.accounts import VonageAccount
from simulator.sms.provider import Json
from simulator.sms.sending import told
from simulator.sms.vonage.errors import VonageProblem, refuse
from simulator.sms.vonage.messages_api import authorised
from simulator.state import Sim

router = APIRouter(prefix="/sms", include_in_schema=False)

STARTS_WITH = "0"


@router.get("/account/get-balance")
async def balance(request: Request, simulation: Sim) -> Response:
    account_id = next(iter(authorised(simulation, request)))
    return await told(simulation, account_id, {"value": 10.28, "autoReload": False}, refuse)


@router.get("/account/numbers")
async def numbers(request: Request, simulation: Sim) -> Response:
    """Names are no numbers. `search_pattern`: 0 from the start, 1 anywhere, 2 at the end; only the first is played."""
    accounts = authorised(simulation, request)
    if request.query_params.get("search_pattern", STARTS_WITH) != STARTS_WITH:
        raise VonageProblem(HTTPStatus.BAD_REQUEST, "#not-played", "Not played", "search_pattern")
    wanted = request.query_params.get("pattern", "")
    listed = [
        _number(sender.removeprefix("+"), account)
        for sender, account in accounts.items()
        if sender.removeprefix("+").isdigit() and sender.removeprefix("+").startswith(wanted)
    ]
    body: Json = {"count": len(listed), "numbers": listed} if listed else {}
    return await told(simulation, next(iter(accounts)), body, refuse)


def _number(msisdn: str, account: VonageAccount) -> Json:
    linked = {"app_id": account.application_id} if account.application_id else {}
    own = {"moHttpUrl": account.webhook_url} if account.webhook_url else {}
    return {
        "country": "BR",
        "msisdn": msisdn,
        "type": "mobile-lvn",
        "features": ["SMS"],
        **own,
        **linked,
    }


@router.get("/v2/applications/{application}")
async def application(application: str, request: Request, simulation: Sim) -> Response:
    for account_id, account in authorised(simulation, request).items():
        if account.application_id == application:
            hook = {"address": account.webhook_url, "http_method": "POST"}
            messages = {"webhooks": {"inbound_url": hook, "status_url": hook}, "version": "v1"}
            body = {"id": application, "name": "Loja", "capabilities": {"messages": messages}}
            return await told(simulation, account_id, body, refuse)
    raise VonageProblem(
        HTTPStatus.NOT_FOUND, "#invalid-id", "Invalid ID", "ID is invalid or cannot be found"
    )
