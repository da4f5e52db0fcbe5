"""Fetches a file that a contact sent, from the signed address that came with the message.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messages
"""

from http import HTTPStatus
from typing import NamedTuple

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.http import read_within
from platforms.meta.messaging.account import MessagingAccount

_MOST_REDIRECTS = 3


class _Found(NamedTuple):
    content: bytes
    mime_type: str


async def fetch_media(
    client: httpx.AsyncClient, account: MessagingAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of an inbound file. Raises `MediaRejected` when it is gone, too large, or not on Meta's hosts.

    No token goes along: the address itself is the permission, and it lapses.
    """
    url = media.url or ""
    for _ in range(_MOST_REDIRECTS + 1):
        if not account.may_fetch(url):
            raise MediaRejected("the address of the file is not the platform's")
        found = await _get(client, url, max_bytes)
        if isinstance(found, _Found):
            mime_type = media.mime_type or found.mime_type
            return FetchedMedia(content=found.content, mime_type=mime_type, filename=media.filename)
        url = found
    raise MediaRejected("the address of the file leads from one to the next")


async def _get(client: httpx.AsyncClient, url: str, max_bytes: int) -> _Found | str:
    """The file, or the address that has it. Redirects are followed by hand: each must be Meta's too."""
    try:
        async with client.stream("GET", url, follow_redirects=False) as response:
            if response.next_request is not None:
                return str(response.next_request.url)
            _check(response.status_code)
            declared = response.headers.get("content-type", "application/octet-stream")
            content = await read_within(response, max_bytes)
            return _Found(content, declared.split(";")[0].strip())
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"no answer: {type(error).__name__}") from None


def _check(status: int) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PlatformUnavailable(f"HTTP {status}")
    if status != HTTPStatus.OK:
        raise MediaRejected(f"HTTP {status}")
