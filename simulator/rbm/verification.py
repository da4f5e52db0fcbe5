"""The check that the console makes of a webhook's address before it is saved.

https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks
"""

import secrets
from http import HTTPStatus

import httpx
from fastapi import APIRouter, HTTPException

from simulator.rbm.account import RbmAccount
from simulator.rbm.tokens import KEY
from simulator.schemas import Verified
from simulator.state import Sim

router = APIRouter(prefix="/control/rbm")


@router.post("/{agent}/webhook_check")
async def webhook_check(agent: str, simulation: Sim) -> Verified:
    """Names the client token, unsigned; the secret beside it must come back as it is."""
    account = simulation.accounts.find(KEY, agent, RbmAccount)
    if account is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no rbm account {agent!r} is registered")
    secret = secrets.token_urlsafe(24)
    question = {"clientToken": account.client_token, "secret": secret}
    try:
        answer = await simulation.client.post(account.webhook_url, json=question)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Verified(verified=False)
    good = answer.status_code == HTTPStatus.OK and answer.text.strip() == secret
    return Verified(verified=good, status=answer.status_code)
