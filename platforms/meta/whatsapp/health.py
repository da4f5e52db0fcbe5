"""Whether a number works, and whether its webhooks come here.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
"""

from collections.abc import Iterator
from typing import Any

import httpx

from domain.errors import ChannelUnauthorized
from platforms.abilities import Health, Subscription
from platforms.asking import if_allowed
from platforms.meta.asking import ask
from platforms.meta.reading import as_list, as_text
from platforms.meta.subscribed import App, ours, subscribed_apps
from platforms.meta.tokens import TokenFacts, token_facts
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.errors import RULES
from platforms.reading import as_object
from platforms.subscriptions import comes_here, shown

_NOTES = {
    "display_phone_number": "phone number",
    "quality_rating": "quality rating",
    "status": "status",
    "name_status": "name status",
    "code_verification_status": "code verification",
    "platform_type": "platform",
}
FIELDS = ("id", "verified_name", "throughput", "health_status", "webhook_configuration", *_NOTES)
_LOST = frozenset({"BANNED", "DELETED", "DISCONNECTED", "MIGRATED"})
"""States of a number that sends nothing, whatever the token may do."""
_PLACES = ("phone_number", "whatsapp_business_account", "application")
"""Whose callback address counts, the first that there is."""


async def check(client: httpx.AsyncClient, account: WhatsAppAccount, webhook_url: str) -> Health:
    """Up to three questions; only what the number itself says decides whether it works. Raises a `DeliveryError`."""
    query = {"fields": ",".join(FIELDS)}
    number = await ask(client, account, account.phone_number_id, query, rules=RULES)
    state = (as_text(number.get("status")) or "").upper()
    if state in _LOST:
        raise ChannelUnauthorized(f"the number's status is {state}", vendor_code=state)
    notes = dict(_notes(number))
    token = await if_allowed(token_facts(client, account), "token", notes) or TokenFacts()
    subscription = await _subscription(client, account, number, webhook_url, notes)
    return Health(
        name=as_text(number.get("verified_name")) or as_text(number.get("display_phone_number")),
        token_expires_at=token.expires_at,
        subscription=subscription,
        notes={**notes, **token.notes},
    )


def _notes(number: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, name in _NOTES.items():
        if value := as_text(number.get(key)):
            yield name, value
    if level := as_text(as_object(number.get("throughput")).get("level")):
        yield "throughput", level
    health = as_object(number.get("health_status"))
    if able := as_text(health.get("can_send_message")):
        yield "can send", "; ".join([able, *_problems(health)])


def _problems(health: dict[str, Any]) -> Iterator[str]:
    """Not necessarily in the way of every message: an unpaid bill stops only what we begin."""
    for entity in map(as_object, as_list(health.get("entities"))):
        for error in map(as_object, as_list(entity.get("errors"))):
            said = (as_text(error.get(key)) for key in ("error_description", "possible_solution"))
            yield f"{as_text(entity.get('entity_type')) or 'account'}: {' '.join(filter(None, said))}"


async def _subscription(
    client: httpx.AsyncClient,
    account: WhatsAppAccount,
    number: dict[str, Any],
    webhook_url: str,
    notes: dict[str, str],
) -> Subscription | None:
    """By the address that the token's own app has, and by the apps that the business account tells."""
    configured = as_object(number.get("webhook_configuration"))
    url = next((found for key in _PLACES if (found := as_text(configured.get(key)))), None)
    elsewhere = url is not None and not comes_here(url, webhook_url, shared=True)
    if elsewhere:
        problem = f"webhooks go to {shown(url)}"
        return Subscription(active=False, url=shown(url), problem=problem)
    if account.business is None:
        notes["webhooks"] = "without waba_id nobody can be asked which apps get them"
        return None
    question = subscribed_apps(client, account, account.business)
    apps = await if_allowed(question, "webhooks", notes)
    return None if apps is None else _of_apps(apps, account, url)


def _of_apps(apps: list[App], account: WhatsAppAccount, url: str | None) -> Subscription:
    if ours(apps, account.app_id):
        return Subscription(active=True, url=shown(url))
    others = ", ".join(app.name or app.id or "?" for app in apps)
    problem = f"only other apps are subscribed: {others}" if others else "no app is subscribed"
    return Subscription(active=False, url=shown(url), problem=problem)
