"""Whether a Zenvia token works, and whether both of its subscriptions are there.

https://zenvia.github.io/zenvia-openapi-spec/ (GET /v2/subscriptions). After 500 failures in a row one is switched off.
"""

import httpx

from platforms.abilities import Health, Subscription
from platforms.reading import Json, as_list, as_object, as_objects, as_text
from platforms.sms.asking import ask
from platforms.sms.providers.zenvia.account import ZenviaAccount
from platforms.sms.providers.zenvia.errors import refusal
from platforms.subscriptions import comes_here, shown

_KINDS = {"MESSAGE": "messages", "MESSAGE_STATUS": "receipts"}
_ACTIVE = "ACTIVE"


async def check(client: httpx.AsyncClient, account: ZenviaAccount, webhook_url: str) -> Health:
    """One question proves the token and tells the rest. Raises a `DeliveryError`."""
    answer = await ask(client, account, f"{account.api_base}/v2/subscriptions", refusal)
    listed = as_objects(
        answer if isinstance(answer, list) else as_list(as_object(answer).get("subscriptions"))
    )
    of_sms = [one for one in listed if as_object(one.get("criteria")).get("channel") == "sms"]
    here = [one for one in of_sms if comes_here(_url(one), webhook_url)]
    return Health(subscription=_judged(here, of_sms))


def _url(subscription: Json) -> str | None:
    return as_text(as_object(subscription.get("webhook")).get("url"))


def _judged(here: list[Json], all_of_sms: list[Json]) -> Subscription:
    """Active when messages come; without receipts there is something to say."""
    states = {str(one.get("eventType")): str(one.get("status")) for one in reversed(here)}
    wrong = [f"no subscription of {what}" for kind, what in _KINDS.items() if kind not in states]
    wrong += [
        f"the subscription of {what} is {states[kind]}"
        for kind, what in _KINDS.items()
        if states.get(kind, _ACTIVE) != _ACTIVE
    ]
    others = {shown(_url(one)) for one in all_of_sms} - {shown(_url(one)) for one in here}
    if wrong and others:
        wrong.append(f"others go to {', '.join(sorted(url or '?' for url in others))}")
    return Subscription(
        active=states.get("MESSAGE") == _ACTIVE,
        url=next((shown(_url(one)) for one in here or all_of_sms), None),
        problem="; ".join(wrong) or None,
    )
