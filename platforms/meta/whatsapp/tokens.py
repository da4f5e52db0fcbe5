"""A system user's token that was made to end does so after 60 days, and is exchanged for another before.

https://developers.facebook.com/docs/business-management-apis/system-users/install-apps-and-generate-tokens: an app does
it, by its id and secret. The old one lives on to its own end.
"""

import httpx

from platforms.abilities import Refreshed
from platforms.meta.tokens import exchange, token_facts
from platforms.meta.whatsapp.account import WhatsAppAccount


async def refresh(client: httpx.AsyncClient, account: WhatsAppAccount) -> Refreshed | None:
    """None: the token does not end, or without `app_id` nobody can tell. Raises a `DeliveryError`."""
    facts = await token_facts(client, account)
    if facts is None or account.app_id is None or facts.expires_at is None:
        return None
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": account.app_id,
        "client_secret": account.app_secret.get_secret_value(),
        "set_token_expires_in_60_days": "true",
        "fb_exchange_token": account.access_token.get_secret_value(),
    }
    made = await exchange(client, account, f"{account.root}/oauth/access_token", query)
    return Refreshed(settings={"access_token": made.token}, expires_at=made.expires_at)
