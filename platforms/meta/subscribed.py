"""Which apps get the webhooks of an account, and where an app's webhooks go.

https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

from typing import NamedTuple

import httpx

from platforms.meta.account import GraphAccount
from platforms.meta.asking import ask
from platforms.meta.reading import as_list, as_text
from platforms.reading import as_object


class App(NamedTuple):
    """One app that is subscribed to an account."""

    id: str | None
    name: str | None
    fields: frozenset[str]
    url: str | None = None
    """Where this account's webhooks go instead of to the app's own address."""


class AppWebhook(NamedTuple):
    """Where an app's webhooks of one kind of object go."""

    url: str | None
    fields: frozenset[str]


async def subscribed_apps(client: httpx.AsyncClient, account: GraphAccount, node: str) -> list[App]:
    """Ours where we know which it is, else all of them. Raises a `DeliveryError`."""
    answer = await ask(client, account, f"{node}/subscribed_apps")
    return [_app(as_object(item)) for item in as_list(answer.get("data"))]


def _app(item: dict[str, object]) -> App:
    """WhatsApp puts the app into an object of its own."""
    told = as_object(item.get("whatsapp_business_api_data")) or item
    fields = (as_text(each) for each in as_list(item.get("subscribed_fields")))
    return App(
        id=as_text(told.get("id")),
        name=as_text(told.get("name")),
        fields=frozenset(each for each in fields if each),
        url=as_text(item.get("override_callback_uri")),
    )


def ours(apps: list[App], app_id: str | None) -> list[App]:
    """Without our app's id any of them may be it."""
    return [app for app in apps if app_id in {None, app.id}]


async def app_webhook(
    client: httpx.AsyncClient, account: GraphAccount, kind: str
) -> AppWebhook | None:
    """None: without the app's id nobody can be asked. Raises a `DeliveryError`."""
    if account.app_id is None:
        return None
    path = f"{account.app_id}/subscriptions"
    answer = await ask(client, account, path, headers=account.app_authorization)
    for item in map(as_object, as_list(answer.get("data"))):
        if item.get("object") == kind and item.get("active") is not False:
            fields = (as_object(each).get("name") for each in as_list(item.get("fields")))
            return AppWebhook(
                url=as_text(item.get("callback_url")),
                fields=frozenset(each for each in fields if isinstance(each, str)),
            )
    return AppWebhook(url=None, fields=frozenset())
