"""A Facebook page, by its id."""

from pydantic import Field

from simulator.schemas import Template
from simulator.send_api.account import SendApiAccount


class MessengerAccount(SendApiAccount):
    """A page."""

    api_base: str = Field(default="http://127.0.0.1:8090/messenger", min_length=1)
    templates: list[Template] = Field(default_factory=list)
    """Approved templates of utility messages."""
