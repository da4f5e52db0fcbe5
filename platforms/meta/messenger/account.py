"""The credentials of one Facebook page."""

from pydantic import Field
from typing_extensions import override

from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.reading import as_text
from platforms.meta.tokens import named, of_another
from platforms.reading import Json


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

    @override
    def name_in(self, owner: Json) -> str | None:
        """With the token of a person or of another page nothing can be sent in this one's name."""
        if as_text(owner.get("id")) != self.page_id:
            raise of_another(named(owner, "name", "id"), f"page {self.page_id}", self)
        return as_text(owner.get("name"))
