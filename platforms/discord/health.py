"""Whether a bot works, and whether what people do comes here.

https://docs.discord.com/developers/resources/application#get-current-application: the application tells where
interactions and webhook events go, and which intents are switched on in the developer portal.
"""

from collections.abc import Iterator

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import about_the_account
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import read_answer
from platforms.discord.gateway_protocol import PRIVILEGED, Intent
from platforms.discord.reading import as_size
from platforms.http import call
from platforms.reading import Json, as_text
from platforms.subscriptions import comes_here, shown

# https://docs.discord.com/developers/resources/application#application-object-application-flags: the second of each is
# that of bots in fewer than a hundred servers
_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 12 | 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 14 | 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 18 | 1 << 19,
}
_EVENTS = {1: "disabled", 2: "enabled", 3: "disabled by Discord"}
"""https://docs.discord.com/developers/resources/application#application-object-application-event-webhook-status."""
_EVENTS_ON = 2


async def check(client: httpx.AsyncClient, account: DiscordAccount, webhook_url: str) -> Health:
    """Two questions. Raises a `DeliveryError`."""
    bot = await ask(client, account, "/users/@me")
    application = await ask(client, account, "/applications/@me")
    return Health(
        name=as_text(application.get("name")) or as_text(bot.get("username")),
        subscription=_subscription(application, account, webhook_url),
        notes=dict(_notes(bot, application)),
    )


async def ask(client: httpx.AsyncClient, account: DiscordAccount, path: str) -> Json:
    """What the bot may always ask about itself. Raises a `DeliveryError`."""
    with about_the_account():
        answer = await call(client, request_of(account, "GET", path))
        return read_answer(answer, account.secrets())


def _notes(bot: Json, application: Json) -> Iterator[tuple[str, str]]:
    if username := as_text(bot.get("username")):
        yield "bot", username
    status = _EVENTS.get(as_size(application.get("event_webhooks_status")) or 0)
    if status:
        yield "webhook events", status
    servers = as_size(application.get("approximate_guild_count"))
    if servers is not None:
        yield "servers", str(servers)


def _subscription(application: Json, account: DiscordAccount, webhook_url: str) -> Subscription:
    """Without an address interactions come by the Gateway, as messages always do: that is active, too."""
    url = as_text(application.get("interactions_endpoint_url"))
    fatal = [
        *_of_another(application, account),
        *_misdirected(url, application, account, webhook_url),
    ]
    fatal += _unseen(application, account)
    lesser = list(_events(application, webhook_url))
    return Subscription(
        active=not fatal, url=shown(url), problem="; ".join((*fatal, *lesser)) or None
    )


def _of_another(application: Json, account: DiscordAccount) -> Iterator[str]:
    key = as_text(application.get("id"))
    if key is not None and key != account.application_id:
        yield f"the token is of application {key}, not of {account.application_id}"


def _misdirected(
    url: str | None, application: Json, account: DiscordAccount, webhook_url: str
) -> Iterator[str]:
    if url is None:
        return
    if not comes_here(url, webhook_url):
        yield f"interactions go to {shown(url)}"
        return
    known = (as_text(application.get("verify_key")) or "").lower()
    if known and known != account.public_key.lower():
        yield "public_key is not that of the application: no interaction is taken"


def _unseen(application: Json, account: DiscordAccount) -> Iterator[str]:
    """What the Gateway refuses altogether, see `gateway_protocol`."""
    flags = as_size(application.get("flags"))
    for intent, name in PRIVILEGED.items():
        if flags is not None and account.intents & intent and not flags & _FLAGS[intent]:
            yield f"the {name} is not switched on in the developer portal"


def _events(application: Json, webhook_url: str) -> Iterator[str]:
    """That the application was added or removed is told by webhook events alone; conversations go on without."""
    url = as_text(application.get("event_webhooks_url"))
    status = as_size(application.get("event_webhooks_status"))
    if url is None or status is None:
        return
    if not comes_here(url, webhook_url):
        yield f"webhook events go to {shown(url)}"
    elif status != _EVENTS_ON:
        yield f"webhook events are {_EVENTS.get(status, 'off')}"
