"""An Instagram professional account, by the id that webhooks name it with."""

from datetime import datetime

from pydantic import Field

from simulator.send_api.account import SendApiAccount


class InstagramAccount(SendApiAccount):
    """A professional account, reached with a token of its own or with that of its page."""

    api_base: str = Field(default="http://127.0.0.1:8090/instagram", min_length=1)
    page_id: str | None = Field(default=None, pattern=r"^\d{1,30}$")
    """With a login at Facebook, the linked page: everything is sent below its id."""
    username: str = "padaria.da.praca"
    scoped_id: str = ""
    """How the app names the account, which is not how webhooks do; empty: the same."""
    token_made_at: datetime | None = None
    """When the token was given: it is exchanged once it is a day old. None: long ago."""
