"""What an interaction is still owed: an answer by a call where it came through the Gateway, an end to "thinking".

https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction
"""

import asyncio
import logging
from datetime import timedelta
from urllib.parse import quote

import httpx

from domain.errors import DeliveryError
from platforms.base import OutboundMessage, OutboundRequest
from platforms.discord.account import DiscordAccount
from platforms.discord.answers import Answer
from platforms.discord.errors import ANSWERED, GONE, read_answer
from platforms.discord.interactions import INTERACTION
from platforms.discord.people import made_at
from platforms.http import call
from platforms.reading import as_object, as_text

logger = logging.getLogger(__name__)

GOOD_FOR = timedelta(minutes=15)
"""https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages."""
_PATIENCE = 5.0
"""Seconds: the message itself is sent already, and whoever sent it waits."""
_UNKNOWN_MESSAGE = 10008
_FINE = {str(code) for code in (ANSWERED, _UNKNOWN_MESSAGE, *GONE)}


def render_callback(
    interaction_id: str, token: str, answer: Answer, account: DiscordAccount
) -> OutboundRequest:
    """The same answer as to a POST, where there is no POST to answer. The token in the URL is all the proof."""
    path = f"/interactions/{quote(interaction_id, safe='')}/{quote(token, safe='')}/callback"
    return OutboundRequest(method="POST", url=f"{account.api_base}{path}", json_body=answer)


def render_removal(token: str, account: DiscordAccount) -> OutboundRequest:
    """Takes "thinking" away. Turned into words, it would show the first message of an answer and hide the others."""
    application = quote(account.application_id, safe="")
    path = f"/webhooks/{application}/{quote(token, safe='')}/messages/@original"
    return OutboundRequest(method="DELETE", url=f"{account.api_base}{path}")


def thinking_of(message: OutboundMessage, sent: str) -> str | None:
    """The token of what this message, which was just sent, answers, while it is good: by the times in both ids."""
    interaction = as_object((message.answers or {}).get(INTERACTION))
    token, asked = as_text(interaction.get("token")), made_at(as_text(interaction.get("id")))
    answered = made_at(sent)
    if token is None or asked is None or answered is None or answered - asked > GOOD_FOR:
        return None
    return token


async def end_thinking(
    client: httpx.AsyncClient, account: DiscordAccount, message: OutboundMessage, sent: str
) -> None:
    """Once somebody has been answered, they are no longer shown that they will be. Best effort, and safe to repeat."""
    token = thinking_of(message, sent)
    if token is None or account.command_answer is not None:
        return
    try:
        async with asyncio.timeout(_PATIENCE):
            await deliver(client, account, render_removal(token, account), token)
    except TimeoutError:
        logger.info("interaction: nobody answered; it is shown until it ends by itself")


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
