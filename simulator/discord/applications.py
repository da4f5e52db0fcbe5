"""What a bot is told of its application.

https://docs.discord.com/developers/resources/application#get-current-application
https://docs.discord.com/developers/topics/oauth2#get-current-bot-application-information
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.discord import objects, requests
from simulator.discord.account import DiscordAccount
from simulator.discord.api import LIMITS, answered
from simulator.discord.objects import Json
from simulator.state import Sim

router = APIRouter(prefix="/discord", include_in_schema=False)

_SMALL_BOT = {1 << 8: 1 << 13, 1 << 1: 1 << 15, 1 << 15: 1 << 19}
"""By privileged intent, the flag that it is switched on for a bot in fewer than a hundred servers."""
_OFF = 1


@router.get("/oauth2/applications/@me")
@router.get("/applications/@me")
async def get_application(request: Request, simulation: Sim) -> Response:
    application, account = requests.bot_of(simulation, request)
    found = _application(application, account)

    async def accept() -> Response:
        return JSONResponse(found, headers=LIMITS)

    return await answered(simulation, application, accept)


def _application(application: str, account: DiscordAccount) -> Json:
    """One address is for both, and none when somebody reads the Gateway instead."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(account.signing_key)).public_key()
    url = account.webhook_url or None
    switched = account.gateway.privileged
    return {
        "id": application,
        "name": account.username,
        "description": "",
        "icon": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": key.public_bytes_raw().hex(),
        "owner": objects.bot(application, account),
        "team": None,
        "flags": sum(flag for intent, flag in _SMALL_BOT.items() if switched & intent),
        "approximate_guild_count": 1,
        "interactions_endpoint_url": url,
        "event_webhooks_url": url,
        "event_webhooks_status": account.event_webhooks_status if url else _OFF,
        "event_webhooks_types": ["APPLICATION_AUTHORIZED", "APPLICATION_DEAUTHORIZED"],
    }
