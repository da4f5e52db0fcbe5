"""The exchange of a token that ends, for apps with token rotation.

https://docs.slack.dev/authentication/using-token-rotation, https://docs.slack.dev/reference/methods/oauth.v2.access
"""

import hmac
import secrets
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.slack import arguments
from simulator.slack.account import SlackAccount
from simulator.slack.arguments import Arguments
from simulator.slack.call import KEY
from simulator.slack.errors import SlackError, refuse
from simulator.slack.world import Json
from simulator.state import Sim, Simulation

LIFE = timedelta(hours=12)

router = APIRouter(prefix="/slack", include_in_schema=False)


@router.post("/api/oauth.v2.access")
@router.post("/oauth.v2.access")
async def access(request: Request, simulation: Sim) -> Response:
    args = await arguments.read(request, takes_json=False)
    team, account = _installation(simulation, args)

    async def accept() -> Response:
        return JSONResponse({"ok": True, **_exchange(simulation, team, account)})

    fault = simulation.faults.take(KEY, team, is_send=False)
    return await answer_with(fault, accept, refuse)


def _installation(simulation: Simulation, args: Arguments) -> tuple[str, SlackAccount]:
    """Raises `SlackError`."""
    if args.text("grant_type") != "refresh_token":
        raise SlackError("invalid_grant_type")
    accounts = simulation.accounts.of(KEY, SlackAccount)
    client_id, secret = args.text("client_id"), args.text("client_secret")
    apps = {team: one for team, one in accounts.items() if client_id and one.client_id == client_id}
    if not apps:
        raise SlackError("invalid_client_id")
    apps = {team: one for team, one in apps.items() if _same(secret, one.client_secret)}
    if not apps:
        raise SlackError("bad_client_secret")
    token = args.text("refresh_token")
    for team, account in apps.items():
        if account.refresh_token and _same(token, account.refresh_token) and not account.revoked:
            return team, account
    raise SlackError("invalid_refresh_token")


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _exchange(simulation: Simulation, team: str, account: SlackAccount) -> Json:
    """The refresh token is used up; the old token stays good until it ends."""
    now = clock.now()
    token, following = f"xoxe.xoxb-1-{secrets.token_urlsafe(48)}", f"xoxe-1-{secrets.token_hex(48)}"
    older = {key: until for key, until in account.older_tokens.items() if until > now}
    change = {
        "bot_token": token,
        "refresh_token": following,
        "token_expires_at": now + LIFE,
        "older_tokens": {**older, account.bot_token: account.token_expires_at or now + LIFE},
    }
    simulation.accounts.put(KEY, team, account.model_copy(update=change))
    return {
        "access_token": token,
        "token_type": "bot",
        "expires_in": int(LIFE.total_seconds()),
        "refresh_token": following,
        "scope": ",".join(account.scopes),
        "bot_user_id": account.bot_user_id,
        "app_id": account.app_id,
        "team": {"id": team, "name": account.domain},
        "is_enterprise_install": False,
    }
