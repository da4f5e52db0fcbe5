"""Access tokens that are given for an hour or so: fetched when needed, kept until shortly before they end.

The one state that a platform keeps, in the memory of its process; a token lost with it is simply fetched again.
"""

import asyncio
import hashlib
import time
from http import HTTPStatus
from typing import NamedTuple

import httpx

from domain.errors import ChannelUnauthorized, PlatformUnavailable, Throttled
from platforms.http import retry_after

EARLY = 60.0
"""Seconds before its end that a token counts as over: a call takes a while."""
SHORTEST_LIFE = 30.0
_MAX_WORDS = 200
_SECRET_LETTERS = 8
"""A shorter value of a form is a word like any other."""


class TokenRequest(NamedTuple):
    """A form that a token endpoint answers with `access_token` and `expires_in` (RFC 6749, section 5.1)."""

    url: str
    form: dict[str, str]
    name: str
    """What the token is for: the same name, URL and secret share one token."""
    secret: str

    @property
    def key(self) -> str:
        """Another secret is another token, and the secret itself stays out of the table."""
        return hashlib.sha256(f"{self.url}\x00{self.name}\x00{self.secret}".encode()).hexdigest()


class AccessTokens:
    """The tokens of one platform."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[float, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, client: httpx.AsyncClient, request: TokenRequest) -> str:
        """A token that is still good. Raises `ChannelUnauthorized`, `Throttled` or `PlatformUnavailable`."""
        async with self._locks.setdefault(request.key, asyncio.Lock()):
            until, token = self._tokens.get(request.key, (0.0, ""))
            if until <= time.monotonic():
                token, life = await _fetch(client, request)
                self._tokens[request.key] = (time.monotonic() + life, token)
            return token

    def known(self, request: TokenRequest) -> str | None:
        """A token that was fetched before and is still good."""
        until, token = self._tokens.get(request.key, (0.0, ""))
        return token if until > time.monotonic() else None

    def forget(self, request: TokenRequest) -> None:
        """The platform says that this token is no good: the next call fetches another."""
        self._tokens.pop(request.key, None)


async def _fetch(client: httpx.AsyncClient, request: TokenRequest) -> tuple[str, float]:
    try:
        answer = await client.post(request.url, data=request.form)
    except httpx.HTTPError as error:
        # Asking for a token sends nothing to anybody: it may always be tried again.
        raise PlatformUnavailable(f"no token: {type(error).__name__}") from None
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("no token: HTTP 429", retry_after=retry_after(answer.headers))
    if answer.status_code in {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
    }:
        raise ChannelUnauthorized(f"no token: HTTP {answer.status_code}{_words(answer, request)}")
    try:
        given = answer.json()
        token, life = given["access_token"], float(given.get("expires_in", 0))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PlatformUnavailable(f"no token: HTTP {answer.status_code}") from None
    if not isinstance(token, str) or not token:
        raise PlatformUnavailable("no token: the answer names none")
    return token, max(life - EARLY, SHORTEST_LIFE)


def _words(answer: httpx.Response, request: TokenRequest) -> str:
    """Why there is no token, as the endpoint says it (RFC 6749, section 5.2), without what it repeats of the form."""
    try:
        told = answer.json()
        said = [told.get("error"), told.get("error_description")]
    except (ValueError, AttributeError):
        return ""
    words = " ".join(word for word in said if isinstance(word, str))
    for secret in request.form.values():
        words = words.replace(secret, "***") if len(secret) >= _SECRET_LETTERS else words
    return f" {' '.join(words.split())[:_MAX_WORDS]}" if words.strip() else ""
