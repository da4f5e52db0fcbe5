"""RCS for Business as one of the simulated platforms."""

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.contacts import Contact
from simulator.deliver import Target, TooManyPending, Webhook
from simulator.platform import Outgoing
from simulator.rbm import api, files, management, messages, tokens, verification, webhooks
from simulator.rbm.account import RbmAccount
from simulator.rbm.requests import address_of
from simulator.rbm.sent import Message, Sent
from simulator.rbm.tokens import KEY
from simulator.schemas import Entry, Post, Say

if TYPE_CHECKING:
    from simulator.state import Simulation

_WORDS = {True: "STOP", False: "START"}
"""What the phone writes beside the event when somebody unsubscribes, or subscribes again."""


class SimulatedRbm:
    """Agents and the phones that they reach. A customer is a number."""

    key = KEY
    account_model = RbmAccount
    account_id = r"[A-Za-z0-9._@-]{1,256}"
    routers = (
        verification.router,
        tokens.router,
        files.router,
        messages.router,
        management.router,
        api.router,
    )

    def address_of(self, written: str) -> str:
        return address_of(written)

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        data = webhooks.said(simulation, order, contact)
        body = webhooks.enveloped(data)
        webhook = webhooks.webhook(order.account, contact.address, body)
        key = str(data.get("messageId") or data.get("eventId"))
        return Outgoing(webhook, key, contact.address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        lane = f"post:{secrets.token_hex(8)}"
        return Outgoing(webhooks.webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Who unsubscribes does two things at once: the agent is told, and the phone writes a word."""
        word = webhooks.from_person(account_id, contact, text=_WORDS[contact.blocked])
        with suppress(TooManyPending):
            simulation.deliveries.start(
                webhooks.webhook(account_id, contact.address, webhooks.enveloped(word))
            )
        kind = "UNSUBSCRIBE" if contact.blocked else "SUBSCRIBE"
        event = webhooks.from_person(account_id, contact, eventType=kind)
        webhook = webhooks.webhook(account_id, contact.address, webhooks.enveloped(event))
        return Outgoing(webhook, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """Phones report; that a message was not delivered is told only when its time is over."""
        contact = simulation.contacts.get(self.key, entry.account, entry.to)
        message = simulation.part(Sent).message(entry.account, entry.external_id)
        if contact is None or message is None or message.revoked:
            return None
        data = _reported(entry, contact, message, status)
        if data is None:
            return Outgoing(None)
        lane = f"report:{entry.external_id}"
        return Outgoing(webhooks.webhook(entry.account, lane, webhooks.enveloped(data)))

    def target(self, account: RbmAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url:
            return None
        return Target(account.webhook_url, webhooks.signature(account, webhook.body))


def _reported(
    entry: Entry, contact: Contact, message: Message, status: str
) -> webhooks.Json | None:
    if status == "failed":
        lives_on = contact.blocked and "ttl" not in entry.request
        message.revoked = not lives_on
        expired = webhooks.expired(entry.account, contact, entry.external_id)
        return None if lives_on else expired
    if status == "sent":
        return None
    message.delivered = True
    return webhooks.of_message(entry.account, contact, status.upper(), entry.external_id)
