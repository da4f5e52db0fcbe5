"""What some platforms can do beyond the contract of `platforms.base`: each is asked for with `isinstance`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import httpx

from domain.receipts import Receipt
from domain.value import Value
from platforms.base import Account, OutboundMessage


class Subscription(Value):
    """Whether a platform is set up to send its webhooks here."""

    active: bool
    url: str | None = None
    """Where it sends them, as far as it says."""
    problem: str | None = None
    """What a person must know, in the vendor's words where there are any."""


class Health(Value):
    """What a platform says about an account that works."""

    name: str | None = None
    """How the vendor calls it, for people to compare."""
    token_expires_at: datetime | None = None
    """None: it does not, or nobody says."""
    subscription: Subscription | None = None
    """None: there is nothing to subscribe to, or it cannot be asked."""
    notes: Mapping[str, str] = {}
    """Whatever else the vendor tells of its state (a quality rating, a limit), by short English names."""


@runtime_checkable
class ChecksHealth(Protocol):
    """A platform that can be asked, at small cost, whether an account still works."""

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        """Ask. `webhook_url` is where its webhooks should come.

        Raises a `DeliveryError`: `ChannelUnauthorized`, with the vendor's own words, when the account does not work.
        """
        ...


class Refreshed(Value):
    """A token that was exchanged for one that lasts longer."""

    settings: Mapping[str, Any]
    """The account's settings that change, as plain JSON."""
    expires_at: datetime | None


@runtime_checkable
class RefreshesTokens(Protocol):
    """A platform whose long-lived tokens we keep in the account and must exchange before they expire.

    Tokens that are fetched anew for a few minutes or hours (client credentials) are no business of this.
    """

    async def refresh(self, client: httpx.AsyncClient, account: Account) -> Refreshed | None:
        """Exchange it. None: this account's token does not expire or cannot be exchanged. Raises a `DeliveryError`."""
        ...


class ApprovedTemplate(Value):
    """A template as the platform keeps it."""

    external_id: str
    name: str
    language: str
    category: str
    status: str
    """The vendor's word in lower case, such as `approved`, `pending`, `rejected`, `paused`."""
    components: list[dict[str, Any]]
    """Its parts as the vendor describes them."""


@runtime_checkable
class KeepsTemplates(Protocol):
    """A platform where templates are written and approved."""

    async def templates(
        self, client: httpx.AsyncClient, account: Account
    ) -> list[ApprovedTemplate]:
        """All of them, every page. Raises a `DeliveryError`."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """A platform that can be asked whether it has a message of ours, found by our reference or key."""

    async def find_sent(
        self, client: httpx.AsyncClient, account: Account, message: OutboundMessage
    ) -> Receipt | None:
        """The receipt of a message that may or may not have been taken; None: the platform certainly has not.

        Raises `OutcomeUnknown` when it cannot tell, and any other `DeliveryError`.
        """
        ...
