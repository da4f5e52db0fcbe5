"""How a webhook proves where it comes from, where its provider signs nothing: a word that only the two of us know."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

from pydantic import SecretStr

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest

TOKEN_HEADER = "x-hook-token"  # noqa: S105  names, not tokens
TOKEN_PARAMETER = "token"  # noqa: S105
WINDOW = timedelta(minutes=5)
"""How old a signed request may be, and how far ahead of our clock the signer's."""


def check_token(request: WebhookRequest, *tokens: SecretStr | None) -> None:
    """Raise `SignatureInvalid` unless one of our tokens came in the header, as a basic password, or in the query."""
    given = (
        request.headers.get(TOKEN_HEADER, ""),
        _password(request.headers.get("authorization", "")),
        request.query.get(TOKEN_PARAMETER, ""),
    )
    known = [token.get_secret_value() for token in tokens if token is not None]
    matches = [same(word, token) for word in given for token in known]
    if not any(matches):
        raise SignatureInvalid("wrong token" if any(given) else "no token")


def _password(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]


def same(given: str, wanted: str) -> bool:
    """Constant time, and on bytes: `compare_digest` raises on text that is not ASCII. Nothing equals nothing."""
    return bool(wanted) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass")
    )


def check_age(signed_at: datetime | None, now: datetime | None) -> None:
    """Raise `SignatureInvalid` for what was signed too long ago; where nobody says what time it is, any age will do."""
    if signed_at is None:
        raise SignatureInvalid("it does not say when it was signed")
    if now is not None and abs(now - signed_at) > WINDOW:
        raise SignatureInvalid("signed too long ago")
