"""Whether an installation of the app works, and until when its token does.

https://docs.slack.dev/reference/methods/auth.test. Which events an app asked for and where they go is in its manifest,
which the token of a bot may not read (https://docs.slack.dev/reference/methods/apps.manifest.export).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import about_the_account
from platforms.http import answered_at, call
from platforms.reading import Json, as_size
from platforms.slack.account import SlackAccount
from platforms.slack.calls import ask
from platforms.slack.errors import read_answer
from platforms.slack.reading import as_text
from platforms.slack.scopes import WANTED, scopes_of

_LONGEST = 366 * 86_400


async def check(client: httpx.AsyncClient, account: SlackAccount) -> Health:
    """One question. Raises a `DeliveryError`."""
    with about_the_account():
        response = await call(client, ask("auth.test", {}, account))
        told = read_answer(response, account.secrets())
    return Health(
        name=as_text(told.get("team")),
        token_expires_at=_expiry(told, response) or account.token_expires_at,
        subscription=_elsewhere(told, account),
        notes=dict(_notes(told, response)),
    )


def _expiry(told: Json, response: httpx.Response) -> datetime | None:
    """Only of a token that ends: `expires_in`, in seconds."""
    life = as_size(told.get("expires_in"))
    return answered_at(response) + timedelta(seconds=min(life, _LONGEST)) if life else None


def _elsewhere(told: Json, account: SlackAccount) -> Subscription | None:
    """A token of another workspace sends, but what is written there is taken for nobody's."""
    of = [as_text(told.get(name)) for name in ("team_id", "enterprise_id")]
    if not any(of) or account.team_id in of:
        return None
    named = " ".join(filter(None, (as_text(told.get("team")), *of)))
    return Subscription(active=False, problem=f"the token is of {named}, not of {account.team_id}")


def _notes(told: Json, response: httpx.Response) -> Iterator[tuple[str, str]]:
    if bot := as_text(told.get("user")):
        yield "bot", bot
    scopes = scopes_of(response)
    missing = [scope for scope in WANTED if scopes is not None and scope not in scopes]
    if missing:
        yield "missing permissions", ", ".join(missing)
