"""`GET /refresh_access_token`: a token of the Instagram login lives 60 days and can be renewed.

https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.graph.errors import bad_token
from simulator.instagram.account import InstagramAccount
from simulator.send_api.errors import invalid
from simulator.state import Sim

SIXTY_DAYS = 60 * 24 * 3600


def router_at(prefix: str) -> APIRouter:
    router = APIRouter(prefix=prefix, include_in_schema=False)

    @router.get("/refresh_access_token")
    async def refresh(request: Request, simulation: Sim) -> Response:
        """Tokens of a login at Facebook are not refreshed here."""
        if request.query_params.get("grant_type") != "ig_refresh_token":
            raise invalid("Invalid parameter: grant_type")
        token = request.query_params.get("access_token")
        accounts = simulation.accounts.of("instagram", InstagramAccount).values()
        if not any(one.access_token == token and one.page_id is None for one in accounts):
            raise bad_token("Cannot parse access token")
        return JSONResponse(
            {"access_token": token, "token_type": "bearer", "expires_in": SIXTY_DAYS}
        )

    return router
