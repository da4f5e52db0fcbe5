"""Whether a Twilio account works, and where messages to its sender go.

https://www.twilio.com/docs/iam/api/account
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/short-code-resource
https://www.twilio.com/docs/messaging/api/service-resource
"""

import httpx

from domain.errors import ChannelUnauthorized
from platforms.abilities import Health, Subscription
from platforms.asking import if_allowed
from platforms.reading import Json, as_object, as_objects, as_text
from platforms.sms.asking import ask
from platforms.sms.providers.twilio.account import TwilioAccount
from platforms.sms.providers.twilio.errors import refusal
from platforms.subscriptions import comes_here, shown

_ACTIVE = "active"


async def check(client: httpx.AsyncClient, account: TwilioAccount, webhook_url: str) -> Health:
    """Only the first question decides whether the account works. Raises a `DeliveryError`."""
    notes: dict[str, str] = {}
    name = await _account(client, account, notes)
    asked = ask(client, account, f"{account.account_url}/Balance.json", refusal)
    balance = as_object(await if_allowed(asked, "balance", notes))
    if amount := as_text(balance.get("balance")):
        notes["balance"] = f"{amount} {as_text(balance.get('currency')) or ''}".strip()
    question = _subscription(client, account, webhook_url)
    subscription = await if_allowed(question, "webhooks", notes)
    return Health(name=name, subscription=subscription, notes=notes)


async def _account(
    client: httpx.AsyncClient, account: TwilioAccount, notes: dict[str, str]
) -> str | None:
    """Its name. A standard API key may not ask for the account, but may for one message of its list."""
    if account.calls_with_key:
        await ask(client, account, account.messages_url, refusal, {"PageSize": "1"})
        return None
    told = as_object(await ask(client, account, f"{account.account_url}.json", refusal))
    status = as_text(told.get("status")) or _ACTIVE
    if status != _ACTIVE:
        raise ChannelUnauthorized(f"the account is {status}", vendor_code=status)
    if kind := as_text(told.get("type")):
        notes["kind of account"] = kind
    return as_text(told.get("friendly_name"))


async def _subscription(
    client: httpx.AsyncClient, account: TwilioAccount, webhook_url: str
) -> Subscription | None:
    """By the messaging service, unless that leaves it to its numbers. A name gets no messages."""
    if account.service_url is not None:
        service = as_object(await ask(client, account, account.service_url, refusal))
        url = as_text(service.get("inbound_request_url"))
        if not service.get("use_inbound_webhook_on_number"):
            return _goes_to(url, webhook_url, "the messaging service has no address for messages")
    return await _of_sender(client, account, webhook_url)


async def _of_sender(
    client: httpx.AsyncClient, account: TwilioAccount, webhook_url: str
) -> Subscription | None:
    place = _place(account.sender)
    if place is None:
        return None
    path, filtered, listed = place
    answer = await ask(client, account, f"{account.account_url}/{path}", refusal, filtered)
    found: list[Json] = as_objects(as_object(answer).get(listed))
    if not found:
        return Subscription(active=False, problem="the account has no such sender")
    if as_text(found[0].get("sms_application_sid")):
        return None  # an application answers, and may do anything
    nowhere = "the sender has no address for messages"
    return _goes_to(as_text(found[0].get("sms_url")), webhook_url, nowhere)


def _place(sender: str) -> tuple[str, dict[str, str], str] | None:
    if sender.startswith("+"):
        return "IncomingPhoneNumbers.json", {"PhoneNumber": sender}, "incoming_phone_numbers"
    if sender.isdecimal():
        return "SMS/ShortCodes.json", {"ShortCode": sender}, "short_codes"
    return None


def _goes_to(url: str | None, webhook_url: str, nowhere: str) -> Subscription:
    if comes_here(url, webhook_url):
        return Subscription(active=True, url=shown(url))
    problem = f"messages go to {shown(url)}" if shown(url) else nowhere
    return Subscription(active=False, url=shown(url), problem=problem)
