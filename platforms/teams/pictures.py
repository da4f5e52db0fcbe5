"""Pictures that go out: by their link, or from our store inside of the message itself.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 (read 2026-08), inline images
"""

import base64
import mimetypes
from urllib.parse import urlsplit

from domain.content import CardContent, MediaContent, MediaRef, MessageContent
from domain.errors import ContentRejected, MediaRejected
from platforms.base import LoadMedia
from platforms.teams.checks import link
from platforms.teams.facts import IMAGE_TYPES, MAX_IMAGE

_UPLOAD = "upload:"
"""Stands for a picture of our store until `send` has read it."""
_BEGINNINGS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


def source(media: MediaRef) -> str:
    """Where Teams finds a picture. Raises `ContentRejected`."""
    if media.key:
        return f"{_UPLOAD}{media.key}"
    if media.url:
        is_inside = media.url.startswith("data:image/")
        return media.url if is_inside else link(media.url, "the link to the picture")
    raise ContentRejected("the message names no picture")


def type_of(media: MediaRef) -> str:
    """The declared type; else what the name or the link look like."""
    declared = (media.mime_type or "").partition(";")[0].strip().lower()
    named = media.filename or urlsplit(source(media)).path
    guessed = declared or mimetypes.guess_type(named)[0] or IMAGE_TYPES[0]
    if guessed not in IMAGE_TYPES:
        raise MediaRejected(f"a picture of type {guessed}: taken are {', '.join(IMAGE_TYPES)}")
    return guessed


def pending(content: MessageContent) -> MediaRef | None:
    """The picture of our store that has to be read before the call. Its link may be one that only we can open."""
    media = content.media if isinstance(content, MediaContent | CardContent) else None
    return media if media is not None and media.key else None


async def loaded(content: MessageContent, media: MediaRef, load_media: LoadMedia) -> MessageContent:
    """The content with its picture inside. Raises `MediaRejected` for what Teams would not show."""
    body = await load_media(media.key or "")
    if len(body) > MAX_IMAGE:
        raise MediaRejected(f"a picture of {len(body)} bytes: the limit is {MAX_IMAGE} bytes")
    kind = next((kind for begins, kind in _BEGINNINGS.items() if body.startswith(begins)), None)
    if kind is None:
        raise MediaRejected(f"not a picture of type {', '.join(IMAGE_TYPES)}")
    url = f"data:{kind};base64,{base64.b64encode(body).decode()}"
    inside = media.model_copy(update={"key": None, "url": url, "mime_type": kind})
    return content.model_copy(update={"media": inside})
