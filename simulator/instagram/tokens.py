"""`GET /refresh_access_token`: a token of the Instagram login lives 60 days and can be renewed.

https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token

Nothing there says that the old token ends before its time, so here it does not. What is said to a token that is too
young is not documented: the words are ours.
"""

import secrets
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.graph.errors import GraphError, bad_token
from simulator.instagram.account import InstagramAccount
from simulator.send_api.errors import invalid
from simulator.state import Sim, Simulation

KEY = "instagram"
LIFE = timedelta(days=60)
YOUNGEST = timedelta(hours=24)


def router_at(prefix: str) -> APIRouter:
    router = APIRouter(prefix=prefix, include_in_schema=False)

    @router.get("/refresh_access_token")
    async def refresh(request: Request, simulation: Sim) -> Response:
        """Tokens of a login at Facebook are not refreshed here."""
        if request.query_params.get("grant_type") != "ig_refresh_token":
            raise invalid("Invalid parameter: grant_type")
        now = clock.now()
        account_id, account = _owner(simulation, request.query_params.get("access_token", ""), now)
        made = f"IGAA{secrets.token_urlsafe(24)}"
        change = {
            "access_token": made,
            "token_made_at": now,
            "token_expires_at": now + LIFE,
            "older_tokens": account.tokens,
        }
        simulation.accounts.put(KEY, account_id, account.model_copy(update=change))
        return JSONResponse(
            {
                "access_token": made,
                "token_type": "bearer",
                "expires_in": int(LIFE.total_seconds()),
                "permissions": "instagram_business_basic,instagram_business_manage_messages",
            }
        )

    return router


def _owner(simulation: Simulation, token: str, now: datetime) -> tuple[str, InstagramAccount]:
    """Raises `GraphError` for a token that is nobody's, has ended, or is too young."""
    for account_id, account in simulation.accounts.of(KEY, InstagramAccount).items():
        if account.page_id is None and account.opens(token):
            end, made = account.token_expires_at, account.token_made_at
            if end is not None and end <= now:
                raise GraphError(
                    190, message="Error validating access token: it has expired", subcode=463
                )
            if made is not None and now - made < YOUNGEST:
                raise invalid("The token is less than 24 hours old")
            return account_id, account
    raise bad_token("Cannot parse access token")
