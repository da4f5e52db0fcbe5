"""Microsoft Teams as one of the simulated platforms."""

import secrets
from typing import TYPE_CHECKING

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say
from simulator.teams import api, files, keys, tokens, webhooks
from simulator.teams.account import TeamsAccount
from simulator.teams.webhooks import TeamsWebhook
from simulator.teams.world import KEY, PERSON, TeamsWorld

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedTeams:
    """The Bot Connector and the people who write to bots. A customer is the id of a person, as one bot sees it."""

    key = KEY
    account_model = TeamsAccount
    account_id = r"[a-z0-9._-]{1,64}"
    """The app id, small as Teams writes it."""
    routers = (keys.control, keys.router, tokens.router, api.router, files.router, files.rest)

    def address_of(self, written: str) -> str:
        if not PERSON.fullmatch(written):
            raise ValueError("a customer of Teams is the id of a person, 29:…")
        return written

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        told = webhooks.said(simulation, order, contact)
        webhook = webhooks.webhook(simulation, order.account, told.chat.id, told.activity)
        return Outgoing(webhook, str(told.activity["id"]), told.address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        lane = f"post:{secrets.token_hex(8)}"
        return Outgoing(webhooks.webhook(simulation, order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Nobody is told: sends begin to fail."""
        return Outgoing(None, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """Only that somebody has read it is told, and only of private chats."""
        account = simulation.accounts.find(KEY, entry.account, TeamsAccount)
        person = simulation.contacts.get(KEY, entry.account, entry.to)
        if account is None or person is None:
            return None
        if status != "read":
            return Outgoing(None)
        world = simulation.part(TeamsWorld)
        chat = world.find(entry.account, entry.to) or world.private(entry.account, person)
        body = webhooks.read(entry.account, account, chat, person, entry.external_id)
        return Outgoing(webhooks.webhook(simulation, entry.account, chat.id, body))

    def target(self, account: TeamsAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url or not isinstance(webhook, TeamsWebhook):
            return None
        proof = webhook.keys.proof(webhook.account, account, webhook.body)
        return Target(account.webhook_url, proof)
