"""How we prove to a mail server who we are: a password, or an OAuth2 token that is fresh."""

import base64
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import httpx

from domain.errors import ChannelUnauthorized
from platforms.email.account import EmailAccount
from platforms.oauth import AccessTokens

T = TypeVar("T")


class Login(NamedTuple):
    """A name, and one of the two that go with it."""

    user: str
    password: str | None = None
    token: str | None = None

    @property
    def secrets(self) -> list[str]:
        return [one for one in (self.password, self.token) if one]

    def plain(self) -> str:
        """The words of SASL PLAIN (RFC 4616), for the wire."""
        return _encoded(f"\0{self.user}\0{self.password}")

    def xoauth2(self) -> str:
        """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol (read 2026-08)."""
        return _encoded(f"user={self.user}\x01auth=Bearer {self.token}\x01\x01")


def _encoded(words: str) -> str:
    return base64.b64encode(words.encode()).decode("ascii")


async def logged_in(
    client: httpx.AsyncClient,
    account: EmailAccount,
    tokens: AccessTokens,
    enter: Callable[[Login | None], Awaitable[T]],
) -> T:
    """What `enter` opens with our login. A token that is refused was perhaps withdrawn: once more with a new one.

    Passed None where the account has nothing to log in with. Raises a `DeliveryError`.
    """
    login = await _login(client, account, tokens)
    request = account.token_request
    try:
        return await enter(login)
    except ChannelUnauthorized:
        if request is None or login is None or login.token is None:
            raise
        tokens.forget(request)
    return await enter(await _login(client, account, tokens))


async def _login(
    client: httpx.AsyncClient, account: EmailAccount, tokens: AccessTokens
) -> Login | None:
    user = account.username or account.address
    if request := account.token_request:
        return Login(user, token=await tokens.get(client, request))
    if account.access_token:
        return Login(user, token=account.access_token.get_secret_value())
    return Login(user, account.password.get_secret_value()) if account.password else None
