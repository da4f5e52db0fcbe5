"""Whether an agent's service account works, and where the agent's webhooks go.

Every call of the messaging API is about a person's phone, so the proof is a token that is given anew. What is known of
the agent itself the management API tells, by the brand that it belongs to.
https://developers.google.com/business-communications/rcs-business-messaging/reference/business-communications/rest/v1/brands.agents
https://developers.google.com/business-communications/rcs-business-messaging/guides/management-api/webhooks
"""

import httpx

from platforms.abilities import Health, Subscription
from platforms.asking import about_the_account, if_allowed
from platforms.base import OutboundRequest
from platforms.rbm.account import RbmAccount
from platforms.rbm.errors import read_answer
from platforms.rbm.tokens import MANAGEMENT_SCOPE, TOKENS, ask, token_request
from platforms.reading import Json, as_object, as_objects, as_text
from platforms.subscriptions import comes_here, shown

_ENABLED = "ENABLED"


async def check(client: httpx.AsyncClient, account: RbmAccount, webhook_url: str) -> Health:
    """One question; two more where the brand is known. Raises a `DeliveryError`."""
    proof = token_request(account)
    TOKENS.forget(proof)
    await TOKENS.get(client, proof)
    notes: dict[str, str] = {}
    if account.brand_id is None:
        return Health(notes={"checked": "the service account alone"})
    agent = await if_allowed(_managed(client, account), "agent", notes)
    subscription = None
    if agent is not None:
        found = await if_allowed(_managed(client, account, "/integrations"), "webhook", notes)
        subscription = None if found is None else _subscription(found, webhook_url, notes)
    name = as_text((agent or {}).get("displayName"))
    return Health(name=name, subscription=subscription, notes=notes)


async def _managed(client: httpx.AsyncClient, account: RbmAccount, below: str = "") -> Json:
    """Of the agent, or below it. Raises a `DeliveryError`."""
    agent = account.agent_id.partition("@")[0]  # the management API leaves the domain out
    url = f"{account.management_base}/v1/brands/{account.brand_id}/agents/{agent}{below}"
    request = OutboundRequest(method="GET", url=url)
    with about_the_account():
        answer = await ask(client, account, request, MANAGEMENT_SCOPE)
        return read_answer(answer, account.secrets())


def _subscription(found: Json, webhook_url: str, notes: dict[str, str]) -> Subscription | None:
    """An agent without a webhook of its own uses the partner's, which nobody can be asked for."""
    hooks = [
        (as_text(hook.get("webhookUri")), as_text(one.get("status")) or _ENABLED)
        for one in as_objects(found.get("integrations"))
        if (hook := as_object(one.get("agentWebhookIntegration")))
    ]
    if not hooks:
        notes["webhook"] = "the partner's, which cannot be asked for"
        return None
    here = [one for one in hooks if comes_here(one[0], webhook_url, shared=True)]
    url, status = (here or hooks)[0]
    wrong = f"the webhook is {status}" if status != _ENABLED else None
    problem = wrong if here else f"webhooks go to {shown(url)}"
    return Subscription(active=problem is None, url=shown(url), problem=problem)
