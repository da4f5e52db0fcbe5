"""Fetches a file that a contact sent, from Discord's own hosts and no other.

https://docs.discord.com/developers/reference#signed-attachment-cdn-urls: a URL is signed, and good for a day or so.
"""

import httpx

from domain.content import MediaRef
from domain.errors import DeliveryError, MediaRejected, MediaTooLarge
from platforms.base import FetchedMedia
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import read_answer
from platforms.http import call, download
from platforms.reading import as_objects, as_text

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_ATTACHMENTS = ("/attachments/", "/ephemeral-attachments/")


async def fetch_media(
    client: httpx.AsyncClient, account: DiscordAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of an inbound file. Raises a `DeliveryError`, `MediaRejected` when it is gone or too large.

    The token goes nowhere near these hosts: the signature in the URL is all they ask for.
    """
    if not media.url:
        raise MediaRejected("the file has no address")
    if media.size is not None and media.size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    url = _own_host(media.url, account)
    try:
        content, declared = await download(client, url, headers={}, max_bytes=max_bytes)
    except MediaRejected:
        fresh = await _refreshed(client, account, url)
        if fresh is None:
            raise
        content, declared = await download(client, fresh, headers={}, max_bytes=max_bytes)
    mime_type = media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)


async def _refreshed(client: httpx.AsyncClient, account: DiscordAccount, url: str) -> str | None:
    """The same attachment under a new signature, where the old one may be over; None when that is not it.

    Not on a page of the documentation: Discord's own apps ask this of `/attachments/refresh-urls`.
    """
    if not httpx.URL(url).path.startswith(_ATTACHMENTS):
        return None
    request = request_of(account, "POST", "/attachments/refresh-urls", {"attachment_urls": [url]})
    try:
        answer = read_answer(await call(client, request), account.secrets())
        found = [as_text(one.get("refreshed")) for one in as_objects(answer.get("refreshed_urls"))]
        fresh = next((one for one in found if one and one != url), None)
        return _own_host(fresh, account) if fresh else None
    except DeliveryError:
        return None


def _own_host(url: str, account: DiscordAccount) -> str:
    """The URL if it leads to Discord, or to the server that stands in for it (`api_base`). Raises `MediaRejected`."""
    try:
        asked, base = httpx.URL(url), httpx.URL(account.api_base)
    except httpx.InvalidURL:
        raise MediaRejected("the file's address is not a URL") from None
    if (asked.scheme, asked.host, asked.port) == (base.scheme, base.host, base.port):
        return url
    if asked.scheme != "https" or asked.host not in HOSTS or asked.port is not None:
        raise MediaRejected("the file is not kept by Discord")
    return url
