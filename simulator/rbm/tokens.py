"""Access tokens for service accounts: a signed claim is changed for one, which is good for an hour.

https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
"""

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

import jwt
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator import clock
from simulator.faults import answer_with
from simulator.platform import Refusal
from simulator.rbm.account import RbmAccount
from simulator.rbm.errors import Violation, forbidden, invalid, refuse, unauthenticated
from simulator.recent import Recent
from simulator.state import Sim, Simulation

KEY = "rbm"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUTH = "https://www.googleapis.com/auth"
MESSAGING = frozenset({f"{_AUTH}/rcsbusinessmessaging", f"{_AUTH}/cloud-platform"})
MANAGEMENT = frozenset({f"{_AUTH}/businesscommunications"})
SCOPES = MESSAGING | MANAGEMENT
LONGEST_CLAIM = 3600
SKEW = 300
MAX_TOKENS = 10_000

router = APIRouter(prefix="/rbm", include_in_schema=False)


class Given(NamedTuple):
    """A token: whose, with which key it was asked for, when it ends, and what for."""

    email: str
    public_key: str
    until: float
    scopes: frozenset[str]


@dataclass
class Tokens:
    """Those that were given."""

    given: Recent[str, Given] = field(default_factory=lambda: Recent(MAX_TOKENS))


@dataclass
class TokenRefused(Refusal):
    """A refusal of the token endpoint (RFC 6749, section 5.2)."""

    word: str
    said: str

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {"error": self.word, "error_description": self.said}
        return JSONResponse(body, status_code=HTTPStatus.BAD_REQUEST, headers=headers)


@router.post("/token")
async def token(request: Request, simulation: Sim) -> Response:
    async with request.form() as form:
        grant, assertion = form.get("grant_type"), form.get("assertion")
    if grant != GRANT:
        raise TokenRefused("unsupported_grant_type", f"Invalid grant_type: {grant}")
    if not isinstance(assertion, str) or not assertion:
        raise TokenRefused("invalid_request", "Missing required parameter: assertion")
    found = _issuer(simulation, assertion)
    if found is None:
        raise TokenRefused("invalid_grant", "Invalid grant: account not found")
    agent, account = found
    scopes = _granted(assertion, account, str(request.url.replace(query="")))

    async def accept() -> Response:
        made, until = f"ya29.{secrets.token_urlsafe(48)}", clock.unix() + account.token_seconds
        known = Given(account.client_email, account.public_key, until, scopes)
        simulation.part(Tokens).given.put(made, known)
        answer = {
            "access_token": made,
            "expires_in": account.token_seconds,
            "token_type": "Bearer",
        }
        return JSONResponse(answer)

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


def _issuer(simulation: Simulation, assertion: str) -> tuple[str, RbmAccount] | None:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    accounts = simulation.accounts.of(KEY, RbmAccount).items()
    return next((one for one in accounts if one[1].client_email == claims.get("iss")), None)


def _granted(assertion: str, account: RbmAccount, audience: str) -> frozenset[str]:
    """What the account may have a token for by that claim. Raises `TokenRefused`."""
    wanted = account.private_key_id
    if wanted and jwt.get_unverified_header(assertion).get("kid") != wanted:
        raise TokenRefused("invalid_grant", "Invalid JWT Signature.")
    try:
        claims = jwt.decode(
            assertion,
            account.public_key,
            algorithms=["RS256"],
            audience=audience,
            leeway=SKEW,
            options={"require": ["iss", "aud", "iat", "exp", "scope"]},
        )
    except jwt.InvalidSignatureError:
        raise TokenRefused("invalid_grant", "Invalid JWT Signature.") from None
    except jwt.PyJWTError as error:
        raise TokenRefused("invalid_grant", f"Invalid JWT: {error}") from None
    if claims["exp"] - claims["iat"] > LONGEST_CLAIM:
        said = "Invalid JWT: Token must be a short-lived token (60 minutes)."
        raise TokenRefused("invalid_grant", said)
    scopes = frozenset(str(claims["scope"]).split())
    if not scopes or not scopes <= SCOPES:
        raise TokenRefused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    return scopes


def bearer(simulation: Simulation, request: Request, wanted: frozenset[str]) -> Given:
    """The token that a call has, if it is good for this API. Raises `GoogleError`."""
    scheme, _, made = request.headers.get("authorization", "").partition(" ")
    given = simulation.part(Tokens).given.get(made)
    if scheme != "Bearer" or given is None or given.until <= clock.unix():
        raise unauthenticated()
    if not given.scopes & wanted:
        raise forbidden("Request had insufficient authentication scopes.")
    return given


def agent_of(simulation: Simulation, request: Request, given: Any = None) -> tuple[str, RbmAccount]:
    """The agent that a call names, if its token is that agent's. Raises `GoogleError`."""
    token = bearer(simulation, request, MESSAGING)
    agent = given or request.query_params.get("agentId")
    if not agent:
        raise invalid(Violation("agent_id", "An agent ID is required."))
    account = simulation.accounts.find(KEY, str(agent), RbmAccount)
    if account is None or account.client_email != token.email:
        raise forbidden()
    if account.public_key != token.public_key:  # the service account has a new key since
        raise unauthenticated()
    return str(agent), account
