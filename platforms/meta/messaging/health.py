"""Whether a page or an Instagram account works, and whether its webhooks come here.

https://developers.facebook.com/docs/graph-api/overview#me
https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps: only what both the page and the app are
subscribed to arrives.
"""

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import if_allowed
from platforms.meta.asking import ask
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.reading import as_text
from platforms.meta.subscribed import App, AppWebhook, app_webhook, ours, subscribed_apps
from platforms.meta.tokens import TokenFacts, token_facts
from platforms.reading import as_object
from platforms.subscriptions import comes_here, shown


async def check(
    client: httpx.AsyncClient, account: MessagingAccount, webhook_url: str, dialect: Dialect
) -> Health:
    """Up to four questions; only whose the token is decides whether the account works. Raises a `DeliveryError`."""
    query = {"fields": ",".join(account.own_fields)}
    owner = await ask(client, account, "me", query, rules=dialect.rules)
    name = account.name_in(owner)
    notes: dict[str, str] = {}
    scoped = as_text(owner.get("user_id"))
    if scoped is not None and scoped != account.account_id:
        notes["id"] = f"webhooks name this account {scoped}, not {account.account_id}"
    if page := _page(account, owner):
        notes["page"] = page
    token = await _token(client, account, notes)
    return Health(
        name=name,
        token_expires_at=token.expires_at,
        subscription=await _subscription(client, account, webhook_url, dialect, notes),
        notes={**notes, **token.notes},
    )


def _page(account: MessagingAccount, owner: dict[str, object]) -> str | None:
    """The page through which an account is reached that is none itself."""
    linked = as_object(owner.get("instagram_business_account"))
    return as_text(owner.get("name")) if linked and account.node != account.account_id else None


async def _token(
    client: httpx.AsyncClient, account: MessagingAccount, notes: dict[str, str]
) -> TokenFacts:
    if not account.asks_app:
        return TokenFacts(expires_at=account.known_expiry)
    return await if_allowed(token_facts(client, account), "token", notes) or TokenFacts()


async def _subscription(
    client: httpx.AsyncClient,
    account: MessagingAccount,
    webhook_url: str,
    dialect: Dialect,
    notes: dict[str, str],
) -> Subscription | None:
    question = subscribed_apps(client, account, account.node)
    apps = await if_allowed(question, "webhooks", notes)
    if apps is None:
        return None
    of_app = None
    if account.asks_app:
        asked = app_webhook(client, account, dialect.webhook_object)
        of_app = await if_allowed(asked, "webhooks of the app", notes)
    mine = ours(apps, account.app_id if account.asks_app else None)
    url = shown(of_app.url) if of_app else None
    if not mine:
        silent = "the app is not subscribed to the account's webhooks"
        return Subscription(active=False, url=url, problem=silent)
    if of_app is not None and not comes_here(of_app.url, webhook_url, shared=True):
        elsewhere = f"webhooks go to {url}" if url else "the app has no address for these webhooks"
        return Subscription(active=False, url=url, problem=elsewhere)
    missing = _missing(dialect.webhook_fields, None if account.app_chooses else mine, of_app)
    problem = f"not subscribed to {', '.join(missing)}" if missing else None
    return Subscription(active=dialect.webhook_fields[0] not in missing, url=url, problem=problem)


def _missing(
    wanted: tuple[str, ...], apps: list[App] | None, of_app: AppWebhook | None
) -> list[str]:
    """What does not arrive, because the account or the app is not subscribed to it. None: that one does not say."""
    chosen = [frozenset[str]().union(*(app.fields for app in apps))] if apps is not None else []
    chosen += [of_app.fields] if of_app is not None else []
    return [name for name in wanted if not all(name in fields for fields in chosen)]
