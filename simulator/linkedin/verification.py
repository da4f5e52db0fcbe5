"""The check that LinkedIn makes of a webhook's address: when it is entered, and every two hours.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation
"""

import hashlib
import hmac
import secrets
from http import HTTPStatus

import httpx
from fastapi import APIRouter, HTTPException

from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.world import KEY
from simulator.schemas import Verified
from simulator.state import Sim

PATIENCE = 3.0

router = APIRouter(prefix="/control/linkedin")


@router.post("/{urn}/challenge")
async def challenge(urn: str, simulation: Sim) -> Verified:
    """A code, which must come back with what the client secret makes of it."""
    account = simulation.accounts.find(KEY, urn, LinkedInAccount)
    if account is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no linkedin account {urn!r} is registered")
    code = secrets.token_urlsafe(24)
    question = {"challengeCode": code}
    try:
        answer = await simulation.client.get(account.webhook_url, params=question, timeout=PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Verified(verified=False)
    made = hmac.new(account.client_secret.encode(), code.encode(), hashlib.sha256).hexdigest()
    wanted = {"challengeCode": code, "challengeResponse": made}
    good = answer.status_code == HTTPStatus.OK and _told(answer) == wanted
    return Verified(verified=good, status=answer.status_code)


def _told(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None
