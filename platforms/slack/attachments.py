"""A file that somebody shared, as content.

https://docs.slack.dev/reference/objects/file-object
"""

import re
from typing import Literal

from domain.content import MediaContent, MediaRef, UnsupportedContent
from platforms.reading import Json, as_size
from platforms.slack.reading import as_text

MediaKind = Literal["image", "video", "audio", "document"]

_GONE = frozenset({"tombstone", "hidden_by_limit"})
"""Modes of files that are deleted, or beyond what the workspace's plan shows."""
_FAMILIES: dict[str, MediaKind] = {"image": "image", "video": "video", "audio": "audio"}
# Clips recorded in the app: audio ones are sometimes declared to be `video/mp4`.
_CLIPS: dict[str, MediaKind] = {"slack_audio": "audio", "slack_video": "video"}

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def read_file(file: Json) -> MediaContent | UnsupportedContent:
    """A file with where to fetch it; what cannot be fetched any more is `unsupported`, under its mode."""
    mode, key = as_text(file.get("mode")), as_text(file.get("id"))
    # `url_private` may be a copy in another format; the download is what was sent.
    url = as_text(file.get("url_private_download")) or as_text(file.get("url_private"))
    if mode in _GONE or (key is None and url is None):
        return UnsupportedContent(platform_type=f"file:{mode or 'unknown'}")
    clip = as_text(file.get("subtype")) or ""
    mime_type = as_text(file.get("mimetype"))
    kind = _CLIPS.get(clip) or _kind(mime_type)
    if kind == "audio" and mime_type is not None:
        mime_type = mime_type.replace("video/", "audio/", 1)
    media = MediaRef(
        id=key,
        url=url,
        mime_type=mime_type,
        filename=safe_filename(as_text(file.get("name")) or as_text(file.get("title"))),
        size=as_size(file.get("size")),
    )
    return MediaContent(type=kind, media=media, voice=clip == "slack_audio")


def _kind(mime_type: str | None) -> MediaKind:
    return _FAMILIES.get((mime_type or "").partition("/")[0].lower(), "document")


def safe_filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]
