"""Telegram as one of the simulated platforms."""

import secrets
from typing import TYPE_CHECKING

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say, TelegramAccount
from simulator.telegram import api, webhooks

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedTelegram:
    """The Bot API."""

    key = "telegram"
    account_model = TelegramAccount
    account_id = r"\d{1,30}"
    routers = (api.router,)

    def address_of(self, written: str) -> str:
        return webhooks.address_of(written)

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        update_id = _next_update_id(simulation, order.account)
        body, external_id = webhooks.said(order, contact, simulation.media, update_id)
        if order.choice is not None:
            simulation.callbacks.put((order.account, external_id), clock.unix())
        webhook = self._wanted(simulation, order.account, body, contact.address)
        reason = None if webhook else "the account asked for no such event"
        return Outgoing(webhook, external_id, contact.address, reason)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        """Bodies without a recognisable customer keep no order among each other."""
        webhooks.note_senders(order.body, order.account, simulation.contacts)
        lane = webhooks.chat_of(order.body) or f"post:{secrets.token_hex(8)}"
        return Outgoing(self._webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, account_id, TelegramAccount)
        update_id = _next_update_id(simulation, account_id)
        update = webhooks.blocked(contact, account, account_id, update_id)
        webhook = self._wanted(simulation, account_id, update, contact.address)
        return Outgoing(webhook, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """Bots are told of no status."""
        return None

    def target(self, account: TelegramAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url:
            return None
        return Target(account.webhook_url, webhooks.secret_header(account))

    def _wanted(
        self, simulation: "Simulation", bot_id: str, update: webhooks.Json, chat: str
    ) -> Webhook | None:
        account = simulation.accounts.get(self.key, bot_id, TelegramAccount)
        return self._webhook(bot_id, chat, update) if webhooks.wanted(account, update) else None

    def _webhook(self, bot_id: str, lane: str, update: object) -> Webhook:
        """Telegram keeps the order of a chat even while it redelivers."""
        return Webhook(self.key, bot_id, lane, webhooks.serialise(update), holds_lane=True)


def _next_update_id(simulation: "Simulation", bot_id: str) -> int:
    simulation.update_ids[bot_id] += 1
    return simulation.update_ids[bot_id]
