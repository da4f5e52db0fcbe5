"""The calls that send. Every message has an id of ours: one that is sent twice arrives once."""

import logging
import uuid

import httpx

from domain.errors import ContactUnreachable, DeliveryError
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.rbm.account import RbmAccount
from platforms.rbm.errors import is_repeat, read_answer, unreadable
from platforms.rbm.files import pending, upload, uploaded
from platforms.rbm.outbound import message_id, render, render_event, render_revoke
from platforms.rbm.tokens import ask
from platforms.reading import as_text

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: RbmAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    request = render(message, account)  # what would be refused is refused before any upload
    wanted = pending(message.content)
    if wanted is not None:
        name = await upload(client, account, wanted, load_media)
        content = uploaded(message.content, name)
        request = render(message.model_copy(update={"content": content}), account)
    answer = await ask(client, account, request)
    key = message_id(message.id)
    if not is_repeat(answer):
        body = read_answer(answer, account.secrets())
        if (as_text(body.get("name")) or "").rpartition("/")[2] != key:
            raise unreadable(answer)
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)


async def revoke(client: httpx.AsyncClient, account: RbmAccount, address: str, key: str) -> bool:
    """Take back a message that has not arrived; False when it has, or was never there.

    https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/revoke
    """
    try:
        answer = await ask(client, account, render_revoke(key, address, account))
        read_answer(answer, account.secrets())
    except ContactUnreachable:
        return False
    return True


async def show_activity(
    client: httpx.AsyncClient, account: RbmAccount, address: str, last_inbound: str | None
) -> None:
    """Mark the contact's last message read, then show typing. Best effort: the first refusal ends it."""
    try:
        if last_inbound is not None:
            await _tell(client, account, address, "READ", last_inbound)
        await _tell(client, account, address, "IS_TYPING")
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)


async def _tell(
    client: httpx.AsyncClient,
    account: RbmAccount,
    address: str,
    kind: str,
    read: str | None = None,
) -> None:
    key = str(uuid.uuid4())  # noqa: TID251  edge: the event is this call, and nobody asks for it again
    request = render_event(kind, key, address, account, read)
    read_answer(await ask(client, account, request), account.secrets())
