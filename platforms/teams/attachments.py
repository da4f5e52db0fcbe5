"""Files that came with a message.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 (read 2026-08)
"""

import mimetypes
import re
from typing import Literal, NamedTuple

from domain.content import MediaContent, MediaRef
from platforms.reading import Json, as_object, as_objects, as_text

FILE = "application/vnd.microsoft.teams.file.download.info"
_REFERENCE = "reference"
"""A file in a channel or a group: only its page, which a bot cannot read."""
_WORDS = frozenset({"text/html", "text", "text/plain", "messagereference"})
"""The message itself once more, or what it answers."""

MediaKind = Literal["image", "video", "audio", "document"]
_FAMILIES: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
_NO_PICTURE = frozenset({"image/svg+xml"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240
# Extensions of phones that not every system's list knows.
_MORE_TYPES = {"m4a": "audio/mp4", "heic": "image/heic", "webp": "image/webp", "mp4": "video/mp4"}


class Attached(NamedTuple):
    """The files of a message, and the types of what we have no word for."""

    files: list[MediaContent]
    others: list[str]


def read_attachments(activity: Json) -> Attached:
    found = Attached([], [])
    for attachment in as_objects(activity.get("attachments")):
        kind = (as_text(attachment.get("contentType")) or "").strip()
        file = _file(attachment, kind.lower())
        if file is not None:
            found.files.append(file)
        elif kind and (kind.lower() not in _WORDS or as_text(attachment.get("contentUrl"))):
            found.others.append(kind)
    return found


def _file(attachment: Json, kind: str) -> MediaContent | None:
    if kind == FILE:
        return _downloadable(attachment)
    url = as_text(attachment.get("contentUrl"))
    if url is None or kind in _WORDS - {"text/plain"} or kind.startswith("application/vnd.micros"):
        return None
    name = safe_filename(as_text(attachment.get("name")))
    mime_type = None if kind == _REFERENCE or kind.endswith("/*") or "/" not in kind else kind
    family = kind.partition("/")[0] if kind.endswith("/*") else None
    return _media(MediaRef(url=url, mime_type=mime_type, filename=name), family)


def _downloadable(attachment: Json) -> MediaContent | None:
    """Its page (`contentUrl`) is for people; the address to download it is good for minutes, and needs no token."""
    content = as_object(attachment.get("content"))
    key, url = as_text(content.get("uniqueId")), as_text(content.get("downloadUrl"))
    if key is None and url is None:
        return None
    name = safe_filename(as_text(attachment.get("name")))
    extension = (as_text(content.get("fileType")) or "").lower()
    mime_type = _guessed(name) or _guessed(f"file.{extension}")
    return _media(MediaRef(id=key, url=url, mime_type=mime_type, filename=name))


def _media(media: MediaRef, family: str | None = None) -> MediaContent:
    """What cannot be shown as a picture, or has no type, is a document."""
    mime_type = media.mime_type or _guessed(media.filename)
    shown = family or (mime_type or "").partition("/")[0]
    kind = "document" if mime_type in _NO_PICTURE else _FAMILIES.get(shown, "document")
    return MediaContent(type=kind, media=media.model_copy(update={"mime_type": mime_type}))


def _guessed(name: str | None) -> str | None:
    extension = (name or "").rpartition(".")[2].lower()
    return _MORE_TYPES.get(extension) or (mimetypes.guess_type(name)[0] if name else None)


def safe_filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]
