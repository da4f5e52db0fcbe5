"""Access by a service account: a signed claim is changed for a token of an hour.

https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
"""

import time
from http import HTTPStatus

import httpx
import jwt

from domain.errors import ChannelUnauthorized
from platforms.base import OutboundRequest
from platforms.http import call
from platforms.oauth import AccessTokens, TokenRequest
from platforms.rbm.account import RbmAccount

SCOPE = "https://www.googleapis.com/auth/rcsbusinessmessaging"
MANAGEMENT_SCOPE = "https://www.googleapis.com/auth/businesscommunications"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = 3600
"""Seconds; Google takes no claim that is good for longer."""

TOKENS = AccessTokens()


def assertion(account: RbmAccount, now: float, scope: str = SCOPE) -> str:
    """The signed claim to be this service account. Raises `ChannelUnauthorized` for a key that is none."""
    issued = int(now)
    claims = {
        "iss": account.client_email,
        "scope": scope,
        "aud": account.token_uri,
        "iat": issued,
        "exp": issued + LIFE,
    }
    headers = {"kid": account.private_key_id} if account.private_key_id else None
    try:
        return jwt.encode(claims, account.private_key.get_secret_value(), "RS256", headers)
    except (jwt.PyJWTError, ValueError, TypeError):
        # What the library says about a key may quote it.
        raise ChannelUnauthorized(
            "the private key of the service account is not readable"
        ) from None


def token_request(account: RbmAccount, scope: str = SCOPE) -> TokenRequest:
    made = assertion(account, time.time(), scope)
    return TokenRequest(
        url=account.token_uri,
        form={"grant_type": GRANT, "assertion": made},
        name=f"{account.client_email} {scope}",
        secret=account.private_key.get_secret_value(),
    )


async def authorization(
    client: httpx.AsyncClient, account: RbmAccount, scope: str = SCOPE
) -> dict[str, str]:
    token = await TOKENS.get(client, token_request(account, scope))
    return {"Authorization": f"Bearer {token}"}


async def ask(
    client: httpx.AsyncClient, account: RbmAccount, request: OutboundRequest, scope: str = SCOPE
) -> httpx.Response:
    """Make a call with a token. One that is refused did nothing: it is made once more, with a new token."""
    answer = await _authorized(client, account, request, scope)
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        return answer
    TOKENS.forget(token_request(account, scope))
    return await _authorized(client, account, request, scope)


async def _authorized(
    client: httpx.AsyncClient, account: RbmAccount, request: OutboundRequest, scope: str
) -> httpx.Response:
    headers = {**request.headers, **await authorization(client, account, scope)}
    return await call(client, request.model_copy(update={"headers": headers}))
