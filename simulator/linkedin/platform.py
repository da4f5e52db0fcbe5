"""LinkedIn as one of the simulated platforms."""

import secrets
from typing import TYPE_CHECKING

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.linkedin import (
    changes,
    comments,
    lists,
    messages,
    notifications,
    oauth,
    pages,
    uploads,
    verification,
)
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.requests import address_of
from simulator.linkedin.world import KEY, Json, LinkedInWorld
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedLinkedIn:
    """Pages, under whose posts customers comment, and members, to whom they write."""

    key = KEY
    account_model = LinkedInAccount
    account_id = r"urn:li:(organization:\d{1,19}|person:[A-Za-z0-9_-]{1,64})"
    routers = (
        verification.router,
        oauth.router,
        comments.router,
        messages.router,
        uploads.router,
        pages.router,
        lists.router,
    )

    def address_of(self, written: str) -> str:
        return address_of(written)

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, order.account, LinkedInAccount)
        if ":person:" in order.account:
            return _written(simulation, order, contact, account)
        notification = _commented(simulation, order, contact, account)
        notifications.keep(simulation, order.account, notification)
        named = notification["generatedActivity"].replace("(activity:", "(urn:li:activity:")
        if not account.webhook_url:
            return Outgoing(None, named, contact.address, "no webhook is set: it can be asked for")
        body = notifications.enveloped(notification)
        webhook = notifications.webhook(order.account, contact.address, body)
        return Outgoing(webhook, named, contact.address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        lane = f"post:{secrets.token_hex(8)}"
        return Outgoing(notifications.webhook(order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        """Nobody is told: what the person wrote is not shown any more."""
        return Outgoing(None, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        """LinkedIn tells of none."""
        return None

    def target(self, account: LinkedInAccount, webhook: Webhook) -> Target | None:
        if not account.webhook_url:
            return None
        return Target(account.webhook_url, notifications.signature(account, webhook.body))


def _words(order: Say) -> str:
    """Nothing can be pressed: who chooses types what stood there."""
    if order.choice is not None:
        return order.choice.title or order.choice.id
    return (order.media.caption if order.media else order.text) or ""


def _commented(
    simulation: "Simulation", order: Say, contact: Contact, account: LinkedInAccount
) -> Json:
    """A comment: the first under a post begins a thread, in which the person goes on. Raises `ValueError`."""
    if order.media is not None:
        raise ValueError("notifications of comments bring words alone")
    world, raw = simulation.part(LinkedInWorld), order.raw or {}
    post = str(raw.get("sourcePost") or account.posts[0])
    number = order.message_id or world.number()
    comment = world.comments.get((order.account, f"urn:li:comment:({post},{number})"))
    if comment is None:
        root = world.roots.get((order.account, contact.address, post))
        comment = world.add_comment(order.account, post, contact.address, number, root)
    return notifications.of_comment(world, order.account, comment, _words(order)) | raw


def _written(
    simulation: "Simulation", order: Say, contact: Contact, account: LinkedInAccount
) -> Outgoing:
    """A direct message, which waits in the changelog."""
    world, member = simulation.part(LinkedInWorld), order.account
    shown = changes.shown(simulation, member, account, order.media) if order.media else {}
    change = changes.of_message(
        world, member, contact.address, contact.address, _words(order), **shown
    )
    if order.message_id is not None:
        change["resourceId"] = change["activity"]["id"] = order.message_id
    change |= order.raw or {}
    changes.keep(simulation, member, change)
    reason = "no webhook tells of direct messages: the changelog has it"
    return Outgoing(None, str(change["resourceId"]), contact.address, reason)
