"""How a file goes out: the method of its kind, and the file by id, by link, or from our own store.

https://core.telegram.org/bots/api#sending-files
"""

import mimetypes
import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.content import MediaContent, MediaRef
from domain.errors import ContentRejected, MediaRejected
from platforms.base import OutboundFile
from platforms.telegram.calls import Call, Fields
from platforms.telegram.checks import within
from platforms.telegram.facts import LIMITS, MEGABYTE


class Form(NamedTuple):
    """How one kind of file is sent. Sizes in megabytes."""

    method: str
    field: str
    mime_type: str
    """Of a file that does not say its own."""
    max_upload: int = 50
    max_link: int = 20
    """What Telegram fetches by itself."""
    captioned: bool = True


FORMS: dict[str, Form] = {
    # https://core.telegram.org/bots/api#sendphoto and the methods of the same names
    "image": Form("sendPhoto", "photo", "image/jpeg", max_upload=10, max_link=5),
    "animation": Form("sendAnimation", "animation", "image/gif"),
    "video": Form("sendVideo", "video", "video/mp4"),
    "audio": Form("sendAudio", "audio", "audio/mpeg"),
    "voice": Form("sendVoice", "voice", "audio/ogg"),
    "document": Form("sendDocument", "document", "application/octet-stream"),
    "sticker": Form("sendSticker", "sticker", "image/webp", captioned=False),
}

# https://core.telegram.org/bots/api#sendvoice: anything else arrives as a file
VOICE_TYPES = frozenset({"audio/ogg", "audio/opus", "audio/mpeg", "audio/mp4", "audio/x-m4a"})
# Of files whose name has none: the app chooses by it what opens the file.
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/x-tgsticker": ".tgs",
    "application/zip": ".zip",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]+')
_MAX_NAME = 120


def media(content: MediaContent) -> Call:
    """The call that sends a file. Raises `ContentRejected` and `MediaRejected`."""
    form = FORMS[_form(content)]
    if content.caption and not form.captioned:
        raise ContentRejected(f"{content.type} has no caption on Telegram: send the text by itself")
    fields: Fields = {}
    if content.caption:
        fields["caption"] = within(content.caption, LIMITS.caption or 0, "the caption")
    return attach(form, content.media, fields)


def picture(file: MediaRef, caption: str) -> Call:
    """A card's picture, still or moving, with its words."""
    family = "video" if _bare(file).startswith("video/") else "image"
    kind = "animation" if _bare(file) == "image/gif" else family
    return attach(FORMS[kind], file, {"caption": within(caption, LIMITS.caption or 0, "the card")})


def attach(form: Form, file: MediaRef, fields: Fields) -> Call:
    if file.id:
        return Call(form.method, {**fields, form.field: file.id})
    if file.url:
        _fits(file, form.max_link, "by link")
        return Call(form.method, {**fields, form.field: _link(file.url)})
    if not file.key:
        raise ContentRejected("the message names no file")
    _fits(file, form.max_upload, "as an upload")
    return Call(form.method, fields, _upload(form, file, file.key))


def _form(content: MediaContent) -> str:
    """A GIF sent as a photo would stand still; a voice note is only what `sendVoice` plays as one."""
    mime_type = _bare(content.media)
    if content.type == "image" and mime_type == "image/gif":
        return "animation"
    if content.type == "audio" and content.voice and mime_type in {"", *VOICE_TYPES}:
        return "voice"
    return content.type


def _fits(file: MediaRef, megabytes: int, how: str) -> None:
    """Refuse a size that is known to be refused; what is not known is left to Telegram."""
    if file.size is not None and file.size > megabytes * MEGABYTE:
        raise MediaRejected(f"a file of {file.size} bytes {how}, the limit is {megabytes} MB")


def _link(url: str) -> str:
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        raise ContentRejected("the link to the file is not a URL") from None
    if scheme not in {"http", "https"} or not host:
        raise ContentRejected("a link to a file must start with https://")
    return url


def _upload(form: Form, file: MediaRef, key: str) -> OutboundFile:
    name = _name(file.filename) or _name(PurePosixPath(key).name) or form.field
    mime_type = _bare(file) or mimetypes.guess_type(name)[0] or form.mime_type
    if not PurePosixPath(name).suffix:
        name += _EXTENSIONS.get(mime_type, "")
    return OutboundFile(field=form.field, filename=name, mime_type=mime_type, key=key)


def _name(given: str | None) -> str:
    return _UNSAFE.sub("_", given or "").strip(" ._")[-_MAX_NAME:]


def _bare(file: MediaRef) -> str:
    """The type without its parameters; empty when unknown."""
    return (file.mime_type or "").split(";")[0].strip().lower()
