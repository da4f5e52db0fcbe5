"""Fetches a file that a contact sent, from the provider's own hosts and from where these keep their files.

The address comes with the message, and who wrote the message may have had a hand in it: no other host is asked for
anything, and none but the provider's own sees our credentials.
"""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urljoin

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.http import download
from platforms.sms.account import SmsAccount
from platforms.sms.provider import MediaHosts

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def fetch(
    client: httpx.AsyncClient,
    account: SmsAccount,
    hosts: MediaHosts,
    media: MediaRef,
    max_bytes: int,
) -> FetchedMedia:
    """Raises a `DeliveryError`, `MediaRejected` for a file that is gone, too large, or somewhere else."""
    url, headers = media.url or "", account.authorization
    if not _is_trusted(url, account, hosts):
        raise MediaRejected("the address of the file is not the provider's")
    if hosts.storage and (moved := await _moved(client, url, headers)):
        url = _joined(url, moved)
        if not _is_trusted(url, account, hosts):
            headers = {}
            if not _is_below(url, hosts.storage):
                raise MediaRejected("the file is where the provider keeps none")
    content, declared = await download(client, url, headers=headers, max_bytes=max_bytes)
    mime_type = media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)


async def _moved(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> str | None:
    """Where the provider sends us on to; None: the file is here. Nothing of a body is read."""
    try:
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code in _REDIRECTS:
                return str(response.headers.get("location", ""))
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise PlatformUnavailable(f"HTTP {response.status_code}")
            return None
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"no answer: {type(error).__name__}") from None


def _joined(url: str, moved: str) -> str:
    try:
        return urljoin(url, moved)
    except ValueError:
        return ""


def _is_trusted(url: str, account: SmsAccount, hosts: MediaHosts) -> bool:
    if not account.api_base:
        return _is_below(url, hosts.trusted)
    try:
        target, base = httpx.URL(url), httpx.URL(account.api_base)
    except httpx.InvalidURL:
        return False
    own = (target.scheme, target.host, target.port) == (base.scheme, base.host, base.port)
    return own or _is_below(url, hosts.trusted)


def _is_below(url: str, hosts: Iterable[str]) -> bool:
    """Whether an address is at one of the hosts, or below it; a host may be followed by the beginning of a path."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if target.scheme != "https" or target.port is not None:
        return False
    return any(_matches(target, *place.partition("/")[::2]) for place in hosts)


def _matches(target: httpx.URL, host: str, path: str) -> bool:
    if path:
        return target.host == host and target.path.startswith(f"/{path}")
    return target.host == host or target.host.endswith(f".{host}")
