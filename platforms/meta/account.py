"""What every account of the Graph API has: a token, the app's secrets, and an address to call."""

import httpx
from pydantic import Field, SecretStr, field_validator

from platforms.base import Account


class GraphAccount(Account):
    """An account that is reached with one access token and whose webhooks one app signs."""

    access_token: SecretStr = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    previous_app_secret: SecretStr | None = None
    """Still accepted while the app secret is being rotated."""
    verify_token: SecretStr = Field(min_length=1)
    app_id: str | None = Field(default=None, pattern=r"^\d{1,30}$")
    """Whose secret it is: with it the app can be asked when a token ends and where its webhooks go."""
    api_base: str = "https://graph.facebook.com"
    api_version: str = Field(default="v25.0", pattern=r"^v\d{1,3}\.\d{1,2}$")

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
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token.get_secret_value()}"}

    @property
    def app_authorization(self) -> dict[str, str]:
        """The app's own token: https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens."""
        return {"Authorization": f"Bearer {self.app_id}|{self.app_secret.get_secret_value()}"}

    @property
    def root(self) -> str:
        """The address below which everything is, with its version."""
        return f"{self.api_base}/{self.api_version}"

    def is_ours(self, url: str, hosts: tuple[str, ...]) -> bool:
        """Whether an address is on one of these hosts over https, or on that of the API we are configured for."""
        try:
            target, base = httpx.URL(url), httpx.URL(self.api_base)
        except httpx.InvalidURL:
            return False
        if (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port):
            return True
        known = any(target.host == host or target.host.endswith(f".{host}") for host in hosts)
        return known and target.scheme == "https" and target.port is None
