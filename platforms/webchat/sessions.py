"""Session tokens of visitors: short-lived, signed, and good for one inbox and one web site."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from domain.errors import SignatureInvalid
from domain.value import Value
from platforms.webchat.account import WebchatAccount

AUDIENCE = "webchat"
TTL = timedelta(minutes=15)

_ALGORITHM = "HS256"


class SessionClaims(Value):
    """Who a session token speaks for."""

    visitor_id: str
    inbox: str
    origin: str
    issued_at: datetime
    expires_at: datetime


def issue(
    account: WebchatAccount, visitor_id: str, origin: str, now: datetime, ttl: timedelta = TTL
) -> str:
    """A token for one visitor of one site."""
    issued = int(now.timestamp())
    claims = {
        "aud": AUDIENCE,
        "sub": visitor_id,
        "inbox": account.inbox,
        "origin": origin,
        "iat": issued,
        "exp": issued + int(ttl.total_seconds()),
    }
    return jwt.encode(claims, _key(account), algorithm=_ALGORITHM)


def read(account: WebchatAccount, token: str, now: datetime) -> SessionClaims:
    """Whom the token speaks for. Raises `SignatureInvalid` when it is forged, over, or of another inbox."""
    try:
        claims = jwt.decode(
            token, _key(account), algorithms=[_ALGORITHM], audience=AUDIENCE, options=_OPTIONS
        )
    except jwt.PyJWTError as error:
        raise SignatureInvalid(f"the session token is not ours: {type(error).__name__}") from None
    session = _claims(claims)
    if session is None or session.inbox != account.inbox:
        raise SignatureInvalid("the session token is not for this inbox")
    if now >= session.expires_at:
        raise SignatureInvalid("the session token is over")
    return session


_OPTIONS: Any = {
    "require": ["aud", "sub", "iat", "exp"],
    # The library would read the clock itself; the time is ours to pass in.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


def _claims(claims: dict[str, Any]) -> SessionClaims | None:
    try:
        return SessionClaims(
            visitor_id=claims["sub"],
            inbox=claims["inbox"],
            origin=claims["origin"],
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _key(account: WebchatAccount) -> bytes:
    """32 bytes of the secret's own, so that a token's signature is never one of a posted body."""
    return hashlib.sha256(
        b"webchat session\0" + account.secret.get_secret_value().encode()
    ).digest()
