"""Who can be reached, and what their device can show: asked before a conversation begins.

https://developers.google.com/business-communications/rcs-business-messaging/guides/build/capabilities
"""

import uuid
from collections.abc import Sequence

import httpx

from domain.errors import ContactUnreachable, ContentRejected
from platforms.base import OutboundRequest
from platforms.rbm.account import RbmAccount
from platforms.rbm.calls import about, number
from platforms.rbm.errors import read_answer
from platforms.rbm.tokens import ask
from platforms.reading import as_list, as_text

# reference/rest/v1/users/batchGet
FEWEST_ASKED = 500
MOST_ASKED = 10_000


async def features(
    client: httpx.AsyncClient, account: RbmAccount, address: str
) -> frozenset[str] | None:
    """What this person's device can show (`RICHCARD_CAROUSEL`, …); None: the agent cannot reach them by RCS.

    Raises a `DeliveryError`. Good for about a day.
    """
    key = str(uuid.uuid4())  # noqa: TID251  edge: the question is this call
    request = about(address, "capabilities", account, method="GET", requestId=key)
    try:
        body = read_answer(await ask(client, account, request), account.secrets())
    except ContactUnreachable:
        return None
    found = (as_text(name) for name in as_list(body.get("features")))
    return frozenset(name for name in found if name)


async def reachable(
    client: httpx.AsyncClient, account: RbmAccount, addresses: Sequence[str]
) -> frozenset[str]:
    """Which of 500 to 10,000 numbers had RCS in the last 31 days. Raises a `DeliveryError`."""
    numbers = list(dict.fromkeys(map(number, addresses)))
    if not FEWEST_ASKED <= len(numbers) <= MOST_ASKED:
        raise ContentRejected(f"ask for {FEWEST_ASKED} to {MOST_ASKED} numbers at a time")
    request = OutboundRequest(
        method="POST",
        url=f"{account.root}/v1/users:batchGet",
        json_body={"users": numbers, "agentId": account.agent_id},
    )
    body = read_answer(await ask(client, account, request), account.secrets())
    found = (as_text(user) for user in as_list(body.get("reachableUsers")))
    return frozenset(user for user in found if user)
