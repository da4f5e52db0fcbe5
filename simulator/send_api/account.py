"""What a page and an Instagram professional account have in common."""

from pydantic import Field

from simulator.schemas import GraphAccount


class SendApiAccount(GraphAccount):
    """An account that sends through the Send API."""

    api_base: str = Field(min_length=1)
    """What its channel has as `api_base`: the files that customers send are below it."""
    name: str = "Padaria da Praça"
    human_agent: bool = False
    """Whether the app may use the tag `HUMAN_AGENT`."""
    subscribed_fields: list[str] = Field(default_factory=list)
    """Webhook fields to deliver, such as `messages` and `message_echoes`; empty: all of them."""
