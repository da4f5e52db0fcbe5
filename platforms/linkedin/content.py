"""What a message of the changelog says.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/changelog-resource-references/messages
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from domain.content import (
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
    UnsupportedContent,
)
from platforms.linkedin.little import read_little
from platforms.linkedin.reading import as_size
from platforms.reading import Json, as_list, as_object, as_text


def read_contents(activity: Json) -> list[MessageContent]:
    """Its recordings and pictures, its files with the words beside the first, or its words."""
    content = as_object(activity.get("content"))
    text, voices = _words(content)
    shown: list[MessageContent] = [*map(_voice, voices), *_animations(activity)]
    files = [each for each in _files(activity) if each.id not in voices]
    shown += [MediaContent(type=_kind(file), media=file) for file in files]
    if not shown:
        return [TextContent(text=text) if text else UnsupportedContent(platform_type="message")]
    first = shown[0]
    if text and isinstance(first, MediaContent):
        shown[0] = first.model_copy(update={"caption": text})
    return shown


def _words(content: Json) -> tuple[str | None, list[str]]:
    """The fallback is the same in plain text. Only the formatted text tells of recordings."""
    inner = content.get("content")
    formatted = as_text(as_object(inner).get("string")) or as_text(inner)
    fallback = as_text(content.get("fallback"))
    if as_text(content.get("format")) != "LITTLE" or formatted is None:
        return fallback or formatted, []
    little = read_little(formatted)
    return fallback or little.text or None, little.voice


def _voice(urn: str) -> MessageContent:
    return MediaContent(type="audio", media=MediaRef(id=urn), voice=True)


def _animations(activity: Json) -> Iterator[MessageContent]:
    """A GIF chosen from a third party's collection."""
    records = as_object(as_object(activity.get("extensionContent")).get("contentRecordMap"))
    for record in map(as_object, records.values()):
        for media in map(as_object, as_object(record.get("contentRecord")).values()):
            gif = as_object(as_object(media.get("media")).get("gif"))
            if url := as_text(gif.get("url")):
                file = MediaRef(url=url, mime_type="image/gif")
                yield MediaContent(type="image", media=file)


def _files(activity: Json) -> list[MediaRef]:
    """Attachments stand in the message, in its content, or only as names beside it; each counts once."""
    places = (activity, as_object(activity.get("content")))
    found = [_file(item) for place in places for item in as_list(place.get("attachments"))]
    found += [_file(urn) for urn in as_list(activity.get("contentUrns")) if _is_asset(urn)]
    by_name = {file.id or file.url: file for file in reversed(found) if file is not None}
    return list(reversed(by_name.values()))


def _is_asset(urn: Any) -> bool:
    return isinstance(urn, str) and urn.lower().startswith("urn:li:digitalmediaasset:")


def _file(item: Any) -> MediaRef | None:
    if isinstance(item, str):
        return MediaRef(id=item) if item.strip() else None
    fields = as_object(item)
    key = next((found for found in map(as_text, map(fields.get, _IDS)) if found), None)
    url = as_text(fields.get("url"))
    if key is None and url is None:
        return None
    return MediaRef(
        id=key,
        url=url,
        mime_type=as_text(fields.get("mediaType")),
        filename=_filename(as_text(fields.get("name"))),
        size=as_size(fields.get("byteSize")),
    )


_IDS = ("id", "asset", "urn", "entity", "media")

_KINDS: dict[str, Literal["image", "video", "audio"]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
}


def _kind(file: MediaRef) -> Literal["image", "video", "audio", "document"]:
    family = (file.mime_type or "").partition("/")[0].lower()
    return _KINDS.get(family, "document")


_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def _filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]
