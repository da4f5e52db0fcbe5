"""What Messenger and Instagram do alike as simulated platforms; each of them adds its product."""

import secrets
from typing import Any, ClassVar

from fastapi import APIRouter

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.graph.signing import serialise, signature
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say
from simulator.send_api import webhooks
from simulator.send_api.account import SendApiAccount
from simulator.send_api.product import Json, Product
from simulator.state import Simulation


class SimulatedSendApi:
    """A platform with the Send API."""

    product: ClassVar[Product]
    account_id: str = r"\d{1,30}"
    routers: tuple[APIRouter, ...]

    @property
    def key(self) -> str:
        return self.product.key

    @property
    def account_model(self) -> type[SendApiAccount]:
        return self.product.account_model

    def address_of(self, written: str) -> str:
        if not (written.isascii() and written.isdigit()):
            raise ValueError(f"a customer of {self.key} is a number that the platform gave")
        return written

    def say(self, simulation: Simulation, order: Say, contact: Contact) -> Outgoing:
        account = self._account(simulation, order.account)
        item, mid = webhooks.said(self.product, simulation, account, order, contact)
        simulation.contacts.remember_message(order.account, mid, contact.address)
        webhook = self._wanted(account, order.account, contact.address, item)
        reason = None if webhook else "the account is not subscribed to such webhooks"
        return Outgoing(webhook, mid, contact.address, reason)

    def post(self, simulation: Simulation, order: Post) -> Outgoing:
        """Bodies without a recognisable customer keep no order among each other."""
        senders = webhooks.note_senders(self.product, order.body, simulation.contacts)
        lane = (senders or [f"post:{secrets.token_hex(8)}"])[0]
        return Outgoing(self._webhook(order.account, lane, order.body))

    def blocked(self, simulation: Simulation, account_id: str, contact: Contact) -> Outgoing:
        """Nobody is told: sends begin to be refused."""
        return Outgoing(None, contact=contact.address)

    def receipt(
        self, simulation: Simulation, entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        account = simulation.accounts.find(self.key, entry.account, self.account_model)
        if account is None:
            return None
        item = webhooks.reported(self.product, simulation, account, entry, status)
        if item is None:
            return Outgoing(None)
        lane = f"status:{entry.external_id}"
        return Outgoing(self._wanted(account, entry.account, lane, item))

    def target(self, account: Any, webhook: Webhook) -> Target | None:
        if not account.webhook_url or not account.subscribed:
            return None
        return Target(account.webhook_url, signature(account.app_secret, webhook.body))

    def _account(self, simulation: Simulation, account_id: str) -> SendApiAccount:
        return simulation.accounts.get(self.key, account_id, self.account_model)

    def _wanted(
        self, account: SendApiAccount, account_id: str, lane: str, item: Json
    ) -> Webhook | None:
        """The webhook of an item, if the account is subscribed to its field."""
        field = webhooks.field_of(self.product, item)
        if account.subscribed_fields and field not in {None, *account.subscribed_fields}:
            return None
        body = webhooks.envelope(self.product, account_id, item)
        return self._webhook(account_id, lane, body)

    def _webhook(self, account_id: str, lane: str, body: Any) -> Webhook:
        return Webhook(self.key, account_id, lane, serialise(body))
