"""The credentials of one installation of a Slack app, and the addresses they are good for."""

from datetime import datetime

import httpx
from pydantic import ConfigDict, Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account

FILE_HOSTS = ("slack.com", "slack-files.com", "slack-gov.com")
"""Where Slack keeps files: the token goes to these and to `api_base`, nowhere else.

https://docs.slack.dev/reference/objects/file-object
"""


class SlackAccount(Account):
    """One app in one workspace, or in a whole Enterprise organisation."""

    model_config = ConfigDict(hide_input_in_errors=True)

    group_setting = "app_id"
    """What is about the app as a whole names only the app."""

    team_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The workspace (`T…`); for an installation in a whole organisation the organisation (`E…`)."""
    app_id: str | None = None
    bot_token: SecretStr
    signing_secret: SecretStr = Field(min_length=1)
    previous_signing_secret: SecretStr | None = None
    """Still accepted while the signing secret is being changed."""
    client_id: str | None = None
    """The app's, as is the secret: with a refresh token they change a token that ends for the next one."""
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    """`xoxe-…`, of an app with token rotation. Good for one exchange, which brings the next."""
    token_expires_at: datetime | None = None
    """Written here when the token is exchanged."""
    api_base: str = "https://slack.com/api"

    @field_validator("bot_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError("not a token")
        return value

    @field_validator("api_base")
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
        return self.team_id

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bot_token.get_secret_value()}"}

    def is_of_slack(self, url: str) -> bool:
        """Whether an address is Slack's own, or that of the API we are configured for."""
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
