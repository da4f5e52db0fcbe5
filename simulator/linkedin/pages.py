"""What an administrator of a Page may ask: its name, and whether they are subscribed to its notifications.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-lookup-api
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.errors import bad, denied, refuse
from simulator.linkedin.requests import acting, allowed, check_version, listing
from simulator.linkedin.world import KEY
from simulator.state import Sim

EVENTS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
_MOST = 100
_LIFE = timedelta(days=60)

router = APIRouter(prefix="/linkedin/rest", include_in_schema=False)


@router.get("/organizations/{number}")
async def organization(number: str, request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    urn = f"urn:li:organization:{number}"
    account = acting(accounts, urn, "organizations.GET")
    if not account.may_look_up:
        raise denied("organizations.GET")

    async def accept() -> Response:
        return JSONResponse({"id": int(number), "localizedName": account.name})

    return await answer_with(simulation.faults.take(KEY, urn, is_send=False), accept, refuse)


@router.get("/eventSubscriptions")
async def subscriptions(request: Request, simulation: Sim) -> Response:
    """Those of whoever gave the token."""
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    asked = request.query_params
    if asked.get("q") != "subscriberAndEventType" or asked.get("eventType") != EVENTS:
        raise bad("Invalid query parameters: q, eventType")
    pages = {urn: one for urn, one in accounts.items() if ":organization:" in urn}
    if not any(one.portability for one in pages.values()):
        raise denied("eventSubscriptions.FINDER-subscriberAndEventType")
    found = [_subscription(urn, one) for urn, one in pages.items() if one.subscribed]
    body = listing([one for one in found if one["webhook"]], request, _MOST)

    async def accept() -> Response:
        return JSONResponse(body)

    fault = simulation.faults.take(KEY, next(iter(accounts)), is_send=False)
    return await answer_with(fault, accept, refuse)


def _subscription(urn: str, account: LinkedInAccount) -> dict[str, Any]:
    ends = account.subscription_ends_at or clock.now() + _LIFE
    return {
        "entity": urn,
        "eventType": EVENTS,
        "webhook": account.webhook_url,
        "expiresAt": int(ends.timestamp() * 1000),
    }
