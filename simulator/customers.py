"""What a simulated customer does, turned into the webhook that their platform would post."""

import secrets
from dataclasses import dataclass

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import Webhook
from simulator.schemas import ContactChange, Post, Say
from simulator.state import Simulation
from simulator.telegram import webhooks as telegram
from simulator.whatsapp import webhooks as whatsapp


@dataclass(frozen=True)
class Outgoing:
    """A webhook to post, and what its caller wants to know about it."""

    webhook: Webhook | None
    """None: there is nothing to post."""
    external_id: str | None = None
    contact: str | None = None
    reason: str | None = None
    """Why nothing is posted of what the customer did."""


def address_of(platform: str, written: str) -> str:
    """A customer's address as the ledger spells it. Raises `ValueError`."""
    if platform == "telegram":
        return telegram.address_of(written)
    address = whatsapp.address_of(written)
    if not address:
        raise ValueError("a WhatsApp customer is a phone number or a user id")
    return address


def say(simulation: Simulation, order: Say) -> Outgoing:
    """The window opens, the chat becomes known. Raises `ValueError`."""
    address = address_of(order.platform, order.sender)
    contact = simulation.contacts.heard(order.platform, order.account, address, order.name)
    if order.platform == "telegram":
        return _say_telegram(simulation, order, contact)
    account = simulation.accounts.whatsapp[order.account]
    body, message_id = whatsapp.said(order, account, contact, simulation.ledger, simulation.media)
    simulation.contacts.remember_message(order.account, message_id, address)
    webhook = Webhook("whatsapp", order.account, address, whatsapp.serialise(body))
    return Outgoing(webhook, message_id, address)


def _say_telegram(simulation: Simulation, order: Say, contact: Contact) -> Outgoing:
    update_id = _next_update_id(simulation, order.account)
    body, external_id = telegram.said(order, contact, simulation.media, update_id)
    if order.choice is not None:
        simulation.callbacks.put((order.account, external_id), clock.unix())
    webhook = _telegram_webhook(simulation, order.account, body, contact.address)
    reason = None if webhook else "the account asked for no such event"
    return Outgoing(webhook, external_id, contact.address, reason)


def _next_update_id(simulation: Simulation, bot_id: str) -> int:
    simulation.update_ids[bot_id] += 1
    return simulation.update_ids[bot_id]


def _telegram_webhook(
    simulation: Simulation, bot_id: str, update: telegram.Json, chat: str
) -> Webhook | None:
    """Telegram keeps the order of a chat even while it redelivers."""
    if not telegram.wanted(simulation.accounts.telegram[bot_id], update):
        return None
    return Webhook("telegram", bot_id, chat, telegram.serialise(update), holds_lane=True)


def post(simulation: Simulation, order: Post) -> Outgoing:
    """Any body as it is. Bodies without a recognisable customer keep no order among each other."""
    nobody = f"post:{secrets.token_hex(8)}"
    if order.platform == "whatsapp":
        senders = whatsapp.note_senders(order.body, simulation.contacts)
        lane, content = (senders or [nobody])[0], whatsapp.serialise(order.body)
        return Outgoing(Webhook("whatsapp", order.account, lane, content))
    telegram.note_senders(order.body, order.account, simulation.contacts)
    lane, content = telegram.chat_of(order.body) or nobody, telegram.serialise(order.body)
    return Outgoing(Webhook("telegram", order.account, lane, content, holds_lane=True))


def change(simulation: Simulation, order: ContactChange) -> Outgoing:
    """Set what the platform knows about a customer; Telegram tells the bot that it was blocked."""
    address = address_of(order.platform, order.contact)
    contacts = simulation.contacts
    contact = contacts.get(order.platform, order.account, address)
    if contact is None:
        contact = contacts.heard(order.platform, order.account, address)
    if order.silent_seconds is not None:
        contact.last_inbound = clock.unix() - order.silent_seconds
    was_blocked = contact.blocked
    contact.blocked = was_blocked if order.blocked is None else order.blocked
    if order.platform != "telegram" or contact.blocked == was_blocked:
        return Outgoing(None, contact=address)
    account = simulation.accounts.telegram[order.account]
    update_id = _next_update_id(simulation, order.account)
    update = telegram.blocked(contact, account, order.account, update_id)
    webhook = _telegram_webhook(simulation, order.account, update, address)
    return Outgoing(webhook, contact=address)
