"""Fetches a file that a contact shared, with the token, from Slack and from nowhere else.

https://docs.slack.dev/reference/objects/file-object: `url_private_download`
"""

import httpx

from domain.content import MediaRef
from domain.errors import (
    ContentRejected,
    MediaRejected,
    MediaTooLarge,
    OutcomeUnknown,
    PlatformUnavailable,
)
from platforms.base import FetchedMedia
from platforms.http import call, download
from platforms.reading import as_object
from platforms.slack.account import SlackAccount
from platforms.slack.attachments import read_file
from platforms.slack.calls import ask
from platforms.slack.errors import read_answer

_PAGE = "text/html"


async def fetch_media(
    client: httpx.AsyncClient, account: SlackAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of an inbound file. Raises a `DeliveryError`, `MediaRejected` when it is gone, elsewhere or too large.

    Files of shared channels come without an address, and that of others may have changed: then it is looked up.
    """
    if media.url and account.is_of_slack(media.url):
        try:
            return await _download(client, account, media, max_bytes)
        except MediaRejected:
            if media.id is None or (media.size or 0) > max_bytes:
                raise
    return await _download(client, account, await _look_up(client, account, media), max_bytes)


async def _look_up(client: httpx.AsyncClient, account: SlackAccount, media: MediaRef) -> MediaRef:
    """https://docs.slack.dev/reference/methods/files.info. Raises `MediaRejected` for what is not at Slack."""
    if media.id is None:
        raise MediaRejected("the file has no id, and its address is not Slack's")
    try:
        answer = await call(client, ask("files.info", {"file": media.id}, account))
        body = read_answer(answer, account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"file not looked up: {error.detail}") from None
    except ContentRejected as error:
        raise MediaRejected(error.detail, vendor_code=error.vendor_code) from None
    found = read_file(as_object(body.get("file")))
    if found.type == "unsupported":
        raise MediaRejected("the file is gone")
    if found.media.url is None or not account.is_of_slack(found.media.url):
        raise MediaRejected("the file is not kept at Slack")
    filename = media.filename or found.media.filename
    return found.media.model_copy(update={"filename": filename})


async def _download(
    client: httpx.AsyncClient, account: SlackAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    if media.size is not None and media.size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    content, declared = await download(
        client, media.url or "", headers=account.authorization, max_bytes=max_bytes
    )
    if declared == _PAGE and (media.mime_type != _PAGE or len(content) != media.size):
        # With a token that may not read files Slack answers 200 and shows a page to log in.
        raise MediaRejected("Slack shows a page instead: the token lacks files:read")
    mime_type = media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)
