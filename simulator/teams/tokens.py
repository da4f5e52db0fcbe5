"""Access tokens for bots: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow."""

import hmac
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.recent import Recent
from simulator.state import Sim, Simulation
from simulator.teams.account import TeamsAccount
from simulator.teams.errors import Denied, EntraError, refuse_token
from simulator.teams.world import KEY

RESOURCE = "https://api.botframework.com"
MAX_TOKENS = 10_000
_NEEDED = ("grant_type", "client_id", "scope")

router = APIRouter(prefix="/teams", include_in_schema=False)


@dataclass
class Tokens:
    """Whose each token is, and when it ends."""

    given: Recent[str, tuple[str, float]] = field(default_factory=lambda: Recent(MAX_TOKENS))


@router.post("/{tenant}/oauth2/v2.0/token")
async def token(tenant: str, request: Request, simulation: Sim) -> Response:
    async with request.form() as sent:
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
    app_id, account = _client(simulation, tenant, form)

    async def accept() -> Response:
        made = f"eyJ0eXAiOiJKV1Qi.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"
        until = clock.unix() + account.token_seconds
        simulation.part(Tokens).given.put(made, (app_id, until))
        lasts = {"expires_in": account.token_seconds, "ext_expires_in": account.token_seconds}
        return JSONResponse({"token_type": "Bearer", **lasts, "access_token": made})

    fault = simulation.faults.take(KEY, app_id, is_send=False)
    return await answer_with(fault, accept, refuse_token)


def _client(simulation: Simulation, tenant: str, form: dict[str, str]) -> tuple[str, TeamsAccount]:
    """The bot that a form is from. Raises `EntraError`."""
    for name in _NEEDED:
        if not form.get(name):
            said = f"The request body must contain the following parameter: '{name}'."
            raise EntraError("invalid_request", 900144, said)
    if form["grant_type"] != "client_credentials":
        said = f"The app requested an unsupported grant type '{form['grant_type']}'."
        raise EntraError("unsupported_grant_type", 70003, said)
    app_id = form["client_id"]
    account = simulation.accounts.find(KEY, app_id, TeamsAccount)
    if account is None or account.tenant_id.lower() != tenant.lower():
        said = f"Application with identifier '{app_id}' was not found in the directory '{tenant}'."
        raise EntraError("unauthorized_client", 700016, said)
    _check_secret(app_id, account, form.get("client_secret", ""))
    _check_scope(form["scope"])
    return app_id, account


def _check_secret(app_id: str, account: TeamsAccount, given: str) -> None:
    status = HTTPStatus.UNAUTHORIZED
    if not given:
        said = "The request body must contain: 'client_assertion' or 'client_secret'."
        raise EntraError("invalid_client", 7000218, said, status)
    if not hmac.compare_digest(given.encode(), account.client_secret.encode()):
        said = f"Invalid client secret provided for app '{app_id}'."
        raise EntraError("invalid_client", 7000215, said, status)


def _check_scope(scope: str) -> None:
    resource, _, name = scope.rpartition("/")
    if name != ".default":
        said = f"The scope {scope} is not valid: client credentials need '/.default'."
        raise EntraError("invalid_scope", 1002012, said)
    if resource != RESOURCE:
        said = f"The resource principal named {resource} was not found."
        raise EntraError("invalid_resource", 500011, said)


def bot_of(simulation: Simulation, request: Request) -> tuple[str, TeamsAccount]:
    """The bot that calls. Raises `Denied`."""
    scheme, _, made = request.headers.get("authorization", "").partition(" ")
    app_id, until = simulation.part(Tokens).given.get(made) or ("", 0.0)
    account = simulation.accounts.find(KEY, app_id, TeamsAccount)
    if scheme.lower() != "bearer" or until <= clock.unix() or account is None:
        raise Denied
    return app_id, account
