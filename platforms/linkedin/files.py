"""Files both ways: asked for a place, put there, named in the message; and what members chose to show.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
https://learn.microsoft.com/en-us/linkedin/shared/integrations/communications/messages
"""

import mimetypes
from typing import NamedTuple

import httpx

from domain.content import MediaContent, MediaRef, MessageContent
from domain.errors import DeliveryError, MediaRejected, MediaTooLarge, PlatformUnavailable
from platforms.base import FetchedMedia, LoadMedia, OutboundRequest
from platforms.http import download
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import ask, authorization, unversioned, versioned
from platforms.linkedin.errors import about_a_file, check
from platforms.linkedin.facts import LARGEST_FILE
from platforms.reading import Json, as_object, as_text

_RECIPE = "urn:li:digitalmediaRecipe:messaging-attachment"
_MECHANISM = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
_HOST = "linkedin.com"


class Place(NamedTuple):
    """Where the bytes go, and how the file is called there."""

    url: str
    name: str


def pending(content: MessageContent, *, in_public: bool) -> MediaRef | None:
    """The file that must be uploaded before this content can be sent; under a post only pictures are."""
    if not isinstance(content, MediaContent) or (in_public and content.type != "image"):
        return None
    return content.media if content.media.key and not content.media.id else None


def uploaded(content: MessageContent, name: str) -> MessageContent:
    if not isinstance(content, MediaContent):
        return content
    return content.model_copy(update={"media": content.media.model_copy(update={"id": name})})


def ask_for_place(account: LinkedInAccount, *, in_public: bool) -> OutboundRequest:
    """A comment shows an image, a message carries an asset: two ways to the same kind of place."""
    if in_public:
        body: Json = {"initializeUploadRequest": {"owner": account.urn}}
        return versioned(account, "images?action=initializeUpload", body)
    service = {"identifier": "urn:li:userGeneratedContent", "relationshipType": "OWNER"}
    register = {"owner": account.urn, "recipes": [_RECIPE], "serviceRelationships": [service]}
    return unversioned(account, "assets?action=registerUpload", {"registerUploadRequest": register})


async def upload(
    client: httpx.AsyncClient,
    account: LinkedInAccount,
    media: MediaRef,
    load_media: LoadMedia,
    *,
    in_public: bool,
) -> str:
    """The name of a file of ours. Raises a `DeliveryError`, never `OutcomeUnknown`."""
    content = await load_media(media.key or "")
    if len(content) > LARGEST_FILE:
        raise MediaTooLarge(f"{len(content)} bytes: the limit is {LARGEST_FILE} bytes")
    try:
        answer = await ask(client, account, ask_for_place(account, in_public=in_public))
        place = _place(check(answer, account.secrets()), account)
        await _put(client, account, place, content, _type(media))
    except DeliveryError as error:
        raise about_a_file(error) from None
    return place.name


def _place(body: Json, account: LinkedInAccount) -> Place:
    """Only an address of LinkedIn's gets the file, and the token with it."""
    value = as_object(body.get("value"))
    mechanism = as_object(as_object(value.get("uploadMechanism")).get(_MECHANISM))
    url = as_text(value.get("uploadUrl")) or as_text(mechanism.get("uploadUrl"))
    name = as_text(value.get("image")) or as_text(value.get("asset"))
    if url is None or name is None or not _may_take(url, account):
        raise PlatformUnavailable("the answer names no place of LinkedIn's")
    return Place(url, name)


def _may_take(url: str, account: LinkedInAccount) -> bool:
    if account.may_fetch(url):
        return True
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    known = target.host == _HOST or target.host.endswith(f".{_HOST}")
    return known and target.scheme == "https" and target.port is None and not target.userinfo


async def _put(
    client: httpx.AsyncClient,
    account: LinkedInAccount,
    place: Place,
    content: bytes,
    mime_type: str,
) -> None:
    headers = {**authorization(account), "Content-Type": mime_type}
    try:
        answer = await client.put(place.url, headers=headers, content=content)
    except httpx.HTTPError as error:
        raise PlatformUnavailable(f"upload: {type(error).__name__}") from None
    check(answer, account.secrets())


def _type(media: MediaRef) -> str:
    bare = (media.mime_type or "").partition(";")[0].strip().lower()
    guessed = mimetypes.guess_type(media.filename or media.key or "")[0]
    return bare or guessed or "application/octet-stream"


async def fetch_media(
    client: httpx.AsyncClient, account: LinkedInAccount, media: MediaRef, max_bytes: int
) -> FetchedMedia:
    """The bytes of a picture that has an address. What has only a URN is fetched by partners, in a way of their own."""
    if media.url is None or not account.may_fetch(media.url):
        raise MediaRejected("the file has no address of LinkedIn's")
    if media.size is not None and media.size > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    content, declared = await download(client, media.url, headers={}, max_bytes=max_bytes)
    mime_type = media.mime_type or declared
    return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)
