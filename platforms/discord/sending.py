"""The calls that send: a direct channel where one is needed, then exactly one message."""

import logging

import httpx

from domain.content import MediaContent
from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of, typing_path
from platforms.discord.direct import DirectChannels
from platforms.discord.errors import read_answer
from platforms.discord.followups import end_thinking
from platforms.discord.outbound import render
from platforms.discord.uploads import is_voice
from platforms.discord.voice import seconds_of
from platforms.http import call
from platforms.reading import as_text

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: DiscordAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
    channels: DirectChannels,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    render(message, account)  # what would be refused is refused before anything is asked
    ready, seconds, load = await _measured(message, load_media)
    if not ready.thread:
        address = await channels.resolve(client, account, ready.address)
        ready = ready.model_copy(update={"address": address})
    response = await call(client, render(ready, account, seconds=seconds), load)
    answer = read_answer(response, account.secrets())
    key = as_text(answer.get("id"))
    if key is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))
    await end_thinking(client, account, message, key)
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)


async def _measured(
    message: OutboundMessage, load_media: LoadMedia
) -> tuple[OutboundMessage, float | None, LoadMedia]:
    """A voice message with its length; one that cannot be measured goes as a file. The file is read once."""
    content = message.content
    if not isinstance(content, MediaContent) or not is_voice(content) or not content.media.key:
        return message, None, load_media
    body = await load_media(content.media.key)

    async def loaded(key: str) -> bytes:
        return body

    seconds = seconds_of(body)
    if seconds is None:
        plain = content.model_copy(update={"voice": False})
        return message.model_copy(update={"content": plain}), None, loaded
    return message, seconds, loaded


async def show_activity(
    client: httpx.AsyncClient, account: DiscordAccount, address: str, channels: DirectChannels
) -> None:
    """Show typing, for ten seconds or until the next message. Best effort."""
    try:
        channel = await channels.resolve(client, account, address)
        request = request_of(account, "POST", typing_path(channel))
        read_answer(await call(client, request), account.secrets())
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
