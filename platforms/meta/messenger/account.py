"""The credentials of one Facebook page."""

from pydantic import Field
from typing_extensions import override

from platforms.meta.messaging.account import MessagingAccount


class MessengerAccount(MessagingAccount):
    """One page, reached with a page access token."""

    page_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")

    @property
    @override
    def account_id(self) -> str:
        return self.page_id

    @property
    @override
    def node(self) -> str:
        return self.page_id
