"""A bot at the simulated Teams, as Azure registered it. Its id is its app id."""

from pydantic import Field

from simulator.schemas import SimulatedAccount


class TeamsAccount(SimulatedAccount):
    """One bot."""

    tenant_id: str = Field(min_length=1)
    """The directory that it is registered in, whose people write to it."""
    client_secret: str = Field(min_length=1)
    api_base: str = Field(min_length=1)
    """This simulator as the bot reaches it (`…/teams`): every activity names it as its service."""
    region: str = Field(default="amer", pattern=r"^[a-z]{1,10}$")
    """Where its conversations are served: a part of the service's address."""
    name: str = "Simulated bot"
    token_seconds: int = Field(default=3599, ge=1)

    @property
    def service_url(self) -> str:
        return f"{self.api_base.rstrip('/')}/{self.region}/{self.tenant_id}/"
