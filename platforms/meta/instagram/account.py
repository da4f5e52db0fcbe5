"""The credentials of one Instagram professional account, of either way to log in."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from typing_extensions import override

from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.reading import as_text
from platforms.meta.tokens import named, of_another
from platforms.reading import Json, as_object

HOSTS = {"instagram": "https://graph.instagram.com", "facebook": "https://graph.facebook.com"}
"""By the way to log in. The tokens of one are not taken by the other.

https://developers.facebook.com/documentation/instagram-platform/overview
"""


class InstagramAccount(MessagingAccount):
    """One professional account, with a token of its own or with that of the page it is linked to."""

    ig_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The professional account's id, as webhooks name it (`user_id`), not the one that is scoped to an app."""
    login: Literal["instagram", "facebook"] = "instagram"
    page_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The linked page, through which everything goes with a login at Facebook."""
    instagram_app_secret: SecretStr | None = None
    """Apps with the Instagram login have this secret besides their own; either may sign."""
    token_expires_at: datetime | None = None
    """Of a login at Instagram: written here when the token is exchanged, for nobody can be asked."""
    api_base: str = HOSTS["instagram"]

    @model_validator(mode="before")
    @classmethod
    def _host(cls, raw: Any) -> Any:
        """Without an address, that of the login."""
        if not isinstance(raw, dict) or raw.get("api_base"):
            return raw
        return {**raw, "api_base": HOSTS.get(str(raw.get("login")), HOSTS["instagram"])}

    @model_validator(mode="after")
    def _linked(self) -> Self:
        if self.login == "facebook" and self.page_id is None:
            raise ValueError("page_id is needed with a login at Facebook")
        return self

    @property
    @override
    def account_id(self) -> str:
        return self.ig_id

    @property
    @override
    def node(self) -> str:
        return self.page_id if self.login == "facebook" and self.page_id else self.ig_id

    @property
    @override
    def signing_secrets(self) -> tuple[SecretStr | None, ...]:
        return (*super().signing_secrets, self.instagram_app_secret)

    @property
    @override
    def upload_fields(self) -> dict[str, str]:
        """A page's files are for Messenger unless it says otherwise."""
        return {"platform": "instagram"} if self.login == "facebook" else {}

    @property
    @override
    def own_fields(self) -> tuple[str, ...]:
        """`user_id` is how webhooks name the account, `id` how the app does."""
        if self.login == "facebook":
            return ("id", "name", "instagram_business_account{id,username}")
        return ("id", "user_id", "username", "name")

    @property
    @override
    def known_expiry(self) -> datetime | None:
        return self.token_expires_at

    @property
    @override
    def app_chooses(self) -> bool:
        return self.login == "facebook"

    @property
    @override
    def asks_app(self) -> bool:
        """Apps live at Facebook; with a login at Instagram they have another id there."""
        return super().asks_app and self.login == "facebook"

    @override
    def name_in(self, owner: Json) -> str | None:
        linked = as_object(owner.get("instagram_business_account"))
        told = [as_text(owner.get("user_id")), as_text(owner.get("id"))]
        if self.login == "facebook":
            if as_text(owner.get("id")) != self.page_id:
                raise of_another(named(owner, "name", "id"), f"page {self.page_id}", self)
            told = [as_text(linked.get("id"))]
        if self.ig_id not in told:
            account = linked or owner
            whose = named(account, "username", "user_id" if "user_id" in account else "id")
            raise of_another(whose, f"account {self.ig_id}", self)
        return as_text((linked or owner).get("username"))
