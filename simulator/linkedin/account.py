"""A Page or a member at the simulated LinkedIn, with the app that acts for it."""

from datetime import datetime

from pydantic import Field

from simulator.schemas import SimulatedAccount


class LinkedInAccount(SimulatedAccount):
    """By its URN. Pages whose administrator gave one token have it in common."""

    access_token: str = Field(min_length=1)
    client_secret: str = Field(min_length=1)
    client_id: str = "77simulated0001"
    refresh_token: str = ""
    """Empty: the app was not approved for refreshing."""
    token_expires_at: datetime | None = None
    """Of `access_token`; without it, it does not end."""
    name: str = "Simulated page"
    permissions: str = "r_organization_social,rw_organization_admin,w_organization_social"
    subscribed: bool = True
    """Whether who gave the token subscribed to the Page's notifications."""
    subscription_ends_at: datetime | None = None
    revoked: bool = False
    """Whoever gave the tokens took them back."""
    oldest_version: str = "202601"
    """The first `LinkedIn-Version` that is still served."""
    posts: list[str] = Field(default=["urn:li:activity:7100000000000000001"], min_length=1)
    """The Page's posts; customers comment on the first, unless they say where."""
    echoes: bool = True
    """Whether the Page's own comments are told of, as they are."""
    partner: bool = False
    """Whether LinkedIn approved the app for its Messages API."""
    portability: bool = True
    """Whether the member agreed that the app reads the changelog; an administrator, that it reads notifications."""
    connections: list[str] = Field(default_factory=list)
    """Members who can be written to first; who wrote already can in any case."""
    may_look_up: bool = True
    """Whether the app may ask for names."""
    api_base: str = ""
    """This simulator as the app reaches it (`…/linkedin`): the links to members' pictures begin with it."""
