"""WhatsApp as one of the simulated platforms."""

import secrets
from typing import TYPE_CHECKING, Any

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.graph.signing import serialise, signature
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say, WhatsAppAccount
from simulator.whatsapp import api, management, media_api, webhooks

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedWhatsApp:
    """The Cloud API of Meta."""

    key = "whatsapp"
    account_model = WhatsAppAccount
    account_id = r"\d{1,30}"
    routers = (api.router, management.router, media_api.router)

    def address_of(self, written: str) -> str:
        address = webhooks.address_of(written)
        if not address:
            raise ValueError("a WhatsApp customer is a phone number or a user id")
        return address

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, order.account, WhatsAppAccount)
        body, message_id = webhooks.said(
            order, account, contact, simulation.ledger, simulation.media
        )
        simulation.contacts.remember_message(order.account, message_id, contact.address)
        return Outgoing(
            self._webhook(order.account, contact.address, body), message_id, contact.address
        )

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        """Bodies without a recognisable customer keep no order among each other."""
        senders = webhooks.note_senders(order.body, simulation.contacts)
        lane = (senders or [f"post:{secrets.token_hex(8)}"])[0]
        return Outgoing(self._webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Nobody is told: sends begin to fail."""
        return Outgoing(None, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        account = simulation.accounts.find(self.key, entry.account, WhatsAppAccount)
        if account is None:
            return None
        body = webhooks.status(account, entry.account, entry, status, error_code)
        return Outgoing(self._webhook(entry.account, f"status:{entry.external_id}", body))

    def target(self, account: WhatsAppAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url or not account.subscribed:
            return None
        return Target(account.webhook_url, signature(account.app_secret, webhook.body))

    def _webhook(self, account_id: str, lane: str, body: Any) -> Webhook:
        return Webhook(self.key, account_id, lane, serialise(body))
