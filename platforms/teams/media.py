"""Fetches a file that a contact sent: pictures from the connector with our token, files from where people keep them.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 (read 2026-08): the address of a file is
good for minutes, and brings its own permission. The token goes to connectors only, and to nowhere they send us on to.
"""

from http import HTTPStatus
from urllib.parse import urljoin

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected, MediaTooLarge, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.http import read_within
from platforms.oauth import AccessTokens
from platforms.teams.account import TeamsAccount
from platforms.teams.calls import authorization

_MOST_REDIRECTS = 3
_PAGE = "text/html"


async def fetch_media(
    client: httpx.AsyncClient,
    account: TeamsAccount,
    media: MediaRef,
    max_bytes: int,
    tokens: AccessTokens,
) -> FetchedMedia:
    """The bytes of an inbound file. Raises `MediaRejected` when it is gone, elsewhere or too large."""
    if not media.url:
        raise MediaRejected("the file has no address")
    if media.size is not None and media.size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    url, headers = media.url, {}
    if account.is_service(url):
        headers = authorization(await tokens.get(client, account.token_request))
    for _ in range(_MOST_REDIRECTS + 1):
        if not (account.is_service(url) or account.is_file(url)):
            raise MediaRejected("the file is not kept by Microsoft")
        found = await _get(client, url, headers, max_bytes)
        if isinstance(found, FetchedMedia):
            return _named(found, media)
        url, headers = found, {}
    raise MediaRejected("the address of the file leads from one to the next")


def _named(found: FetchedMedia, media: MediaRef) -> FetchedMedia:
    if found.mime_type == _PAGE and media.mime_type != _PAGE:
        # A file of a channel, or an address that is over: people are shown a page to log in.
        raise MediaRejected("a page is shown instead of the file")
    mime_type = media.mime_type or found.mime_type
    return found.model_copy(update={"mime_type": mime_type, "filename": media.filename})


async def _get(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], max_bytes: int
) -> FetchedMedia | str:
    """The file, or the address that has it. Redirects are followed by hand: each must be Microsoft's too."""
    try:
        async with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
            if response.is_redirect:
                return _joined(url, response.headers.get("location", ""))
            _check(response.status_code)
            declared = response.headers.get("content-type", "application/octet-stream")
            content = await read_within(response, max_bytes)
            return FetchedMedia(content=content, mime_type=declared.split(";")[0].strip())
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"no answer: {type(error).__name__}") from None


def _joined(url: str, moved: str) -> str:
    try:
        return urljoin(url, moved)
    except ValueError:
        return ""


def _check(status: int) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PlatformUnavailable(f"HTTP {status}")
    if status != HTTPStatus.OK:
        raise MediaRejected(f"HTTP {status}")
