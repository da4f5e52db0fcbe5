"""What an app may know of a token: until when it lives, and one that lives longer.

https://developers.facebook.com/docs/graph-api/reference/debug_token: an app asks with its own token.
"""

from datetime import datetime, timedelta
from http import HTTPMethod
from typing import NamedTuple

import httpx

from domain.errors import ChannelUnauthorized, PlatformUnavailable
from platforms.asking import asking
from platforms.base import MASK, OutboundRequest
from platforms.http import answered_at, call
from platforms.meta.account import GraphAccount
from platforms.meta.asking import ask
from platforms.meta.errors import GRAPH_RULES, read_answer
from platforms.meta.reading import as_number, as_text, parse_timestamp
from platforms.reading import as_object

_LONGEST = timedelta(days=365)


class TokenFacts(NamedTuple):
    """Both None: the token does not end by itself."""

    expires_at: datetime | None = None
    data_access_until: datetime | None = None
    """A person who made it must agree again until then."""

    @property
    def notes(self) -> dict[str, str]:
        until = self.data_access_until
        return {"data access until": until.isoformat()} if until else {}


async def token_facts(client: httpx.AsyncClient, account: GraphAccount) -> TokenFacts | None:
    """None: without the app's id nobody can be asked. Raises a `DeliveryError`."""
    if account.app_id is None:
        return None
    answer = await ask(
        client,
        account,
        "debug_token",
        {"input_token": account.access_token.get_secret_value()},
        headers=account.app_authorization,
    )
    facts = as_object(answer.get("data"))
    return TokenFacts(
        expires_at=parse_timestamp(facts.get("expires_at")),
        data_access_until=parse_timestamp(facts.get("data_access_expires_at")),
    )


class NewToken(NamedTuple):
    """What an exchange gives."""

    token: str
    expires_at: datetime


async def exchange(
    client: httpx.AsyncClient, account: GraphAccount, address: str, query: dict[str, str]
) -> NewToken:
    """The answer of an endpoint that exchanges tokens, which are named in its query. Raises a `DeliveryError`."""
    url = str(httpx.URL(address, params=query))
    with asking():
        response = await call(client, OutboundRequest(method=HTTPMethod.GET, url=url))
        answer = read_answer(response, GRAPH_RULES, account.secrets())
    given, life = as_text(answer.get("access_token")), as_number(answer.get("expires_in"))
    if given is None or life is None or life <= 0:
        raise PlatformUnavailable("the answer names no token, or not how long it lives")
    until = answered_at(response) + min(timedelta(seconds=min(life, 10**9)), _LONGEST)
    return NewToken(given, until)


def of_another(named: str, wanted: str, account: GraphAccount) -> ChannelUnauthorized:
    """The token works, for somebody else."""
    detail = f"the token is of {named}, not of {wanted}"
    for secret in account.secrets():
        detail = detail.replace(secret, MASK)
    return ChannelUnauthorized(detail)


def named(fields: dict[str, object], *keys: str) -> str:
    """How to call an account for people: its name and id."""
    found = (as_text(fields.get(key)) for key in keys)
    return " ".join(text for text in found if text) or "nobody"
