"""A token of the Instagram login lives 60 days, and is exchanged for another that does.

https://developers.facebook.com/documentation/instagram-platform/reference/refresh_access_token: it must be 24 hours old
and not have expired. Nothing says that the old one ends when it is exchanged: it lives on to its own end.
"""

import httpx

from platforms.abilities import Refreshed
from platforms.meta.instagram.account import InstagramAccount
from platforms.meta.tokens import exchange


async def refresh(client: httpx.AsyncClient, account: InstagramAccount) -> Refreshed | None:
    """None: tokens of pages do not end by themselves. Raises a `DeliveryError`."""
    if account.login != "instagram":
        return None
    token = account.access_token.get_secret_value()
    query = {"grant_type": "ig_refresh_token", "access_token": token}
    # Documented without a version, and with the token in the query only.
    address = f"{account.api_base}/refresh_access_token"
    made = await exchange(client, account, address, query)
    settings = {"access_token": made.token, "token_expires_at": made.expires_at.isoformat()}
    return Refreshed(settings=settings, expires_at=made.expires_at)
