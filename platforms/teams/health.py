"""Whether a bot's secret is still good.

That a token is given is all that can be asked: every call of the connector is about one conversation, and the list of
them is not offered in Teams.
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference, "Conversation
operations" (read 2026-08). Where a bot's messages are posted, its messaging endpoint, only Azure tells who manages it.
"""

import httpx

from platforms.abilities import Health
from platforms.oauth import AccessTokens
from platforms.teams.account import TeamsAccount


async def check(client: httpx.AsyncClient, account: TeamsAccount, tokens: AccessTokens) -> Health:
    """One question: for a token, whatever we have. Raises a `DeliveryError`."""
    tokens.forget(account.token_request)
    await tokens.get(client, account.token_request)
    return Health(notes={"checked": "the client secret alone"})
