"""Everything one simulator knows, in one place, and how a request gets at it."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import httpx
from fastapi import Depends, Request

from simulator.accounts import Accounts
from simulator.background import Background
from simulator.contacts import Contact, Contacts
from simulator.deliver import Deliveries, Target, Webhook
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.media import MediaStore
from simulator.platform import SimulatedPlatform
from simulator.recent import Recent
from simulator.schemas import PlatformKey, ReceiptPolicy, SimulatedAccount

MAX_CALLBACKS = 100_000

Part = TypeVar("Part")


class Simulation:
    """The world of one running simulator."""

    def __init__(
        self, client: httpx.AsyncClient, platforms: Mapping[str, SimulatedPlatform]
    ) -> None:
        self.platforms = platforms
        self.accounts = Accounts()
        self.contacts = Contacts()
        self.ledger = Ledger()
        self.faults = Faults()
        self.receipts: dict[str, ReceiptPolicy] = {}
        """By platform; without one, `ReceiptPolicy` as it is."""
        self.media = MediaStore()
        self.background = Background()
        self.client = client
        self.deliveries = Deliveries(client, self.background, self._target)
        self.update_ids: Counter[str] = Counter()
        """The last update number of each bot."""
        self.callbacks: Recent[tuple[str, str], float] = Recent(MAX_CALLBACKS)
        """When each button press happened, by bot and callback id."""
        self._parts: dict[type[Any], Any] = {}

    def part(self, kind: type[Part]) -> Part:
        """What one platform alone remembers; made when it is first asked for."""
        if kind not in self._parts:
            self._parts[kind] = kind()
        found: Part = self._parts[kind]
        return found

    def customer(self, platform: PlatformKey, account: str, address: str) -> Contact | None:
        """Somebody who wrote to the account; for a trusting account, anybody."""
        known = self.contacts.get(platform, account, address)
        if known is None and self.accounts.trusts(platform, account):
            known = self.contacts.heard(platform, account, address)
        return known

    def reset(self) -> None:
        """Clear the ledger, the faults and the receipt policy; accounts and customers stay."""
        self.ledger.clear()
        self.faults.clear()
        self.receipts.clear()

    def _target(self, webhook: Webhook) -> Target | None:
        """Read anew for every attempt: a webhook that was moved meanwhile gets the redelivery."""
        account = self.accounts.find(webhook.platform, webhook.account, SimulatedAccount)
        platform = self.platforms[webhook.platform]
        return platform.target(account, webhook) if account is not None else None


def simulation(request: Request) -> Simulation:
    found: Simulation = request.app.state.simulation
    return found


Sim = Annotated[Simulation, Depends(simulation)]
