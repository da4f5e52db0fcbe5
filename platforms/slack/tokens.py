"""A token that ends in twelve hours, and the next one, for apps with token rotation.

https://docs.slack.dev/authentication/using-token-rotation: an exchange uses its refresh token up, and brings another.
"""

from datetime import timedelta

import httpx

from domain.errors import PlatformUnavailable
from platforms.abilities import Refreshed
from platforms.asking import about_the_account
from platforms.base import OutboundRequest
from platforms.http import answered_at, call
from platforms.reading import as_size
from platforms.slack.account import SlackAccount
from platforms.slack.errors import read_answer
from platforms.slack.reading import as_text

_LONGEST = 366 * 86_400


async def refresh(client: httpx.AsyncClient, account: SlackAccount) -> Refreshed | None:
    """None: this app's tokens do not end. Raises a `DeliveryError`."""
    request = _request(account)
    if request is None:
        return None
    with about_the_account():
        response = await call(client, request)
        told = read_answer(response, account.secrets())
    token, following = as_text(told.get("access_token")), as_text(told.get("refresh_token"))
    life = as_size(told.get("expires_in"))
    if token is None or following is None or not life:
        raise PlatformUnavailable("the answer names no token, or not how long it lives")
    until = answered_at(response) + timedelta(seconds=min(life, _LONGEST))
    settings = {
        "bot_token": token,
        "refresh_token": following,
        "token_expires_at": until.isoformat(),
    }
    return Refreshed(settings=settings, expires_at=until)


def _request(account: SlackAccount) -> OutboundRequest | None:
    if account.client_id is None or account.client_secret is None or account.refresh_token is None:
        return None
    form = {
        "grant_type": "refresh_token",
        "client_id": account.client_id,
        "client_secret": account.client_secret.get_secret_value(),
        "refresh_token": account.refresh_token.get_secret_value(),
    }
    return OutboundRequest(method="POST", url=f"{account.api_base}/oauth.v2.access", form=form)
