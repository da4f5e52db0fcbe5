"""The check that Slack makes of a request URL when it is saved.

https://docs.slack.dev/reference/events/url_verification
"""

import json
import secrets
from http import HTTPStatus

import httpx
from fastapi import APIRouter, HTTPException

from simulator.schemas import Verified
from simulator.slack import signing
from simulator.slack.account import SlackAccount
from simulator.slack.call import KEY
from simulator.state import Sim

router = APIRouter(prefix="/control/slack")


@router.post("/{team}/url_verification")
async def url_verification(team: str, simulation: Sim) -> Verified:
    """A signed challenge, which must come back: as it is, or in JSON."""
    account = simulation.accounts.find(KEY, team, SlackAccount)
    if account is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no slack account {team!r} is registered")
    challenge = secrets.token_urlsafe(32)
    question = {"token": "of-the-simulator", "challenge": challenge, "type": "url_verification"}
    body = signing.serialise(question)
    try:
        answer = await simulation.client.post(
            account.webhook_url,
            content=body,
            headers=signing.headers(account.signing_secret, body),
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return Verified(verified=False)
    good = answer.status_code == HTTPStatus.OK and _answers(answer.text, challenge)
    return Verified(verified=good, status=answer.status_code)


def _answers(text: str, challenge: str) -> bool:
    try:
        told = json.loads(text)
    except ValueError:
        return text.strip() == challenge
    return isinstance(told, dict) and told.get("challenge") == challenge
