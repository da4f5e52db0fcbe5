"""The calls that send: an upload where one is needed, then exactly one message."""

import logging
from typing import Any

import httpx

from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    WindowClosed,
)
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.http import call
from platforms.meta.errors import read_answer
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.files import pending, upload, uploaded
from platforms.meta.messaging.outbound import render, render_activity
from platforms.meta.reading import as_text

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: MessagingAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
    dialect: Dialect,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    render(
        message, account, dialect
    )  # what would be refused is refused before anything is uploaded
    ready = await _with_upload(client, account, message, load_media, dialect)
    response = await call(client, render(ready, account, dialect))
    body = _answer(response, account, dialect)
    message_id = as_text(body.get("message_id"))
    if message_id is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=message_id, reference=message.id)


def _answer(
    response: httpx.Response, account: MessagingAccount, dialect: Dialect
) -> dict[str, Any]:
    """Code 10 is a missing permission, but without a subcode it may also mean that the window is closed."""
    try:
        return read_answer(response, dialect.rules, account.secrets())
    except ChannelUnauthorized as error:
        if error.vendor_code == "10" and "allowed window" in error.detail.casefold():
            raise WindowClosed(error.detail, vendor_code=error.vendor_code) from None
        raise


async def _with_upload(
    client: httpx.AsyncClient,
    account: MessagingAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
    dialect: Dialect,
) -> OutboundMessage:
    content = pending(message.content)
    if content is None:
        return message
    try:
        response = await call(client, upload(content, account, dialect), load_media)
        body = read_answer(response, dialect.rules, account.secrets())
    except OutcomeUnknown as error:
        raise _nothing_sent(error.detail) from None
    attachment_id = as_text(body.get("attachment_id"))
    if attachment_id is None:
        raise _nothing_sent("the answer names no file")
    return message.model_copy(update={"content": uploaded(content, attachment_id)})


def _nothing_sent(detail: str) -> PlatformUnavailable:
    """An upload that may be lost is harmless: nobody has seen it, and it can be made again."""
    return PlatformUnavailable(f"upload: {detail}")


ACTIVITY = ("mark_seen", "typing_on")
"""https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sender-actions"""


async def show_activity(
    client: httpx.AsyncClient, account: MessagingAccount, address: str, dialect: Dialect
) -> None:
    """Mark read, then show typing for up to 20 s; each is a call of its own. Best effort."""
    try:
        for action in ACTIVITY:
            response = await call(client, render_activity(action, address, account))
            read_answer(response, dialect.rules, account.secrets())
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
