"""What the simulated Slack keeps of one installation of an app."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from simulator.schemas import SimulatedAccount

Membership = Literal["member", "stranger", "archived"]

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "users:read",
)
"""https://docs.slack.dev/reference/scopes: what an app needs that answers people."""

BOT_EVENTS = ("app_mention", "message.im", "message.channels", "message.groups", "user_change")
"""https://docs.slack.dev/reference/events"""


class SlackAccount(SimulatedAccount):
    """One app in one workspace. The account's id is that of the workspace, `T…`."""

    bot_token: str = Field(min_length=1)
    signing_secret: str = Field(min_length=1)
    app_id: str = "A0SIMULATED"
    bot_user_id: str = "U0SIMULATED"
    bot_id: str = "B0SIMULATED"
    name: str = "simulated_app"
    domain: str = "simulated"
    scopes: list[str] = Field(default_factory=lambda: list(SCOPES))
    """What the token may do."""
    bot_events: list[str] = Field(default_factory=lambda: list(BOT_EVENTS))
    """What the app's manifest subscribes to."""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    """Of an app with token rotation: good for one exchange. Empty: its tokens do not end."""
    token_expires_at: datetime | None = None
    older_tokens: dict[str, datetime] = Field(default_factory=dict)
    """Exchanged already, and until when each is still good."""
    revoked: bool = False
    """The app was removed, or its tokens were taken back."""
    channels: dict[str, Membership] = Field(default_factory=dict)
    """Channels by id, and what the app is in each. Where somebody wrote, it is a member."""
    api_base: str = ""
    """Where the app reaches this API, for the addresses of files in events.

    Empty: events name files without one, as in channels of several organisations, and `files.info` tells it.
    """
