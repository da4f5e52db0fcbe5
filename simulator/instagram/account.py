"""An Instagram professional account, by the id that webhooks name it with."""

from pydantic import Field

from simulator.send_api.account import SendApiAccount


class InstagramAccount(SendApiAccount):
    """A professional account, reached with a token of its own or with that of its page."""

    api_base: str = Field(default="http://127.0.0.1:8090/instagram", min_length=1)
    page_id: str | None = Field(default=None, pattern=r"^\d{1,30}$")
    """With a login at Facebook, the linked page: everything is sent below its id."""
