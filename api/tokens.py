"""Access tokens: short-lived JWTs that name a person, a tenant and a role."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from bootstrap import Misconfigured
from settings import Settings
from storage.users import User

ALGORITHM = "HS256"


class InvalidToken(Exception):
    """The token is not ours, or its time is over."""


def _key(settings: Settings) -> str:
    if settings.jwt_secret is None or len(settings.jwt_secret.get_secret_value()) < 32:
        raise Misconfigured("PYTAKE_JWT_SECRET is not set, or shorter than 32 characters.")
    return settings.jwt_secret.get_secret_value()


def check_key(settings: Settings) -> None:
    """Raise `Misconfigured` at the start rather than at the first sign-in."""
    _key(settings)


def access_token(settings: Settings, user: User) -> str:
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    claims = {
        "sub": str(user.id),
        "tenant": str(user.tenant_id),
        "role": user.role,
        "iat": now,
        "exp": now + timedelta(minutes=settings.access_token_minutes),
        "aud": "pytake",
    }
    return jwt.encode(claims, _key(settings), algorithm=ALGORITHM)


def sign(settings: Settings, audience: str, claims: dict[str, Any], life: timedelta) -> str:
    """A token of another kind, good for its audience only."""
    expires = datetime.now(UTC) + life  # noqa: TID251  edge: reads the clock
    return jwt.encode(
        {**claims, "aud": audience, "exp": expires}, _key(settings), algorithm=ALGORITHM
    )


def read(settings: Settings, audience: str, token: str) -> dict[str, Any]:
    """The claims of a token that `sign` made. Raises `InvalidToken`."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(settings),
            algorithms=[ALGORITHM],
            audience=audience,
            options={"require": ["exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise InvalidToken("This link is not valid, or its time is over.") from error
    return claims


def read_access_token(settings: Settings, token: str) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            token,
            _key(settings),
            algorithms=[ALGORITHM],
            audience="pytake",
            options={"require": ["exp", "sub", "tenant", "role"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("This access token has expired. Refresh it.") from error
    except jwt.InvalidTokenError as error:
        raise InvalidToken("This access token is not valid.") from error
    return {"user_id": claims["sub"], "tenant_id": claims["tenant"], "role": claims["role"]}
