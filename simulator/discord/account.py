"""An application at the simulated Discord, with its bot, whose id is the application's."""

from pydantic import Field

from simulator.schemas import SimulatedAccount


class DiscordAccount(SimulatedAccount):
    """One application."""

    bot_token: str = Field(min_length=1)
    signing_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    """The private half (the seed) of the Ed25519 key whose public half the developer portal shows."""
    username: str = "simulated_bot"
    members: dict[str, str] = Field(default_factory=dict)
    """Users, by their ids, who share a server with the bot and so can be written to first; and their names."""
    echoes: bool = True
    """Whether the Gateway tells of the bot's own messages, as it does."""
    api_base: str = ""
    """This simulator as the bot reaches it (`…/discord`): the links to customers' files begin with it."""
