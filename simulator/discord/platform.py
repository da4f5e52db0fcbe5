"""Discord as one of the simulated platforms."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.discord import api, applications, history, interactions, webhooks
from simulator.discord.account import DiscordAccount
from simulator.discord.gateway import control, socket
from simulator.discord.ids import is_snowflake
from simulator.discord.requests import KEY
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedDiscord:
    """Direct channels of one bot: its calls, and what its application is told. A customer is the id of a user."""

    key = KEY
    account_model = DiscordAccount
    account_id = r"\d{15,20}"
    routers = (
        control.router,
        socket.router,
        interactions.router,
        applications.router,
        history.router,
        api.router,
    )

    def address_of(self, written: str) -> str:
        if not is_snowflake(written):
            raise ValueError("a Discord customer is the id of a user: 15 to 20 digits")
        return written

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        return replace(webhooks.said(simulation, order, contact), contact=contact.address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        lane = f"post:{secrets.token_hex(8)}"
        return Outgoing(webhooks.webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Nobody is told: sends begin to fail."""
        return Outgoing(None, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """Discord tells of none."""
        return None

    def target(self, account: DiscordAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url:
            return None
        proof = webhooks.headers(webhook.account, account, webhook.body)
        return Target(account.webhook_url, proof)
