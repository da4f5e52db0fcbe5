"""What people send besides texts: files by their links, places, choices."""

import mimetypes
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from domain.content import (
    ChoiceContent,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    UnsupportedContent,
)
from platforms.reading import as_text

MediaKind = Literal["image", "video", "audio", "document"]
_KINDS: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}


def file(
    url: str | None, mime_type: str | None = None, filename: str | None = None
) -> MediaContent:
    """A file by its link; what its type does not say, the name of the file may."""
    path = _path(url)
    bare = (mime_type or "").partition(";")[0].strip().lower() or mimetypes.guess_type(path)[0]
    kind = _KINDS.get((bare or "").partition("/")[0], "document")
    name = filename or (PurePosixPath(path).name if PurePosixPath(path).suffix else None)
    return MediaContent(type=kind, media=MediaRef(url=url, mime_type=bare, filename=name))


def _path(url: str | None) -> str:
    try:
        return urlsplit(url or "").path
    except ValueError:
        return ""


def place(latitude: Any, longitude: Any, name: Any = None, address: Any = None) -> MessageContent:
    """A location; what is no place on earth becomes unsupported content."""
    try:
        return LocationContent(
            latitude=float(latitude),
            longitude=float(longitude),
            name=as_text(name),
            address=as_text(address),
        )
    except (TypeError, ValueError, OverflowError):
        return UnsupportedContent(platform_type="location")


def choice(identifier: Any, title: Any) -> MessageContent:
    found = as_text(identifier) or as_text(title)
    if found is None:
        return UnsupportedContent(platform_type="choice")
    return ChoiceContent(id=found, title=as_text(title) or found)
