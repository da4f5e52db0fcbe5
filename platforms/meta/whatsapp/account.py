"""The credentials of one WhatsApp number, and the addresses they are good for."""

from urllib.parse import quote

from pydantic import Field
from typing_extensions import override

from platforms.meta.account import GraphAccount

MEDIA_HOSTS = ("fbsbx.com", "facebook.com")
"""Where Meta keeps media: the token goes to these and to `api_base`, nowhere else.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""


class WhatsAppAccount(GraphAccount):
    """One business phone number of one WhatsApp Business Account."""

    group_setting = "waba_id"
    """Changes that are about no single number name the business account."""

    phone_number_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    waba_id: str | None = None

    @property
    @override
    def account_id(self) -> str:
        return self.phone_number_id

    @property
    def business(self) -> str | None:
        """The business account as a part of an address."""
        return quote(self.waba_id, safe="") if self.waba_id else None

    def edge(self, name: str) -> str:
        """The address of something of this number, such as `messages`."""
        return f"{self.root}/{self.phone_number_id}/{name}"

    def media_node(self, media_id: str) -> str:
        """The address that tells where a file is."""
        node = f"{self.root}/{quote(media_id, safe='')}"
        return f"{node}?phone_number_id={self.phone_number_id}"

    def may_receive_token(self, url: str) -> bool:
        """Whether an address is Meta's own, or that of the API we are configured for."""
        return self.is_ours(url, MEDIA_HOSTS)
