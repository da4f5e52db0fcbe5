"""Fetches a file that a contact sent: id -> path, good for an hour -> bytes.

https://core.telegram.org/bots/api#getfile
"""

import mimetypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

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
from platforms.telegram.account import TelegramAccount
from platforms.telegram.calls import Call, request_of
from platforms.telegram.errors import read_result
from platforms.telegram.facts import MEGABYTE

MAX_DOWNLOAD = 20 * MEGABYTE
"""https://core.telegram.org/bots/api#getfile: bots download files of up to 20 MB."""


async def fetch_media(
    client: httpx.AsyncClient, account: TelegramAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of an inbound file. Raises a `DeliveryError`, `MediaRejected` when it is gone or too large."""
    if not media.id:
        raise MediaRejected("the file has no id")
    limit = min(max_bytes, MAX_DOWNLOAD)
    _fits(media.size, limit)
    path = await _path(client, account, media.id, limit)
    token = account.token.get_secret_value()
    url = f"{account.api_base}/file/bot{token}/{quote(path)}"
    content, declared = await download(client, url, headers={}, max_bytes=limit)
    # Telegram declares every file to be `application/octet-stream`.
    mime_type = media.mime_type or _guessed(path) or declared
    filename = media.filename or PurePosixPath(path).name
    return FetchedMedia(content=content, mime_type=mime_type, filename=filename)


async def _path(
    client: httpx.AsyncClient, account: TelegramAccount, file_id: str, limit: int
) -> str:
    """Where the file is for the next hour. Asked for anew each time: an old path answers 404."""
    request = request_of(Call("getFile", {"file_id": file_id}), account)
    try:
        result = read_result(await call(client, request), account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"file not looked up: {error.detail}") from None
    except ContentRejected as error:  # asked for a file, a bad request speaks of the file
        raise MediaRejected(error.detail, vendor_code=error.vendor_code) from None
    fields = as_object(result)
    _fits(fields.get("file_size"), limit)
    return _relative(fields.get("file_path"))


def _fits(size: Any, limit: int) -> None:
    if type(size) is int and size > limit:
        raise MediaTooLarge(f"larger than {limit} bytes")


def _relative(path: Any) -> str:
    """A path below the bot's files. A Bot API server in local mode names one of its own disk, which is no address."""
    if not isinstance(path, str) or not path:
        raise MediaRejected("the file cannot be downloaded any more")
    if path.startswith("/") or ".." in PurePosixPath(path).parts:
        raise MediaRejected("the Bot API server names no path that can be downloaded")
    return path


_MORE_TYPES = {".oga": "audio/ogg", ".tgs": "application/x-tgsticker", ".webp": "image/webp"}
"""Extensions that Telegram gives and that not every system's list knows."""


def _guessed(path: str) -> str | None:
    return _MORE_TYPES.get(PurePosixPath(path).suffix.lower()) or mimetypes.guess_type(path)[0]
