"""Access tokens by refresh token, for apps that are approved for it.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator import clock
from simulator.faults import answer_with
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.errors import refuse
from simulator.linkedin.requests import ends_at, whose
from simulator.linkedin.world import KEY, Issued, Json, LinkedInWorld
from simulator.platform import Refusal
from simulator.state import Sim, Simulation

SIXTY_DAYS, A_YEAR = 5_183_944, 31_536_000

router = APIRouter(prefix="/linkedin/oauth/v2", include_in_schema=False)


@dataclass
class TokenRefused(Refusal):
    """A refusal of the token endpoint (RFC 6749, section 5.2)."""

    status: int
    word: str
    said: str

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {"error": self.word, "error_description": self.said}
        return JSONResponse(body, status_code=self.status, headers=headers)


def _apps(simulation: Simulation, given: dict[str, str]) -> list[tuple[str, LinkedInAccount]]:
    """The accounts of the app that asks. Raises `TokenRefused`."""
    known = simulation.accounts.of(KEY, LinkedInAccount).items()
    apps = [one for one in known if one[1].client_id == given.get("client_id")]
    apps = [one for one in apps if one[1].client_secret == given.get("client_secret")]
    if not apps:
        raise TokenRefused(
            HTTPStatus.UNAUTHORIZED, "invalid_client", "Client authentication failed"
        )
    return apps


@router.post("/introspectToken")
async def introspect(request: Request, simulation: Sim) -> Response:
    """https://learn.microsoft.com/en-us/linkedin/shared/authentication/token-introspection."""
    async with request.form() as form:
        given = {name: str(value) for name, value in form.items()}
    apps = dict(_apps(simulation, given))
    token = given.get("token", "")
    owners = {urn: one for urn, one in whose(simulation, token).items() if urn in apps}
    told = _told(simulation, given["client_id"], token, owners)

    async def accept() -> Response:
        return JSONResponse(told)

    fault = simulation.faults.take(KEY, next(iter(apps)), is_send=False)
    return await answer_with(fault, accept, refuse)


def _told(
    simulation: Simulation, client_id: str, token: str, owners: dict[str, LinkedInAccount]
) -> Json:
    """Of what is nobody's token only that it is not active."""
    if not owners:
        return {"active": False}
    until = ends_at(simulation, token, owners)
    status = "active"
    if any(one.revoked for one in owners.values()):
        status = "revoked"
    elif until is not None and until <= clock.unix():
        status = "expired"
    return {
        "active": status == "active",
        "status": status,
        "client_id": client_id,
        "scope": next(iter(owners.values())).permissions,
        "auth_type": "3L",
        **({"expires_at": int(until)} if until is not None else {}),
    }


@router.post("/accessToken")
async def access_token(request: Request, simulation: Sim) -> Response:
    async with request.form() as form:
        given = {name: str(value) for name, value in form.items()}
    if given.get("grant_type") != "refresh_token":
        said = "Only refresh_token is played."
        raise TokenRefused(HTTPStatus.BAD_REQUEST, "unsupported_grant_type", said)
    apps = _apps(simulation, given)
    refresh = given.get("refresh_token", "")
    found = [one for one in apps if refresh and one[1].refresh_token == refresh]
    if not found or found[0][1].revoked:
        said = "The provided authorization grant or refresh token is invalid, expired or revoked."
        raise TokenRefused(HTTPStatus.BAD_REQUEST, "invalid_request", said)

    async def accept() -> Response:
        made = f"AQ{secrets.token_urlsafe(64)}"
        issued = Issued(refresh, clock.unix() + SIXTY_DAYS)
        simulation.part(LinkedInWorld).tokens.put(made, issued)
        answer = {
            "access_token": made,
            "expires_in": SIXTY_DAYS,
            "refresh_token": refresh,
            "refresh_token_expires_in": A_YEAR,
        }
        return JSONResponse(answer)

    fault = simulation.faults.take(KEY, found[0][0], is_send=False)
    return await answer_with(fault, accept, refuse)
