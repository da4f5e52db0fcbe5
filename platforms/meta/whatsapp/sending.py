"""The calls that send: an upload where one is needed, then exactly one message."""

import logging

import httpx

from domain.errors import DeliveryError, OutcomeUnknown, PlatformUnavailable
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.http import call
from platforms.meta.errors import read_answer
from platforms.meta.reading import as_list, as_text
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.errors import RULES
from platforms.meta.whatsapp.files import pending, upload, uploaded
from platforms.meta.whatsapp.outbound import render, render_activity
from platforms.reading import as_object

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: WhatsAppAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    render(message, account)  # what would be refused is refused before anything is uploaded
    ready = await _with_upload(client, account, message, load_media)
    response = await call(client, render(ready, account))
    return read_receipt(response, account, message.id)


def read_receipt(response: httpx.Response, account: WhatsAppAccount, reference: str) -> Receipt:
    """What the answer says: an id means accepted, not delivered. Raises a `DeliveryError`."""
    body = read_answer(response, RULES, account.secrets())
    first = next(iter(as_list(body.get("messages"))), None)
    message_id = as_text(as_object(first).get("id"))
    if message_id is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=message_id, reference=reference)


async def _with_upload(
    client: httpx.AsyncClient,
    account: WhatsAppAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> OutboundMessage:
    found = pending(message.content)
    if found is None:
        return message
    try:
        response = await call(client, upload(*found, account), load_media)
        media_id = as_text(read_answer(response, RULES, account.secrets()).get("id"))
    except OutcomeUnknown as error:
        raise _nothing_sent(error.detail) from None
    if media_id is None:
        raise _nothing_sent("the answer names no file")
    content = uploaded(message.content, media_id)
    return message.model_copy(update={"content": content})


def _nothing_sent(detail: str) -> PlatformUnavailable:
    """An upload that may be lost is harmless: nobody has seen it, and it can be made again."""
    return PlatformUnavailable(f"upload: {detail}")


async def show_activity(
    client: httpx.AsyncClient, account: WhatsAppAccount, last_inbound: str | None
) -> None:
    """Mark read and show typing; needs the contact's last message. Best effort."""
    if not last_inbound:
        return
    try:
        response = await call(client, render_activity(last_inbound, account))
        read_answer(response, RULES, account.secrets())
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
