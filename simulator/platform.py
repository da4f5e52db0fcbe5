"""What it takes to play one more platform: its API, its accounts, and what its customers' doings become."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import APIRouter
from starlette.responses import Response

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.schemas import Entry, Post, Say, SimulatedAccount

if TYPE_CHECKING:
    from simulator.state import Simulation


class Refusal(Exception):
    """A platform says no, in its own shape."""

    def response(self, headers: dict[str, str] | None = None) -> Response:
        raise NotImplementedError


@dataclass(frozen=True)
class Outgoing:
    """A webhook to post, and what its caller wants to know about it."""

    webhook: Webhook | None
    """None: there is nothing to post."""
    external_id: str | None = None
    contact: str | None = None
    reason: str | None = None
    """Why nothing is posted of what the customer did."""
    told: bool = False
    """Nothing is posted, because the account heard of it over a connection that it holds, or will."""


class SimulatedPlatform(Protocol):
    """One platform. Instances hold no state: what happens is in the `Simulation`."""

    @property
    def key(self) -> str: ...

    @property
    def account_model(self) -> type[SimulatedAccount]: ...

    @property
    def account_id(self) -> str:
        """A pattern of this platform's account ids."""
        ...

    @property
    def routers(self) -> tuple[APIRouter, ...]: ...

    def address_of(self, written: str) -> str:
        """A customer's address as the ledger spells it. Raises `ValueError`."""
        ...

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        """The webhook of what a customer does. Raises `ValueError`."""
        ...

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        """Any body as it is, with the proof that it is the platform's."""
        ...

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """What the platform tells the account when a customer has blocked it, or let it in again."""
        ...

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """The webhook of one status of an accepted send; None where the platform reports none."""
        ...

    def target(self, account: Any, webhook: Webhook) -> Target | None:
        """Where a webhook goes and its proof; None while the account has no URL. Asked anew for each attempt."""
        ...
