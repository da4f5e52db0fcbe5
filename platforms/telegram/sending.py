"""The one call that sends, and the one that shows we are typing."""

import logging
from typing import Any

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage, OutboundRequest
from platforms.http import call
from platforms.reading import as_object
from platforms.telegram.account import TelegramAccount
from platforms.telegram.errors import read_result
from platforms.telegram.outbound import render, render_activity, render_answer

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: TelegramAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    response = await call(client, render(message, account), load_media)
    result = read_result(response, account.secrets())
    return Receipt(
        status=ReceiptStatus.SENT,
        message_external_id=_external_id(result, message.address),
        reference=message.id,
    )


def _external_id(result: Any, address: str) -> str:
    """Message numbers count within a chat, so the chat belongs to the id. Raises `OutcomeUnknown`.

    A 0 has been seen where nothing was sent. https://core.telegram.org/bots/api#message
    """
    fields = as_object(result)
    number = fields.get("message_id")
    if type(number) is not int or number <= 0:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(httpx.codes.OK))
    named = as_object(fields.get("chat")).get("id")
    return f"{named if type(named) is int else address}:{number}"


async def show_activity(client: httpx.AsyncClient, account: TelegramAccount, address: str) -> None:
    """Show typing. Best effort."""
    await _try(client, account, render_activity(address, account))


async def answer_callback(
    client: httpx.AsyncClient, account: TelegramAccount, query_id: str
) -> None:
    """Acknowledge a press by the `callback_query_id` of its event's details. Best effort: it may be too late."""
    await _try(client, account, render_answer(query_id, account))


async def _try(
    client: httpx.AsyncClient, account: TelegramAccount, request: OutboundRequest
) -> None:
    try:
        read_result(await call(client, request), account.secrets())
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
