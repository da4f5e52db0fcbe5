"""Direct messages come by no webhook: a member's changelog is asked for them, a page at a time.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/member-changelog-api
"""

from typing import NamedTuple
from urllib.parse import urlencode

import httpx

from domain.errors import OutcomeUnknown, PlatformUnavailable
from domain.events import InboundEvent
from platforms.base import OutboundRequest, WebhookRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import ask, versioned
from platforms.linkedin.errors import check
from platforms.linkedin.inbound import parse
from platforms.linkedin.reading import as_size
from platforms.reading import as_list, as_object

MOST_AT_ONCE = 50
ADVISED = 10


class Page(NamedTuple):
    """What one call told, and from where the next one asks on."""

    events: list[InboundEvent]
    cursor: int
    """Milliseconds. The next page begins with this moment: what it repeats is known by its ids."""


def render_poll(account: LinkedInAccount, since: int, count: int = ADVISED) -> OutboundRequest:
    """`since` in milliseconds, at most 28 days ago."""
    query = urlencode(
        {"q": "memberAndApplication", "startTime": since, "count": min(count, MOST_AT_ONCE)}
    )
    return versioned(account, f"memberChangeLogs?{query}", method="GET")


async def poll(
    client: httpx.AsyncClient, account: LinkedInAccount, since: int, count: int = ADVISED
) -> Page:
    """The changes since then. Raises a `DeliveryError`; asking once more does no harm."""
    try:
        answer = await ask(client, account, render_poll(account, since, count))
        body = check(answer, account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"not polled: {error.detail}") from None
    if "elements" not in body:
        raise PlatformUnavailable("not polled: the answer is no page")
    moments = (as_size(as_object(each).get("processedAt")) for each in as_list(body["elements"]))
    cursor = max([since, *(moment for moment in moments if moment)])
    return Page(parse(WebhookRequest(body=answer.content)), cursor)
