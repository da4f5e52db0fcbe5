"""Files that came with a message or a command, and stickers.

https://docs.discord.com/developers/resources/message#attachment-object
https://docs.discord.com/developers/resources/sticker#sticker-object-sticker-format-types
"""

import mimetypes
import re
from typing import Literal, NamedTuple

from domain.content import MediaContent, MediaRef
from platforms.discord.reading import as_number, as_size
from platforms.reading import Json, as_objects, as_text

VOICE_MESSAGE = 1 << 13
"""https://docs.discord.com/developers/resources/message#message-object-message-flags"""

CDN = "https://cdn.discordapp.com"
MEDIA_CDN = "https://media.discordapp.net"


class _Sticker(NamedTuple):
    """Where and as what the stickers of one format are kept."""

    host: str
    extension: str
    mime_type: str


# https://docs.discord.com/developers/reference#image-formatting-cdn-endpoints: GIF stickers have another host
_STICKERS = {
    1: _Sticker(CDN, "png", "image/png"),
    2: _Sticker(CDN, "png", "image/png"),
    3: _Sticker(CDN, "json", "application/json"),
    4: _Sticker(MEDIA_CDN, "gif", "image/gif"),
}

MediaKind = Literal["image", "video", "audio", "document", "sticker"]
_FAMILIES: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
_NO_PICTURE = frozenset({"image/svg+xml"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def files(message: Json) -> list[MediaContent]:
    """The attachments of a message, in order, without those that are not there to be fetched."""
    flags = as_number(message.get("flags")) or 0
    spoken = bool(flags & VOICE_MESSAGE)
    found = [
        file(attachment, spoken=spoken) for attachment in as_objects(message.get("attachments"))
    ]
    return [content for content in found if content is not None]


def file(attachment: Json, *, spoken: bool = False) -> MediaContent | None:
    """One attachment. A voice message has a `waveform`, also where the flags of its message are not told."""
    key, url = as_text(attachment.get("id")), as_text(attachment.get("url"))
    if key is None and url is None:
        return None
    name = safe_filename(as_text(attachment.get("filename")))
    mime_type = _mime_type(attachment, name)
    voice = spoken or as_text(attachment.get("waveform")) is not None
    size = as_size(attachment.get("size"))
    media = MediaRef(id=key, url=url, mime_type=mime_type, filename=name, size=size)
    kind: MediaKind = "audio" if voice else _kind(mime_type)
    return MediaContent(type=kind, media=media, voice=voice)


def stickers(message: Json) -> list[MediaContent]:
    items = as_objects(message.get("sticker_items")) or as_objects(message.get("stickers"))
    found = [_sticker(item) for item in items]
    return [content for content in found if content is not None]


def _sticker(item: Json) -> MediaContent | None:
    key = as_text(item.get("id"))
    if key is None:
        return None
    form = _STICKERS.get(as_number(item.get("format_type")) or 1, _STICKERS[1])
    name = safe_filename(as_text(item.get("name")))
    media = MediaRef(
        id=key,
        url=f"{form.host}/stickers/{key}.{form.extension}",
        mime_type=form.mime_type,
        filename=f"{name}.{form.extension}" if name else None,
    )
    return MediaContent(type="sticker", media=media)


def safe_filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]


def _mime_type(attachment: Json, name: str | None) -> str | None:
    declared = (as_text(attachment.get("content_type")) or "").partition(";")[0].strip().lower()
    return declared or (mimetypes.guess_type(name)[0] if name else None)


def _kind(mime_type: str | None) -> MediaKind:
    """What cannot be shown as a picture, or has no type, is a document."""
    family = (mime_type or "").partition("/")[0]
    return "document" if mime_type in _NO_PICTURE else _FAMILIES.get(family, "document")
