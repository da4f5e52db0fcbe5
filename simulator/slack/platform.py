"""Slack as one of the simulated platforms."""

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.contacts import Contact
from simulator.deliver import Target, TooManyPending, Webhook
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say
from simulator.slack import (
    api,
    bytes_api,
    events,
    interactions,
    oauth,
    sayings,
    signing,
    verification,
)
from simulator.slack.account import SlackAccount
from simulator.slack.call import KEY, Chat
from simulator.slack.world import PERSON, SlackWorld

if TYPE_CHECKING:
    from simulator.state import Simulation

EVENT_ATTEMPTS = 4
"""https://docs.slack.dev/apis/events-api/#retries: three more. Presses and commands are posted once."""
DEADLINE = 3.0
"""Seconds: https://docs.slack.dev/apis/events-api/#responding"""


class SimulatedSlack:
    """The Web API, the Events API and interactivity, for apps in one workspace each."""

    key = KEY
    account_model = SlackAccount
    account_id = r"T[A-Z0-9]{1,30}"
    routers = (bytes_api.router, oauth.router, api.router, verification.router)

    def address_of(self, written: str) -> str:
        if not PERSON.fullmatch(written):
            raise ValueError("a Slack customer is the id of a user, U…")
        return written

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, order.account, SlackAccount)
        if order.choice is not None:
            return self._press(simulation, order, contact, account)
        channel, message = sayings.said(simulation, order, contact, account)
        private = contact if channel.startswith("D") else None
        root = message.get("thread_ts") or message["ts"]
        address = Chat(channel, private).address(root)
        key = f"{channel}:{message['ts']}"
        bodies = events.of_message(account, order.account, message, channel)
        if not bodies:
            return Outgoing(None, key, address, "the account asked for no such event")
        for body in bodies[1:]:
            with suppress(TooManyPending):
                simulation.deliveries.start(self._webhook(order.account, channel, body))
        return Outgoing(self._webhook(order.account, channel, bodies[0]), key, address)

    def _press(
        self, simulation: "Simulation", order: Say, person: Contact, account: SlackAccount
    ) -> Outgoing:
        """In the private chat, or where else the app offered it to somebody."""
        assert order.choice is not None  # noqa: S101  asked by the caller
        world, team = simulation.part(SlackWorld), order.account
        channels = [world.private_chat(team, person.address), *account.channels]
        offer = interactions.offered(world, team, channels, order.choice.id)
        moment = sayings.moment_of(order, world)
        payload = interactions.pressed(offer, order.choice, person, account, team, moment)
        private = person if offer.channel.startswith("D") else None
        address = Chat(offer.channel, private).address(offer.message.get("thread_ts"))
        return Outgoing(self._webhook(team, offer.channel, payload), moment, address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        lane = sayings.note(simulation, order.account, order.body)
        lane = lane or f"post:{secrets.token_hex(8)}"
        return Outgoing(self._webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Nobody can block an app: the person's own account is deactivated, or comes back."""
        account = simulation.accounts.get(self.key, account_id, SlackAccount)
        body = events.user_changed(account, account_id, contact)
        if body is None:
            return Outgoing(None, contact=contact.address)
        return Outgoing(self._webhook(account_id, contact.address, body), contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """No status is told; that a message is there, the app sees when its own message comes back."""
        account = simulation.accounts.find(self.key, entry.account, SlackAccount)
        channel, _, ts = entry.external_id.rpartition(":")
        message = simulation.part(SlackWorld).message(entry.account, channel, ts)
        if account is None or message is None:
            return None
        echoes = events.of_message(account, entry.account, message, channel)
        if status != "sent" or not echoes:
            return Outgoing(None)
        return Outgoing(self._webhook(entry.account, channel, echoes[0]), entry.external_id)

    def target(self, account: SlackAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url:
            return None
        signed = signing.headers(account.signing_secret, webhook.body)
        return Target(account.webhook_url, signed)

    def _webhook(self, team: str, lane: str, body: Any) -> Webhook:
        sent = signing.serialise(body)
        return Webhook(
            self.key,
            team,
            lane,
            sent,
            attempts=1 if signing.is_form(sent) else EVENT_ATTEMPTS,
            patience=DEADLINE,
            retry_headers=signing.retry_headers,
        )
