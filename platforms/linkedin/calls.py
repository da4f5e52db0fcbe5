"""Calls of the API: versioned, in Rest.li 2.0, and with another token where the one of the settings is refused.

https://learn.microsoft.com/en-us/linkedin/marketing/versioning
https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

from http import HTTPStatus
from urllib.parse import quote

import httpx

from platforms.base import OutboundRequest
from platforms.http import call
from platforms.linkedin.account import LinkedInAccount
from platforms.oauth import AccessTokens, TokenRequest
from platforms.reading import Json

RESTLI = {"X-Restli-Protocol-Version": "2.0.0"}

TOKENS = AccessTokens()


def versioned(
    account: LinkedInAccount, path: str, body: Json | None = None, method: str = "POST"
) -> OutboundRequest:
    """A call below `/rest`, which is versioned by month."""
    headers = {"LinkedIn-Version": account.api_version, **RESTLI}
    url = f"{account.api_base}/rest/{path}"
    return OutboundRequest(method=method, url=url, headers=headers, json_body=body)


def unversioned(account: LinkedInAccount, path: str, body: Json) -> OutboundRequest:
    """A call below `/v2`, where the partner APIs still are."""
    url = f"{account.api_base}/v2/{path}"
    return OutboundRequest(method="POST", url=url, headers=RESTLI, json_body=body)


def encoded(urn: str) -> str:
    """A URN in a path: Rest.li gives colons, commas and brackets a meaning of their own there."""
    return quote(urn, safe="")


def refreshing(account: LinkedInAccount) -> TokenRequest | None:
    """How a token is fetched; None: the one of the settings is all there is."""
    if account.refresh_token is None or account.client_id is None:
        return None
    refresh = account.refresh_token.get_secret_value()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": account.client_id,
        "client_secret": account.client_secret.get_secret_value(),
    }
    return TokenRequest(url=account.token_url, form=form, name=account.client_id, secret=refresh)


def token_of(account: LinkedInAccount) -> str:
    """That of the settings, unless it was refused since this process began and another was fetched."""
    renewal = refreshing(account)
    fetched = TOKENS.known(renewal) if renewal else None
    return fetched or account.access_token.get_secret_value()


def authorization(account: LinkedInAccount) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(account)}"}


async def ask(
    client: httpx.AsyncClient, account: LinkedInAccount, request: OutboundRequest
) -> httpx.Response:
    """Make a call with a token. One that is refused did nothing: where another can be had, once more with it."""
    answer = await _authorized(client, account, request)
    renewal = refreshing(account)
    if answer.status_code != HTTPStatus.UNAUTHORIZED or renewal is None:
        return answer
    TOKENS.forget(renewal)
    await TOKENS.get(client, renewal)
    return await _authorized(client, account, request)


async def _authorized(
    client: httpx.AsyncClient, account: LinkedInAccount, request: OutboundRequest
) -> httpx.Response:
    headers = {**request.headers, **authorization(account)}
    return await call(client, request.model_copy(update={"headers": headers}))
