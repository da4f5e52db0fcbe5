"""Proves that Microsoft posted a body for our bot: a signed token, whose keys Microsoft publishes.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication (read 2026-08),
"Authenticate requests from the Bot Connector service to your bot". The token names whom it is for and which service it
comes from, and does not cover the body. Tokens of the Emulator have other issuers, and are refused.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import jwt
from jwt.types import Options

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest
from platforms.reading import Json, as_list, as_text
from platforms.teams.account import TeamsAccount
from platforms.teams.inbound import read_activities
from platforms.teams.people import tenant_of

ALGORITHM = "RS256"
"""Never the one that a token names itself."""
SKEW = 300.0
"""Seconds by which clocks may differ, by the same page."""
_SCHEME = "bearer"
_CHECKED: Options = {
    "require": ["exp", "iss", "aud"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}
"""Times are compared here: with the moment of arrival, not with the clock."""


class _Proof(NamedTuple):
    """What a token says, and the channels its key is good for."""

    claims: Mapping[str, Any]
    endorsements: list[Any]


def verify(request: WebhookRequest, account: TeamsAccount) -> None:
    """Raise `SignatureInvalid` unless the token, its times and the body fit together. No secret is compared."""
    proof = _proof(_token(request.headers.get("authorization", "")), request.keys, account)
    _in_time(proof.claims, request.received_at)
    try:
        activities = read_activities(request)
    except PayloadUnreadable:
        raise SignatureInvalid("the body names no service") from None
    if not activities:
        raise SignatureInvalid("the body names no service")
    for activity in activities:
        _fits(activity, proof, account)


def _token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != _SCHEME or not token.strip():
        raise SignatureInvalid("no bearer token")
    return token.strip()


def _proof(token: str, keys: Mapping[str, Any], account: TeamsAccount) -> _Proof:
    try:
        key = keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if not isinstance(key, dict):
            raise SignatureInvalid("signed with a key that is not published")
        claims = jwt.decode(
            token,
            jwt.PyJWK(key, algorithm=ALGORITHM).key,
            algorithms=[ALGORITHM],
            audience=account.app_id,
            issuer=account.where.issuer,
            options=_CHECKED,
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # The class says which check failed; its words may repeat the token.
        raise SignatureInvalid(f"not a token for this bot: {type(error).__name__}") from None
    return _Proof(claims, as_list(key.get("endorsements")))


def _in_time(claims: Mapping[str, Any], now: datetime | None) -> None:
    ends, begins = _moment(claims.get("exp")), _moment(claims.get("nbf", 0))
    if now is not None and not begins - SKEW <= now.timestamp() <= ends + SKEW:
        raise SignatureInvalid("the token is over, or of a clock that is wrong")


def _moment(value: Any) -> float:
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise SignatureInvalid("the token's times are not numbers")


def _fits(activity: Json, proof: _Proof, account: TeamsAccount) -> None:
    """The service that a token is for is the one that the body names; the key is good for the body's channel."""
    named, proven = as_text(activity.get("serviceUrl")), as_text(proof.claims.get("serviceurl"))
    if named is None or proven is None or _bare(named) != _bare(proven):
        raise SignatureInvalid("the token is for another service than the body names")
    if as_text(activity.get("channelId")) not in proof.endorsements:
        raise SignatureInvalid("the key is not endorsed for this channel")
    if not account.hears(tenant_of(activity)):
        raise SignatureInvalid("the body is of a tenant that this bot does not serve")


def _bare(url: str) -> str:
    return url.rstrip("/").lower()
