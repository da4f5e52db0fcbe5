"""The credentials of one LinkedIn Page, or of one member whose messages a partner may carry."""

import re

import httpx
from pydantic import ConfigDict, Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account

# Where LinkedIn keeps pictures, and whence members choose animations. Such addresses get no token.
FILE_HOSTS = ("licdn.com", "tenor.com")

_ACTOR = re.compile(r"[A-Za-z0-9:_-]{1,128}")


class LinkedInAccount(Account):
    """A Page or a member, with the app that acts for it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    actor: str
    """The number of a Page, `urn:li:organization:…`, or a member's `urn:li:person:…`."""
    access_token: SecretStr = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    """The app's: it signs the webhooks."""
    previous_client_secret: SecretStr | None = None
    """Still accepted while the client secret is being changed."""
    client_id: str | None = None
    """The app's. With it LinkedIn is asked until when the token lives."""
    refresh_token: SecretStr | None = None
    """With it, and with `client_id`, the token is exchanged before it ends, and when it is refused."""
    partner_access: bool = False
    """Whether LinkedIn approved this app for its Messages API."""
    api_version: str = Field(default="202607", pattern=r"^20\d{4}$")
    """Year and month; LinkedIn serves each for about a year."""
    poll_seconds: int = Field(default=900, ge=60, le=86_400)
    """How often LinkedIn is asked for what webhooks do not bring, see `polling`."""
    api_base: str = "https://api.linkedin.com"
    token_url: str = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105  an address

    @field_validator("actor")
    @classmethod
    def _fits_a_urn(cls, value: str) -> str:
        if not _ACTOR.fullmatch(value):
            raise ValueError("neither a number nor a URN")
        return value

    @field_validator("api_base", "token_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        try:
            url = httpx.URL(value)
        except httpx.InvalidURL:
            raise ValueError("not a URL") from None
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("not an http(s) URL")
        return value.rstrip("/")

    @property
    def urn(self) -> str:
        return self.actor if self.actor.startswith("urn:") else f"urn:li:organization:{self.actor}"

    @property
    @override
    def account_id(self) -> str:
        """As webhooks name a Page (`organizationalEntity`), and the changelog a member (`owner`)."""
        return self.urn

    def may_fetch(self, url: str) -> bool:
        """Whether a file's address is one of LinkedIn's, or that of the API we are configured for."""
        try:
            target, base = httpx.URL(url), httpx.URL(self.api_base)
        except httpx.InvalidURL:
            return False
        if target.userinfo:
            return False
        if (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port):
            return True
        known = any(target.host == host or target.host.endswith(f".{host}") for host in FILE_HOSTS)
        return known and target.scheme == "https" and target.port is None
