"""Whether a Vonage account works, and where messages to its number go.

https://developer.vonage.com/en/api/account
https://developer.vonage.com/en/api/numbers
https://developer.vonage.com/en/api/application.v2
"""

from urllib.parse import quote

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import if_allowed
from platforms.reading import Json, as_number, as_object, as_objects, as_text
from platforms.sms.asking import ask
from platforms.sms.numbers import digits
from platforms.sms.providers.vonage.account import VonageAccount
from platforms.sms.providers.vonage.answers import refusal
from platforms.subscriptions import comes_here, shown


async def check(client: httpx.AsyncClient, account: VonageAccount, webhook_url: str) -> Health:
    """The balance proves the credentials; the number tells the rest. Raises a `DeliveryError`."""
    notes: dict[str, str] = {}
    told = as_object(await ask(client, account, f"{account.account_url}/get-balance", refusal))
    value = as_number(told.get("value"))
    if value is not None:
        notes["balance"] = f"{value} EUR"
    question = _subscription(client, account, webhook_url)
    subscription = await if_allowed(question, "webhooks", notes)
    return Health(subscription=subscription, notes=notes)


async def _subscription(
    client: httpx.AsyncClient, account: VonageAccount, webhook_url: str
) -> Subscription | None:
    """None for a name, to which nobody writes, and for a number that follows the settings of the account."""
    wanted = digits(account.sender)
    if not wanted.isdecimal():
        return None
    query = {"pattern": wanted, "search_pattern": "0"}
    answer = await ask(client, account, f"{account.account_url}/numbers", refusal, query)
    numbers: list[Json] = as_objects(as_object(answer).get("numbers"))
    number = next((one for one in numbers if as_text(one.get("msisdn")) == wanted), None)
    if number is None:
        return Subscription(active=False, problem="the account has no such number")
    url = await _address(client, account, number)
    if url is None:
        return None
    if comes_here(url, webhook_url):
        return Subscription(active=True, url=shown(url))
    return Subscription(active=False, url=shown(url), problem=f"messages go to {shown(url)}")


async def _address(client: httpx.AsyncClient, account: VonageAccount, number: Json) -> str | None:
    """Of the application that the number is linked to, where the Messages API brings messages; else its own."""
    application = as_text(number.get("app_id")) or as_text(number.get("messagesCallbackValue"))
    if account.api == "sms" or application is None:
        return as_text(number.get("moHttpUrl"))
    place = f"{account.applications_url}/{quote(application, safe='')}"
    told = as_object(await ask(client, account, place, refusal))
    messages = as_object(as_object(told.get("capabilities")).get("messages"))
    return as_text(as_object(as_object(messages.get("webhooks")).get("inbound_url")).get("address"))
