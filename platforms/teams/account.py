"""The credentials of one bot, and the addresses they are good for."""

from typing import Literal

import httpx
from pydantic import ConfigDict, Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account
from platforms.oauth import TokenRequest
from platforms.teams.clouds import CLOUDS, FILE_HOSTS, Cloud, is_below

BOT = "28:"
"""Begins the id of every bot in Teams, before its app id."""
ANY_TENANT = "botframework.com"
"""Stands for the tenant of a bot that was registered for many, which Azure makes no more since July 2025."""
_MAX_ANSWER = 200


class TeamsAccount(Account):
    """One bot, as Azure or the developer portal registered it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    app_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    tenant_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")
    """The directory the bot is registered in; `botframework.com` for an old bot of many tenants."""
    client_secret: SecretStr = Field(min_length=1)
    allowed_tenants: tuple[str, ...] = ()
    """Whose people are heard beside those of `tenant_id`."""
    cloud: Literal["public", "gcc", "gcc_high", "dod"] = "public"
    button_answer: str = Field(default="✓", min_length=1, max_length=_MAX_ANSWER)
    """What is shown at once where a press must be answered in words; what a flow says comes as a message."""
    api_base: str = ""
    """One server in the place of all of Microsoft's. Empty: Microsoft's."""

    @field_validator("app_id", "tenant_id")
    @classmethod
    def _as_it_is_written(cls, value: str) -> str:
        """Ids are compared, and Teams writes them small."""
        return value.lower()

    @field_validator("api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = httpx.URL(value)
        except httpx.InvalidURL:
            raise ValueError("not a URL") from None
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("not an http(s) URL")
        return value.rstrip("/")

    @property
    @override
    def account_id(self) -> str:
        return f"{BOT}{self.app_id}"

    @property
    def where(self) -> Cloud:
        return CLOUDS[self.cloud]

    @property
    def keys_url(self) -> str:
        return f"{self.api_base}/v1/.well-known/keys" if self.api_base else self.where.keys

    @property
    def token_request(self) -> TokenRequest:
        """https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (read 2026-08)."""
        secret = self.client_secret.get_secret_value()
        form = {
            "grant_type": "client_credentials",
            "client_id": self.app_id,
            "client_secret": secret,
            "scope": self.where.scope,
        }
        url = f"{self.api_base or self.where.login}/{self.tenant_id}/oauth2/v2.0/token"
        return TokenRequest(
            url=url, form=form, name=f"{self.app_id} {form['scope']}", secret=secret
        )

    def hears(self, tenant: str | None) -> bool:
        """Whether this bot takes anything from that tenant. What names none passes: its proof names our bot."""
        known = {one.lower() for one in self.allowed_tenants}
        if self.tenant_id != ANY_TENANT:
            known.add(self.tenant_id)
        return tenant is None or not known or tenant.lower() in known

    def service(self, told: str | None = None) -> str:
        """Where to send: what a conversation named as its service, if that is Microsoft's; else the cloud's own."""
        chosen = told if told and self.is_service(told) else self.api_base or self.where.service
        return chosen.rstrip("/")

    def is_service(self, url: str) -> bool:
        """Whether an address is one that may see our token."""
        return self._is_ours(url) or _is_at(url, self.where.hosts)

    def is_file(self, url: str) -> bool:
        """Whether an address is one that people's files are kept at."""
        return self._is_ours(url) or _is_at(url, FILE_HOSTS)

    def _is_ours(self, url: str) -> bool:
        target, base = _url(url), _url(self.api_base)
        if target is None or base is None or target.userinfo:
            return False
        return (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port)


def _is_at(url: str, hosts: tuple[str, ...]) -> bool:
    target = _url(url)
    if target is None or target.scheme != "https" or target.port is not None or target.userinfo:
        return False
    return is_below(target.host, hosts)


def _url(value: str) -> httpx.URL | None:
    try:
        url = httpx.URL(value)
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.host else None
