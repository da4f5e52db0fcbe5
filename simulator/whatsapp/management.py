"""What a number and its business account tell of themselves.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
"""

import secrets
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.graph.apps import debugged, listed
from simulator.graph.errors import GraphError, bad_token, unknown_object
from simulator.graph.fields import chosen, page
from simulator.graph.requests import bearer, check_version
from simulator.schemas import WhatsAppAccount
from simulator.state import Sim, Simulation
from simulator.whatsapp import errors
from simulator.whatsapp.api import authorise

router = APIRouter(prefix="/whatsapp", include_in_schema=False)

Json = dict[str, Any]
_LIFE = timedelta(days=60)
_BY_DEFAULT = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
)


@router.get("/{version}/debug_token")
async def debug_token(version: str, request: Request, simulation: Sim) -> Response:
    check_version(version)
    accounts = simulation.accounts.of("whatsapp", WhatsAppAccount)
    return JSONResponse(debugged(request, accounts, "SYSTEM_USER"))


@router.get("/{version}/oauth/access_token")
async def exchange(version: str, request: Request, simulation: Sim) -> Response:
    """A token that ends, for one that ends in 60 days; the old one goes on to its end.

    https://developers.facebook.com/docs/business-management-apis/system-users/install-apps-and-generate-tokens
    """
    check_version(version)
    asked = request.query_params
    if asked.get("grant_type") != "fb_exchange_token":
        raise GraphError(1, message="(#1) Missing or unknown grant_type")
    if asked.get("set_token_expires_in_60_days") != "true":
        raise GraphError(100, message="(#100) Tokens that do not end are not played")
    app = (asked.get("client_id"), asked.get("client_secret"))
    now = clock.now()
    for key, account in simulation.accounts.of("whatsapp", WhatsAppAccount).items():
        if app == (str(account.app_id), account.app_secret) and account.opens(
            asked.get("fb_exchange_token", "")
        ):
            made = f"EAA{secrets.token_urlsafe(24)}"
            until, older = now + _LIFE, account.tokens
            change = {"access_token": made, "token_expires_at": until, "older_tokens": older}
            simulation.accounts.put("whatsapp", key, account.model_copy(update=change))
            life = int(_LIFE.total_seconds())
            return JSONResponse({"access_token": made, "token_type": "bearer", "expires_in": life})
    raise bad_token("Cannot parse access token")


@router.get("/{version}/{business}/subscribed_apps")
async def subscribed_apps(
    version: str, business: str, request: Request, simulation: Sim
) -> Response:
    check_version(version)
    account_id, account = _business(simulation, request, business)
    app = {
        "id": str(account.app_id),
        "name": "Atendimento",
        "link": f"https://www.facebook.com/games/?app_id={account.app_id}",
    }
    subscribed = [{"whatsapp_business_api_data": app}] if account.subscribed else []
    return await _answered(simulation, account_id, {"data": subscribed})


@router.get("/{version}/{business}/message_templates")
async def message_templates(
    version: str, business: str, request: Request, simulation: Sim
) -> Response:
    check_version(version)
    account_id, account = _business(simulation, request, business)
    asked = request.query_params.get("fields", "")
    default = ("name", "language", "status", "category", "components")
    items = [chosen(item, asked, default, "MessageTemplate") for item in listed(account.templates)]
    return await _answered(simulation, account_id, page(request, items))


async def number(simulation: Simulation, request: Request, account_id: str) -> Response:
    """`GET /{version}/{phone_number_id}`."""
    account = authorise(simulation, request, account_id)
    asked = request.query_params.get("fields", "")
    known = chosen(_told(account_id, account), asked, _BY_DEFAULT, "WhatsAppBusinessPhoneNumber")
    return await _answered(simulation, account_id, known)


def _told(account_id: str, account: WhatsAppAccount) -> Json:
    able = "AVAILABLE" if account.status == "CONNECTED" else "BLOCKED"
    entity = {"entity_type": "PHONE_NUMBER", "id": account_id, "can_send_message": able}
    return {
        "id": account_id,
        "display_phone_number": f"+{account.display_phone_number}",
        "verified_name": account.verified_name,
        "quality_rating": account.quality_rating,
        "throughput": {"level": "STANDARD"},
        "status": account.status,
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "health_status": {"can_send_message": able, "entities": [entity]},
        "webhook_configuration": (
            {"application": account.webhook_url} if account.webhook_url else None
        ),
    }


def _business(
    simulation: Simulation, request: Request, business: str
) -> tuple[str, WhatsAppAccount]:
    """The first number of the business account, if the token is one of its. Raises `GraphError`."""
    token = bearer(request)
    accounts = simulation.accounts.of("whatsapp", WhatsAppAccount).items()
    theirs = [one for one in accounts if one[1].business_account_id == business]
    if not theirs:
        raise unknown_object(request.method, business)
    for account_id, account in theirs:
        if account.opens(token):
            return account_id, account
    raise bad_token("The access token is not valid for this account.")


async def _answered(simulation: Simulation, account_id: str, body: Json) -> Response:
    async def accept() -> Response:
        return JSONResponse(body)

    fault = simulation.faults.take("whatsapp", account_id, is_send=False)
    return await answer_with(fault, accept, errors.refuse)
