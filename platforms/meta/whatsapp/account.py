"""The credentials of one WhatsApp number, and the addresses they are good for."""

from urllib.parse import quote

import httpx
from pydantic import Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account

MEDIA_HOSTS = ("fbsbx.com", "facebook.com")
"""Where Meta keeps media: the token goes to these and to `api_base`, nowhere else.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""


class WhatsAppAccount(Account):
    """One business phone number of one WhatsApp Business Account."""

    group_setting = "waba_id"
    """Changes that are about no single number name the business account."""

    phone_number_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    waba_id: str | None = None
    access_token: SecretStr = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    previous_app_secret: SecretStr | None = None
    """Still accepted while the app secret is being rotated."""
    verify_token: SecretStr = Field(min_length=1)
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
    @override
    def account_id(self) -> str:
        return self.phone_number_id

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token.get_secret_value()}"}

    def edge(self, name: str) -> str:
        """The address of something of this number, such as `messages`."""
        return f"{self.api_base}/{self.api_version}/{self.phone_number_id}/{name}"

    def media_node(self, media_id: str) -> str:
        """The address that tells where a file is."""
        node = f"{self.api_base}/{self.api_version}/{quote(media_id, safe='')}"
        return f"{node}?phone_number_id={self.phone_number_id}"

    def may_receive_token(self, url: str) -> bool:
        """Whether an address is Meta's own, or that of the API we are configured for."""
        try:
            target, base = httpx.URL(url), httpx.URL(self.api_base)
        except httpx.InvalidURL:
            return False
        if (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port):
            return True
        known = any(target.host == host or target.host.endswith(f".{host}") for host in MEDIA_HOSTS)
        return known and target.scheme == "https" and target.port is None
