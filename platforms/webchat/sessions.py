"""Who a visitor is: a browser's long-lived token, a site's word for its user, and the short session token of both."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from domain.errors import SignatureInvalid
from domain.value import Value
from platforms.webchat.account import WebchatAccount

AUDIENCE = "webchat"
TTL = timedelta(minutes=15)
IDENTITY_TTL = timedelta(minutes=10)
"""The longest life of an identity token: it is minted for one page, not kept."""

ANONYMOUS = "v_"
"""How the ids of anonymous visitors begin; no site may call a user of its own so."""

_ALGORITHM = "HS256"


class Identity(Value):
    """A site's own user, as the site's server says."""

    visitor_id: str
    name: str | None = None
    email: str | None = None


def visitor_id(account: WebchatAccount, visitor_token: str) -> str:
    """The id of the visitor who holds that token: only its holder can say it, and nobody need store it."""
    named = f"webchat visitor\0{account.inbox}\0{visitor_token}"
    return ANONYMOUS + hashlib.sha256(named.encode()).hexdigest()[:32]


def identify(account: WebchatAccount, token: str, now: datetime) -> Identity:
    """Read an identity token: HS256 by the inbox's secret, `aud` the inbox. Raises `SignatureInvalid`."""
    try:
        claims = jwt.decode(
            token,
            account.secret.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=account.inbox,
            options=_OPTIONS,
        )
        issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError, OSError) as error:
        raise SignatureInvalid(
            f"the identity token is not this inbox's: {type(error).__name__}"
        ) from None
    user = str(claims["sub"])
    if not user or len(user) > 128 or user.startswith(ANONYMOUS):
        raise SignatureInvalid("the identity token names no user")
    if expires - issued > IDENTITY_TTL or now >= expires:
        raise SignatureInvalid("the identity token is over, or good for more than ten minutes")
    name, email = (
        value if isinstance(value := claims.get(key), str) else None for key in ("name", "email")
    )
    return Identity(visitor_id=user, name=name, email=email)


def mint_identity(account: WebchatAccount, user: str, name: str | None, now: datetime) -> str:
    """An identity token, as a site's server makes it."""
    issued = int(now.timestamp())
    claims = {"sub": user, "aud": account.inbox, "iat": issued, "exp": issued + 300}
    named = {"name": name} if name else {}
    return jwt.encode({**claims, **named}, account.secret.get_secret_value(), algorithm=_ALGORITHM)


def inbox_of(token: str) -> str | None:
    """The inbox a session token names, before it is verified: for finding the key only."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    inbox = claims.get("inbox")
    return inbox if isinstance(inbox, str) else None


class SessionClaims(Value):
    """Who a session token speaks for."""

    visitor_id: str
    name: str | None = None
    inbox: str
    origin: str
    issued_at: datetime
    expires_at: datetime


def issue(
    account: WebchatAccount,
    visitor: str,
    origin: str,
    now: datetime,
    ttl: timedelta = TTL,
    *,
    name: str | None = None,
) -> str:
    """A token for one visitor of one site."""
    issued = int(now.timestamp())
    claims = {
        "aud": AUDIENCE,
        "sub": visitor,
        **({"name": name} if name else {}),
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
            name=claims.get("name"),
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
