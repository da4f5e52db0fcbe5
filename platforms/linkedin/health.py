"""Whether a Page's or a member's token works, and whether the Page's webhooks come here.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications:
each administrator subscribes for themselves, and a token tells of the subscriptions of whoever gave it.
"""

from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from domain.errors import PlatformUnavailable
from platforms.abilities import Health, Subscription
from platforms.asking import about_the_account, if_allowed
from platforms.base import OutboundRequest
from platforms.http import answered_at
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import ask, token_of, versioned
from platforms.linkedin.errors import check as read_answer
from platforms.linkedin.feeds import MEMBER
from platforms.linkedin.profiles import name_of, path_of
from platforms.linkedin.reading import as_moment
from platforms.linkedin.tokens import token_facts
from platforms.reading import Json, as_objects, as_text
from platforms.subscriptions import comes_here, shown

_EVENTS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
_UNTOLD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""The token was recognised: a bad one is a 401, before anything else is looked at."""


async def check(client: httpx.AsyncClient, account: LinkedInAccount, webhook_url: str) -> Health:
    """Up to three questions. Raises a `DeliveryError`."""
    facts = await token_facts(client, account)
    notes = {"permissions": facts.permissions} if facts and facts.permissions else {}
    name = await _name(client, account)
    subscription = None
    if not account.urn.startswith(MEMBER):
        question = _subscription(client, account, webhook_url)
        subscription = await if_allowed(question, "webhook", notes)
    return Health(
        name=name,
        token_expires_at=facts.expires_at if facts else None,
        subscription=subscription,
        notes=notes,
    )


async def _name(client: httpx.AsyncClient, account: LinkedInAccount) -> str | None:
    """Its own. Few apps may ask for a member's, and they are no worse for it."""
    path = path_of(account.urn)
    if path is None:
        return None
    with about_the_account():
        answer = await ask(client, account, versioned(account, path, method="GET"))
        if answer.status_code in _UNTOLD:
            return None
        return name_of(_object(answer, account))


async def _subscription(
    client: httpx.AsyncClient, account: LinkedInAccount, webhook_url: str
) -> Subscription:
    with about_the_account():
        answer = await ask(client, account, _question(account))
        found = _object(answer, account)
    if not isinstance(found.get("elements"), list):
        raise PlatformUnavailable("the answer is no list of subscriptions")
    own = [one for one in as_objects(found["elements"]) if one.get("entity") == account.urn]
    here = [one for one in own if comes_here(as_text(one.get("webhook")), webhook_url, shared=True)]
    if not own:
        return Subscription(
            active=False,
            problem="who gave the token is not subscribed to the Page's notifications",
        )
    url = as_text((here or own)[0].get("webhook"))
    problem = _problem(here, url, answered_at(answer))
    return Subscription(active=problem is None, url=shown(url), problem=problem)


def _problem(here: list[Json], url: str | None, now: datetime) -> str | None:
    if not here:
        return f"notifications go to {shown(url)}"
    ends = [as_moment(one.get("expiresAt")) for one in here]
    if all(end is not None and end <= now for end in ends):
        latest = max(end for end in ends if end is not None)
        return f"the subscription ended at {latest.astimezone(UTC).isoformat()}"
    return None


def _question(account: LinkedInAccount) -> OutboundRequest:
    path = f"eventSubscriptions?q=subscriberAndEventType&eventType={_EVENTS}"
    return versioned(account, path, method="GET")


def _object(answer: httpx.Response, account: LinkedInAccount) -> Json:
    found = read_answer(answer, [*account.secrets(), token_of(account)])
    if not found:
        raise PlatformUnavailable("the answer is not readable")
    return found
