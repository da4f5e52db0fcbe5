"""Files both ways: how one is named in a message, the upload that gives it a name, and what people sent.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/files/create
"""

import mimetypes
from http import HTTPMethod
from urllib.parse import urlencode

import httpx

from domain.content import CardContent, MediaContent, MediaRef, MessageContent
from domain.errors import ContentRejected, MediaRejected, MediaTooLarge, PlatformUnavailable
from platforms.base import FetchedMedia, LoadMedia
from platforms.http import download
from platforms.rbm.account import RbmAccount
from platforms.rbm.checks import bare_type, web_address
from platforms.rbm.errors import read_answer
from platforms.rbm.facts import LARGEST_FILE
from platforms.rbm.tokens import authorization
from platforms.reading import Json, as_text

_DEFAULT_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "document": "application/pdf",
}


def source(media: MediaRef) -> Json:
    """A file by its name at Google, or by its address, which Google fetches without redirects.

    A file that is only in our store shows as `upload:<key>`: `send` replaces it by the name of its upload.
    """
    if media.id:
        return {"uploadedRbmFile": {"fileName": media.id}}
    if media.url:
        url = web_address(media.url, "the link to the file")
        return {"contentInfo": {"fileUrl": url, "forceRefresh": False}}
    if media.key:
        return {"uploadedRbmFile": {"fileName": f"upload:{media.key}"}}
    raise ContentRejected("the message names no file")


def picture_kind(media: MediaRef) -> str:
    """Whether a card's picture moves."""
    return "video" if bare_type(media).startswith("video/") else "image"


def pending(content: MessageContent) -> tuple[str, MediaRef] | None:
    """Kind and place of the file that must be uploaded before this content can be sent."""
    match content:
        case MediaContent(type=kind, media=media):
            found: tuple[str, MediaRef] | None = (kind, media)
        case CardContent(media=MediaRef() as media):
            found = (picture_kind(media), media)
        case _:
            found = None
    if found is None or found[1].id or found[1].url or not found[1].key:
        return None
    return found


def uploaded(content: MessageContent, name: str) -> MessageContent:
    """The content with its file named as the upload was."""
    if isinstance(content, MediaContent | CardContent) and content.media is not None:
        return content.model_copy(update={"media": content.media.model_copy(update={"id": name})})
    return content


async def upload(
    client: httpx.AsyncClient,
    account: RbmAccount,
    wanted: tuple[str, MediaRef],
    load_media: LoadMedia,
) -> str:
    """The name of a file of ours, good for 60 days. Never `OutcomeUnknown`: a file that nobody sees does no harm."""
    kind, media = wanted
    content = await load_media(media.key or "")
    if len(content) > LARGEST_FILE:
        raise MediaTooLarge(f"{len(content)} bytes: the limit is {LARGEST_FILE} bytes")
    guessed = mimetypes.guess_type(media.filename or media.key or "")[0]
    headers = await authorization(client, account)
    headers["Content-Type"] = bare_type(media) or guessed or _DEFAULT_TYPES[kind]
    query = urlencode({"uploadType": "media", "agentId": account.agent_id}, safe="@")
    url = f"{account.root}/upload/v1/files?{query}"
    try:
        answer = await client.request(HTTPMethod.POST, url, headers=headers, content=content)
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"upload: {type(error).__name__}") from None
    return _name(answer, account)


def _name(answer: httpx.Response, account: RbmAccount) -> str:
    if answer.is_server_error:
        raise PlatformUnavailable(f"upload: HTTP {answer.status_code}")
    try:
        body = read_answer(answer, account.secrets())
    except ContentRejected as error:
        raise MediaRejected(error.detail, vendor_code=error.vendor_code) from None
    name = as_text(body.get("name"))
    if name is None:
        raise PlatformUnavailable("upload: the answer names no file")
    return name


async def fetch_media(
    client: httpx.AsyncClient, account: RbmAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of what a person sent. Raises `MediaRejected` when it is gone, too large or not Google's."""
    if media.url is None or not account.may_fetch(media.url):
        raise MediaRejected("the address of the file is not the platform's")
    if media.size is not None and media.size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    content, declared = await download(client, media.url, headers={}, max_bytes=max_bytes)
    mime_type = media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)
