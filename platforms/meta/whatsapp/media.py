"""Fetches a file that a contact sent: id -> short-lived address -> bytes.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

from http import HTTPMethod
from typing import NamedTuple

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected, MediaTooLarge, OutcomeUnknown, PlatformUnavailable
from platforms.base import FetchedMedia, OutboundRequest
from platforms.http import call, download
from platforms.meta.errors import read_answer
from platforms.meta.reading import as_number, as_text
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.errors import MEDIA_RULES


class _Place(NamedTuple):
    """Where a file is for the next five minutes."""

    url: str
    mime_type: str | None


async def fetch_media(
    client: httpx.AsyncClient, account: WhatsAppAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of an inbound file. Raises a `DeliveryError`, `MediaRejected` when it is gone or too large.

    Addresses expire after five minutes, so a refused one is looked up once more.
    """
    given = media.url if media.url and account.may_receive_token(media.url) else None
    if given is None:
        place = await _look_up(client, account, media, max_bytes)
    else:
        place = _Place(given, media.mime_type)
    try:
        return await _download(client, account, place, media, max_bytes)
    except MediaRejected:
        if media.id is None:
            raise
    place = await _look_up(client, account, media, max_bytes)
    return await _download(client, account, place, media, max_bytes)


async def _look_up(
    client: httpx.AsyncClient, account: WhatsAppAccount, media: MediaRef, max_bytes: int
) -> _Place:
    """Raises `MediaRejected` for ids that are gone, files too large, and addresses that are not Meta's."""
    if media.id is None:
        raise MediaRejected("the file has no id, and its address is not the platform's")
    request = OutboundRequest(
        method=HTTPMethod.GET, url=account.media_node(media.id), headers=account.authorization
    )
    try:
        answer = read_answer(await call(client, request), MEDIA_RULES, account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"file not looked up: {error.detail}") from None
    size, url = as_number(answer.get("file_size")), as_text(answer.get("url"))
    if size is not None and size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    if url is None or not account.may_receive_token(url):
        raise MediaRejected("the address of the file is not the platform's")
    return _Place(url, as_text(answer.get("mime_type")))


async def _download(
    client: httpx.AsyncClient,
    account: WhatsAppAccount,
    place: _Place,
    media: MediaRef,
    max_bytes: int,
) -> FetchedMedia:
    content, declared = await download(
        client, place.url, headers=account.authorization, max_bytes=max_bytes
    )
    mime_type = place.mime_type or media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)
