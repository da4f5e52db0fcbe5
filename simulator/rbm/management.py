"""What the management API tells of an agent. The real one has a host of its own.

https://developers.google.com/business-communications/rcs-business-messaging/reference/business-communications/rest/v1/brands.agents
https://developers.google.com/business-communications/rcs-business-messaging/guides/management-api/webhooks
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.rbm.account import RbmAccount
from simulator.rbm.errors import forbidden, not_found, refuse, unauthenticated
from simulator.rbm.tokens import KEY, MANAGEMENT, bearer
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/rbm/v1/brands/{brand}/agents/{agent}", include_in_schema=False)


@router.get("")
async def get(brand: str, agent: str, request: Request, simulation: Sim) -> Response:
    key, account = _agent(simulation, request, brand, agent)

    async def accept() -> Response:
        name = f"brands/{brand}/agents/{agent}"
        return JSONResponse({"name": name, "displayName": account.name})

    return await answer_with(simulation.faults.take(KEY, key, is_send=False), accept, refuse)


@router.get("/integrations")
async def integrations(brand: str, agent: str, request: Request, simulation: Sim) -> Response:
    """An agent has one webhook at most. The token that it is checked with is told to nobody."""
    key, account = _agent(simulation, request, brand, agent)
    found = {
        "name": f"brands/{brand}/agents/{agent}/integrations/4efdb82f",
        "status": account.webhook_status,
        "agentWebhookIntegration": {"webhookUri": account.webhook_url},
    }
    has_one = account.own_webhook and account.webhook_url

    async def accept() -> Response:
        return JSONResponse({"integrations": [found]} if has_one else {})

    return await answer_with(simulation.faults.take(KEY, key, is_send=False), accept, refuse)


def _agent(
    simulation: Simulation, request: Request, brand: str, agent: str
) -> tuple[str, RbmAccount]:
    """Here an agent is named without its domain. Raises `GoogleError`."""
    token = bearer(simulation, request, MANAGEMENT)
    for key, account in simulation.accounts.of(KEY, RbmAccount).items():
        if account.client_email != token.email:
            continue
        if account.public_key != token.public_key:
            raise unauthenticated()
        if not account.manages:
            raise forbidden()
        if (brand, agent) == (account.brand_id, key.partition("@")[0]):
            return key, account
    raise not_found()
