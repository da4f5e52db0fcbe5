"""SMS as one of the simulated platforms: what the account's provider does, behind one contract."""

import secrets
from typing import TYPE_CHECKING, Any

from simulator.contacts import Contact
from simulator.deliver import Target, Webhook
from simulator.platform import Outgoing
from simulator.schemas import Entry, Post, Say
from simulator.sms import files
from simulator.sms.accounts import SmsAccount
from simulator.sms.numbers import address_of
from simulator.sms.provider import Report, Said, SmsWebhook, chosen
from simulator.sms.sending import KEY, is_blocked
from simulator.sms.table import PROVIDERS

if TYPE_CHECKING:
    from simulator.state import Simulation


class SimulatedSms:
    """Twilio, Vonage, Zenvia, Infobip and Sinch."""

    key = KEY
    account_model = SmsAccount
    account_id = r"[^/\s]{1,64}"
    """A sender: a number in E.164, a short code or a name."""
    routers = (files.router, *(provider.router for provider in PROVIDERS.values()))

    def address_of(self, written: str) -> str:
        return address_of(written)

    def say(self, simulation: "Simulation", order: Say, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, order.account, SmsAccount)
        body, message_id = PROVIDERS[account.provider].said(
            Said(
                account=account,
                sender=order.account,
                contact=contact,
                text=_words(order),
                file=files.keep(simulation, order.account, account, order.media)
                if order.media
                else None,
                message_id=order.message_id,
            )
        )
        webhook = self._webhook(account, order.account, contact.address, body | (order.raw or {}))
        return Outgoing(webhook, message_id, contact.address)

    def post(self, simulation: "Simulation", order: Post) -> Outgoing:
        account = simulation.accounts.get(self.key, order.account, SmsAccount)
        lane = f"post:{secrets.token_hex(8)}"
        return Outgoing(self._webhook(account, order.account, lane, order.body))

    def blocked(self, simulation: "Simulation", account_id: str, contact: Contact) -> Outgoing:
        account = simulation.accounts.get(self.key, account_id, SmsAccount)
        body = PROVIDERS[account.provider].tells_of_blocks(account, account_id, contact)
        if body is None:
            return Outgoing(None, contact=contact.address)
        webhook = self._webhook(account, account_id, contact.address, body)
        return Outgoing(webhook, contact=contact.address)

    def receipt(
        self, simulation: "Simulation", entry: Entry, status: str, error_code: int | None
    ) -> Outgoing | None:
        account = simulation.accounts.find(self.key, entry.account, SmsAccount)
        if account is None:
            return None
        posting = None
        if status != "read":  # phones tell nobody that they showed an SMS
            blocked = is_blocked(simulation, entry.account, entry.to)
            about = Report(account, entry.account, entry, status, chosen(error_code), blocked)
            posting = PROVIDERS[account.provider].report(about)
        if posting is None:
            return Outgoing(None)
        raw = PROVIDERS[account.provider].serialise(account, posting.body)
        lane = f"report:{entry.external_id}"
        return Outgoing(
            SmsWebhook(self.key, entry.account, lane, raw, is_report=True, url=posting.url)
        )

    def target(self, account: SmsAccount, webhook: Webhook) -> Target | None:
        given = webhook if isinstance(webhook, SmsWebhook) else None
        own = account.webhook_url
        if given is not None and given.is_report and account.status_url is not None:
            own = account.status_url
        url = (given and given.url) or own
        if not url or getattr(account, "subscription_status", "") == "INACTIVE":
            return None
        called = account.public_url if url == account.webhook_url else ""
        proof = PROVIDERS[account.provider].proof(account, called or url, webhook.body)
        return Target(url, proof)

    def _webhook(self, account: SmsAccount, account_id: str, lane: str, body: Any) -> SmsWebhook:
        raw = PROVIDERS[account.provider].serialise(account, body)
        return SmsWebhook(self.key, account_id, lane, raw)


def _words(order: Say) -> str | None:
    """Nothing can be pressed on a phone: who chooses types what stood there."""
    if order.choice is not None:
        return order.choice.title or order.choice.id
    return order.media.caption if order.media else order.text
