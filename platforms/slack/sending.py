"""The calls that send: a message is one; a file is put in its place first, and then shared by one."""

import logging

import httpx

from domain.content import MediaRef
from domain.errors import DeliveryError, OutcomeUnknown, PlatformUnavailable
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.http import call, from_status
from platforms.reading import Json, as_object, as_objects
from platforms.slack.account import SlackAccount
from platforms.slack.calls import ask
from platforms.slack.errors import read_answer
from platforms.slack.outbound import render, render_activity
from platforms.slack.people import message_id, place_of
from platforms.slack.reading import as_text
from platforms.slack.uploads import ask_for_place, pending, put, uploaded

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: SlackAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    request = render(message, account)  # what would be refused is refused before any upload
    media = pending(message.content)
    if media is None:
        body = read_answer(await call(client, request), account.secrets())
        return _receipt(message, _posted(body, message.address))
    file_id = await _upload(client, account, media, load_media)
    content = uploaded(message.content, file_id)
    ready = message.model_copy(update={"content": content})
    read_answer(await call(client, render(ready, account)), account.secrets())
    return _receipt(message, await _share_of(client, account, file_id, message.address))


def _receipt(message: OutboundMessage, key: str) -> Receipt:
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)


def _posted(body: Json, address: str) -> str:
    """The id of a posted message. A message to a person (`U…`) is in the channel that the answer names."""
    channel = as_text(body.get("channel")) or place_of(address).channel
    key = message_id(channel, as_text(body.get("ts")))
    if key is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(httpx.codes.OK))
    return key


async def _upload(
    client: httpx.AsyncClient, account: SlackAccount, media: MediaRef, load_media: LoadMedia
) -> str:
    """The id of the file, which nobody sees yet. Raises a `DeliveryError`, never `OutcomeUnknown`."""
    content = await load_media(media.key or "")

    async def loaded(key: str) -> bytes:
        return content

    try:
        asked = await call(client, ask_for_place(media, len(content), account))
        place = read_answer(asked, account.secrets())
        url, file_id = as_text(place.get("upload_url")), as_text(place.get("file_id"))
        if url is None or file_id is None or not account.is_of_slack(url):
            raise PlatformUnavailable("upload: the answer names no place of Slack's")
        answer = await call(client, put(media, url), loaded)
        if not answer.is_success:
            raise from_status(answer)
    except OutcomeUnknown as error:
        # A file that may be there and is shared nowhere does no harm: it can be put there again.
        raise PlatformUnavailable(f"upload: {error.detail}") from None
    return file_id


async def _share_of(
    client: httpx.AsyncClient, account: SlackAccount, file_id: str, address: str
) -> str:
    """The id of the message that a file was shared with, which only the file itself tells, and not always at once.

    https://docs.slack.dev/reference/methods/files.info, `shares`. Until it does, the file's own id stands for it.
    """
    channel = place_of(address).channel
    try:
        answer = await call(client, ask("files.info", {"file": file_id}, account))
        file = as_object(read_answer(answer, account.secrets()).get("file"))
    except DeliveryError as error:
        logger.info("share not looked up: %s (vendor code %s)", error.code, error.vendor_code)
        file = {}
    return _message_of(file, channel) or f"{channel}:{file_id}"


def _message_of(file: Json, channel: str) -> str | None:
    """The message in that channel; for a file sent to a person, in the only one there is."""
    for places in as_object(file.get("shares")).values():
        for key, shares in as_object(places).items():
            if key == channel or channel[:1] in {"U", "W"}:
                for share in as_objects(shares):
                    return message_id(key, as_text(share.get("ts")))
    return None


async def show_activity(client: httpx.AsyncClient, account: SlackAccount, address: str) -> None:
    """Show typing in a thread. Best effort."""
    request = render_activity(address, account)
    if request is None:
        return
    try:
        read_answer(await call(client, request), account.secrets())
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
