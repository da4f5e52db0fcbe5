"""Everything one simulator knows, in one place, and how a request gets at it."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated

import httpx
from fastapi import Depends, Request

from simulator.accounts import Accounts
from simulator.background import Background
from simulator.contacts import Contact, Contacts
from simulator.deliver import Deliveries, Target, Webhook
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.media import MediaStore
from simulator.recent import Recent
from simulator.schemas import PlatformKey, ReceiptPolicy
from simulator.telegram.webhooks import secret_header
from simulator.whatsapp.webhooks import signature

MAX_CALLBACKS = 100_000


class Simulation:
    """The world of one running simulator."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.accounts = Accounts()
        self.contacts = Contacts()
        self.ledger = Ledger()
        self.faults = Faults()
        self.receipts = ReceiptPolicy()
        self.media = MediaStore()
        self.background = Background()
        self.client = client
        self.deliveries = Deliveries(client, self.background, self._target)
        self.update_ids: Counter[str] = Counter()
        """The last update number of each bot."""
        self.callbacks: Recent[tuple[str, str], float] = Recent(MAX_CALLBACKS)
        """When each button press happened, by bot and callback id."""

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
        self.receipts = ReceiptPolicy()

    def _target(self, webhook: Webhook) -> Target | None:
        """Read anew for every attempt: a webhook that was moved meanwhile gets the redelivery."""
        targets: dict[str, Callable[[Webhook], Target | None]] = {
            "whatsapp": self._whatsapp_target,
            "telegram": self._telegram_target,
        }
        return targets[webhook.platform](webhook)

    def _whatsapp_target(self, webhook: Webhook) -> Target | None:
        account = self.accounts.whatsapp.get(webhook.account)
        if account is None or not account.webhook_url:
            return None
        return Target(account.webhook_url, signature(account.app_secret, webhook.body))

    def _telegram_target(self, webhook: Webhook) -> Target | None:
        account = self.accounts.telegram.get(webhook.account)
        if account is None or not account.webhook_url:
            return None
        return Target(account.webhook_url, secret_header(account))


def simulation(request: Request) -> Simulation:
    found: Simulation = request.app.state.simulation
    return found


Sim = Annotated[Simulation, Depends(simulation)]
