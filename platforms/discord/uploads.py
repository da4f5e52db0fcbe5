"""Files that go out: from our store as an upload, from the web as a link or an embedded picture.

https://docs.discord.com/developers/reference#uploading-files
"""

import mimetypes
import re
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from domain.content import MediaContent, MediaRef
from domain.errors import ContentRejected, MediaRejected
from domain.text import fits, joined
from platforms.base import OutboundFile
from platforms.discord.attachments import VOICE_MESSAGE
from platforms.discord.checks import link, within
from platforms.discord.facts import LIMITS, MAX_EMBED_TITLE, MAX_UPLOAD

Fields = dict[str, Any]

_FIELD = "files[0]"
_VOICE_TYPES = frozenset({"audio/ogg", "audio/opus"})
_VOICE_NAME = "voice-message.ogg"
_WAVEFORM = "AAAAAAAAAAAAAAAAAAAAAA=="
"""Sixteen points of silence in base 64: the picture of a voice message has to show something."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]+')
_MAX_NAME = 120
# Of files whose name has none: the app chooses by it how to show the file.
_EXTENSIONS = {
    "application/pdf": ".pdf",
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


class Draft(NamedTuple):
    """The fields of a message, and the file of our store that goes with it."""

    fields: Fields
    file: OutboundFile | None = None


def media(content: MediaContent) -> Draft:
    """A message with a file. Raises `ContentRejected` and `MediaRejected`."""
    if not content.media.key:
        return Draft(_linked(content))
    if is_voice(content):
        return _voice(content, content.media.key)
    file = upload(content.media, content.media.key, content.type)
    caption = {"content": _caption(content.caption)} if content.caption else {}
    return Draft({**caption, "attachments": [{"id": 0, "filename": file.filename}]}, file)


def is_voice(content: MediaContent) -> bool:
    """Whether it is played as a voice message: only OGG is, anything else arrives as a file."""
    return content.type == "audio" and content.voice and _bare(content.media) in _VOICE_TYPES


def upload(file: MediaRef, key: str, kind: str) -> OutboundFile:
    if file.size is not None and file.size > MAX_UPLOAD:
        raise MediaRejected(f"a file of {file.size} bytes, the limit is {MAX_UPLOAD} bytes")
    name = _name(file.filename) or _name(PurePosixPath(key).name) or kind
    mime_type = _bare(file) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if not PurePosixPath(name).suffix:
        name += _EXTENSIONS.get(mime_type, "")
    return OutboundFile(field=_FIELD, filename=name, mime_type=mime_type, key=key)


def picture(file: MediaRef, key: str) -> OutboundFile:
    """A picture that an embed refers to: such names may hold nothing but plain letters, digits, dots and dashes."""
    sent = upload(file, key, "image")
    suffix = PurePosixPath(sent.filename).suffix
    plain = suffix if suffix.isascii() and suffix[1:].isalnum() else ""
    return sent.model_copy(update={"filename": f"picture{plain}"})


def with_duration(draft: Draft, seconds: float) -> Draft:
    """A voice message that says how long it is."""
    (attachment,) = draft.fields["attachments"]
    measured = {**attachment, "duration_secs": seconds}
    return draft._replace(fields={**draft.fields, "attachments": [measured]})


def _voice(content: MediaContent, key: str) -> Draft:
    """https://docs.discord.com/developers/resources/message#voice-messages: one file, no text, and its length.

    The length is in the file, which is read only when it is sent; until then it says 0.
    """
    if content.caption:
        raise ContentRejected("a voice message has no text: send the text by itself")
    file = upload(content.media, key, content.type)
    file = file.model_copy(update={"filename": _VOICE_NAME, "mime_type": "audio/ogg"})
    attachment = {"id": 0, "filename": _VOICE_NAME, "duration_secs": 0.0, "waveform": _WAVEFORM}
    return Draft({"flags": VOICE_MESSAGE, "attachments": [attachment]}, file)


def _linked(content: MediaContent) -> Fields:
    """A file of the web. Pictures are embedded; of a link in the text the app shows what it can."""
    if not content.media.url:
        raise ContentRejected("a file on Discord is sent anew, not by its id")
    url = link(content.media.url, "the link to the file")
    caption = {"content": _caption(content.caption)} if content.caption else {}
    if content.type == "image":
        return {**caption, "embeds": [{"image": {"url": url}}]}
    text = joined((content.caption, url), "\n")
    if fits(text, LIMITS.text, LIMITS.text_unit):
        return {"content": text}
    title = (_name(content.media.filename) or content.type)[:MAX_EMBED_TITLE]
    return {**caption, "embeds": [{"title": title, "url": url}]}


def _caption(caption: str) -> str:
    return within(caption, LIMITS.caption or 0, "the caption")


def _name(given: str | None) -> str:
    return _UNSAFE.sub("_", given or "").strip(" ._")[-_MAX_NAME:]


def _bare(file: MediaRef) -> str:
    """The type without its parameters; empty when unknown."""
    return (file.mime_type or "").split(";")[0].strip().lower()
