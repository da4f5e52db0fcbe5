"""Whether a bot works, and whether its updates come here.

https://core.telegram.org/bots/api#getme, https://core.telegram.org/bots/api#getwebhookinfo. A bot has one webhook, and
whoever has the token may set another.
"""

from collections.abc import Iterator

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import asking
from platforms.base import MASK
from platforms.http import call
from platforms.reading import Json, as_list, as_object, as_size, as_text
from platforms.subscriptions import comes_here, shown
from platforms.telegram.account import TelegramAccount
from platforms.telegram.calls import Call, request_of
from platforms.telegram.errors import read_result
from platforms.telegram.reading import as_moment

_WANTED = ("message", "callback_query")
"""Kinds of updates; without the first nothing arrives."""


async def check(client: httpx.AsyncClient, account: TelegramAccount, webhook_url: str) -> Health:
    """Two questions. Raises a `DeliveryError`."""
    bot = await _ask(client, account, "getMe")
    webhook = await _ask(client, account, "getWebhookInfo")
    return Health(
        name=as_text(bot.get("first_name")) or as_text(bot.get("username")),
        subscription=_subscription(webhook, webhook_url, account.secrets()),
        notes=dict(_notes(bot, webhook, account.secrets())),
    )


async def _ask(client: httpx.AsyncClient, account: TelegramAccount, method: str) -> Json:
    with asking():
        response = await call(client, request_of(Call(method, {}), account))
        return as_object(read_result(response, account.secrets()))


def _notes(bot: Json, webhook: Json, secrets: list[str]) -> Iterator[tuple[str, str]]:
    if username := as_text(bot.get("username")):
        yield "username", f"@{username}"
    waiting = as_size(webhook.get("pending_update_count"))
    if waiting is not None:
        yield "updates waiting", str(waiting)
    if error := _last_error(webhook, secrets):
        at = as_moment(webhook.get("last_error_date"))
        yield "last error", f"{at.isoformat()}: {error}" if at else error


def _last_error(webhook: Json, secrets: list[str]) -> str | None:
    """It stands there until the next one: also when everything has arrived since."""
    said = as_text(webhook.get("last_error_message"))
    for secret in secrets:
        said = said.replace(secret, MASK) if said else None
    return said


def _subscription(webhook: Json, webhook_url: str, secrets: list[str]) -> Subscription:
    url = as_text(webhook.get("url"))
    if not comes_here(url, webhook_url):
        problem = f"updates go to {shown(url)}" if url else "no webhook is set"
        return Subscription(active=False, url=shown(url), problem=problem)
    asked = as_list(webhook.get("allowed_updates"))
    missing = [kind for kind in _WANTED if asked and kind not in asked]
    wrong = [f"not asked for: {', '.join(missing)}"] if missing else []
    waiting, error = as_size(webhook.get("pending_update_count")), _last_error(webhook, secrets)
    if waiting and error:
        wrong.append(f"{waiting} updates wait: {error}")
    active = _WANTED[0] not in missing
    return Subscription(active=active, url=shown(url), problem="; ".join(wrong) or None)
