"""An application at the simulated Discord, with its bot, whose id is the application's."""

from pydantic import Field

from simulator.discord.gateway.protocol import PRIVILEGED
from simulator.schemas import Order, SimulatedAccount


class GatewayRules(Order):
    """How strict the Gateway is with a bot. Tests that cannot wait bring shorter times."""

    heartbeat_seconds: float = Field(default=41.25, gt=0)
    identify_seconds: float = Field(default=5.0, ge=0)
    """A second IDENTIFY within it is refused."""
    starts_a_day: int = 1000
    """One more, and the bot loses its token."""
    resumable_seconds: float = Field(default=180.0, ge=0)
    """A session without a connection is kept so long."""
    privileged: int = PRIVILEGED
    """Those of the privileged intents that are switched on in the developer portal."""


class DiscordAccount(SimulatedAccount):
    """One application."""

    bot_token: str = Field(min_length=1)
    signing_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    """The private half (the seed) of the Ed25519 key whose public half the developer portal shows."""
    username: str = "simulated_bot"
    event_webhooks_status: int = Field(default=2, ge=1, le=3)
    """Switched off, on, or switched off by Discord, when there is an address."""
    forgets_nonces: bool = False
    """Whether a channel's history comes without them, as it does when Discord has forgotten them."""
    hides_history: bool = False
    """The bot may not read what was written: it is told of no message."""
    members: dict[str, str] = Field(default_factory=dict)
    """Users, by their ids, who share a server with the bot and so can be written to first; and their names."""
    echoes: bool = True
    """Whether the Gateway tells of the bot's own messages, as it does."""
    gateway: GatewayRules = GatewayRules()
    handed_over: bool = False
    """Somebody else reads the Gateway and posts its frames to the webhook: for receivers that hold no connection."""
    api_base: str = ""
    """This simulator as the bot reaches it (`…/discord`): the links to customers' files begin with it."""
