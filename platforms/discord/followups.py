"""What an interaction is still owed: an answer by a call where it came through the Gateway, an end to "thinking".

https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction
"""

import logging
from urllib.parse import quote

import httpx

from domain.errors import DeliveryError
from platforms.base import OutboundRequest
from platforms.discord.account import DiscordAccount
from platforms.discord.answers import Answer
from platforms.discord.checks import within
from platforms.discord.errors import ANSWERED, GONE, read_answer
from platforms.discord.facts import LIMITS
from platforms.http import call

logger = logging.getLogger(__name__)

_FINE = {str(code) for code in (ANSWERED, *GONE)}


def render_callback(
    interaction_id: str, token: str, answer: Answer, account: DiscordAccount
) -> OutboundRequest:
    """The same answer as to a POST, where there is no POST to answer. The token in the URL is all the proof."""
    path = f"/interactions/{quote(interaction_id, safe='')}/{quote(token, safe='')}/callback"
    return OutboundRequest(method="POST", url=f"{account.api_base}{path}", json_body=answer)


def render_completion(token: str, text: str, account: DiscordAccount) -> OutboundRequest:
    """Turns "thinking" into words, within fifteen minutes of the command."""
    application = quote(account.application_id, safe="")
    path = f"/webhooks/{application}/{quote(token, safe='')}/messages/@original"
    words = within(text, LIMITS.text, "the answer to a command")
    fields = {"content": words, "allowed_mentions": {"parse": []}}
    return OutboundRequest(method="PATCH", url=f"{account.api_base}{path}", json_body=fields)


async def deliver(
    client: httpx.AsyncClient, account: DiscordAccount, request: OutboundRequest, token: str
) -> bool:
    """Make one of these calls; whether it was taken, now or before. Best effort: it may be too late."""
    try:
        read_answer(await call(client, request), [*account.secrets(), token])
    except DeliveryError as error:
        if error.vendor_code not in _FINE:
            logger.info("interaction: %s (vendor code %s)", error.code, error.vendor_code)
        return error.vendor_code == str(ANSWERED)
    return True
