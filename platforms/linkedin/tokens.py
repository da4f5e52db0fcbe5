"""Until when a token lives, and the next one for apps that were approved for it.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/token-introspection
https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx

from domain.errors import ChannelUnauthorized, PlatformUnavailable
from platforms.abilities import Refreshed
from platforms.asking import about_the_account
from platforms.base import OutboundRequest
from platforms.http import answered_at, call
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import TOKENS, refreshing, token_of
from platforms.linkedin.errors import check
from platforms.linkedin.reading import as_size
from platforms.reading import Json, as_text

_LONGEST = 366 * 86_400


class TokenFacts(NamedTuple):
    """What an app is told of a token of its own."""

    active: bool
    status: str
    """`active`, `revoked` or `expired`."""
    expires_at: datetime | None
    permissions: str | None


async def token_facts(client: httpx.AsyncClient, account: LinkedInAccount) -> TokenFacts | None:
    """Of a token that is good, or another that could be fetched. None: without the app's id nobody can be asked.

    Raises a `DeliveryError`: `ChannelUnauthorized` for a token that is no good any more.
    """
    if account.client_id is None:
        return None
    facts = await _introspect(client, account, account.client_id)
    renewal = refreshing(account)
    if not facts.active and renewal is not None:
        TOKENS.forget(renewal)
        await TOKENS.get(client, renewal)
        facts = await _introspect(client, account, account.client_id)
    if not facts.active:
        raise ChannelUnauthorized(f"the token is {facts.status}", vendor_code=facts.status)
    return facts


async def _introspect(
    client: httpx.AsyncClient, account: LinkedInAccount, client_id: str
) -> TokenFacts:
    secret = account.client_secret.get_secret_value()
    form = {"client_id": client_id, "client_secret": secret, "token": token_of(account)}
    url = f"{account.token_url.rpartition('/')[0]}/introspectToken"
    told, _ = await _post(client, account, url, form)
    if not isinstance(told.get("active"), bool):
        raise PlatformUnavailable("the answer does not say whether the token is good")
    return TokenFacts(
        active=told["active"],
        status=as_text(told.get("status")) or "not active",
        expires_at=_moment(as_size(told.get("expires_at"))),
        permissions=as_text(told.get("scope")),
    )


async def refresh(client: httpx.AsyncClient, account: LinkedInAccount) -> Refreshed | None:
    """None: this app has no refresh token. The year that one lives is not begun anew. Raises a `DeliveryError`."""
    renewal = refreshing(account)
    if renewal is None:
        return None
    told, answer = await _post(client, account, renewal.url, renewal.form)
    token, life = as_text(told.get("access_token")), as_size(told.get("expires_in"))
    if token is None or not life:
        raise PlatformUnavailable("the answer names no token, or not how long it lives")
    following = as_text(told.get("refresh_token"))
    return Refreshed(
        settings={"access_token": token, **({"refresh_token": following} if following else {})},
        expires_at=answered_at(answer) + timedelta(seconds=min(life, _LONGEST)),
    )


async def _post(
    client: httpx.AsyncClient, account: LinkedInAccount, url: str, form: dict[str, str]
) -> tuple[Json, httpx.Response]:
    with about_the_account():
        answer = await call(client, OutboundRequest(method="POST", url=url, form=form))
        return check(answer, [*account.secrets(), token_of(account)]), answer


def _moment(seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
