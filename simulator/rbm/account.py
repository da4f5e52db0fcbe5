"""An agent at the simulated RCS for Business, with the service account that may call for it."""

from typing import Literal

from pydantic import Field

from simulator.schemas import SimulatedAccount

FEATURES = (
    "RICHCARD_STANDALONE",
    "RICHCARD_CAROUSEL",
    "ACTION_CREATE_CALENDAR_EVENT",
    "ACTION_DIAL",
    "ACTION_OPEN_URL",
    "ACTION_SHARE_LOCATION",
    "ACTION_VIEW_LOCATION",
    "ACTION_OPEN_URL_IN_WEBVIEW",
    "ACTION_COMPOSE",
)
"""https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones/getCapabilities"""


class RbmAccount(SimulatedAccount):
    """One agent. Numbers are digits with the country code, as the ledger has them."""

    client_email: str = Field(min_length=1)
    public_key: str = Field(min_length=1)
    """PEM: the public half of the service account's key, with which its claims are checked."""
    private_key_id: str = ""
    """Empty: claims need not say which key signed them."""
    client_token: str = Field(min_length=1)
    """What the console shows beside the webhook's URL."""
    brand_id: str = "4d5e6f70-brand"
    name: str = "Simulated agent"
    manages: bool = True
    """Whether the service account may use the management API."""
    own_webhook: bool = True
    """Whether the webhook is the agent's own; otherwise it is that of the partner, for all agents."""
    webhook_status: Literal["ENABLED", "DISABLED"] = "ENABLED"
    launched: bool = True
    """Whether carriers have launched the agent; until then it reaches its testers alone."""
    testers: list[str] = Field(default_factory=list)
    without_rcs: list[str] = Field(default_factory=list)
    """Numbers whose phones have no RCS."""
    devices: dict[str, list[str]] = Field(default_factory=dict)
    """What a number's device can show, where that is not everything."""
    token_seconds: int = Field(default=3599, ge=1)
    api_base: str = ""
    """This simulator as the agent's owner reaches it (`…/rbm`): the links to customers' files begin with it."""

    def reaches(self, number: str) -> bool:
        return number not in self.without_rcs and (self.launched or number in self.testers)

    def features_of(self, number: str) -> list[str]:
        return self.devices.get(number, list(FEATURES))
