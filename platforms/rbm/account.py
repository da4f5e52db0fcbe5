"""The credentials of one RCS agent: a service account to call with, and the token its webhooks are signed with."""

from typing import Literal

import httpx
from pydantic import ConfigDict, Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account

# https://developers.google.com/business-communications/rcs-business-messaging/reference/rest
API = "https://rcsbusinessmessaging.googleapis.com"

# https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/receive: where
# Google keeps what people send. Such addresses need no token, and get none.
FILE_HOSTS = ("googleapis.com", "googleusercontent.com")

# https://developers.google.com/business-communications/rcs-business-messaging/reference/business-communications/rest
MANAGEMENT = "https://businesscommunications.googleapis.com"

# reference/rest/v1/phones.agentMessages#MessageTrafficType
TrafficType = Literal[
    "AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"
]
DAY = 86_400


class RbmAccount(Account):
    """One agent. Six of these settings are named as in the key file of its service account."""

    model_config = ConfigDict(hide_input_in_errors=True)

    agent_id: str = Field(pattern=r"^[A-Za-z0-9._@-]{1,256}$")
    client_email: str = Field(min_length=1)
    private_key: SecretStr = Field(min_length=1)
    """PEM."""
    private_key_id: str | None = None
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
    client_token: SecretStr = Field(min_length=1)
    """What the console shows beside the webhook's URL."""
    previous_client_token: SecretStr | None = None
    """Still accepted while the client token is being changed."""
    region: Literal["us", "europe", "asia"] | None = None
    """Where the agent was created; None: wherever Google routes it."""
    traffic_type: TrafficType | None = None
    """Agents for several uses must say with each message which it is."""
    ttl_seconds: int | None = Field(default=None, ge=10, le=15 * DAY)
    """After this long an undelivered message is taken back; None: Google keeps it for 30 days."""
    brand_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]{1,64}$")
    """The brand that the agent belongs to: with it, Google is asked where the agent's webhooks go."""
    management_base: str = MANAGEMENT
    api_base: str = API

    @field_validator("api_base", "management_base", "token_uri")
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
    @override
    def account_id(self) -> str:
        return self.agent_id

    @property
    def root(self) -> str:
        """The address of the API; its regions are names in front of Google's own."""
        if self.region is None or self.api_base != API:
            return self.api_base
        return f"https://{self.region}-{API.removeprefix('https://')}"

    def may_fetch(self, url: str) -> bool:
        """Whether a file's address is Google's, or that of the API we are configured for."""
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
