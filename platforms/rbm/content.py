"""What a person sent, by the first of its keys that says something.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/UserMessage
"""

import re
from collections.abc import Callable
from typing import Any, Literal

from domain.content import (
    ChoiceContent,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
    UnsupportedContent,
)
from platforms.rbm.reading import as_size
from platforms.reading import Json, as_number, as_object, as_text

FRAME = frozenset(
    {
        "agentId",
        "carrier",
        "eventId",
        "eventType",
        "messageId",
        "phoneNumber",
        "richMessageClassification",
        "sendTime",
        "senderPhoneNumber",
        "totalPayloadSizeBytes",
    }
)
"""What any message may have and none is about."""

Reader = Callable[[Any], MessageContent | None]
"""Reads the value of a key; None when it does not hold what the key promises."""


def read_content(item: Json) -> MessageContent | None:
    """The content of a message; `unsupported` for a key that we do not know, None when there is none."""
    for key, reader in READERS.items():
        if item.get(key) not in (None, ""):
            return _read(key, reader, item)
    news = (key for key in item if key not in FRAME | READERS.keys() and item[key] is not None)
    kind = next(news, None)
    return UnsupportedContent(platform_type=kind) if kind else None


def _read(key: str, reader: Reader, item: Json) -> MessageContent:
    try:
        content = reader(item[key])
    except ValueError:
        content = None
    return content or UnsupportedContent(platform_type=key)


def _text(value: Any) -> MessageContent | None:
    return TextContent(text=value) if isinstance(value, str) else None


def _tapped(value: Any) -> MessageContent | None:
    """A suggestion. The data behind it is ours; one without any is known by its words."""
    tapped = as_object(value)
    title, key = as_text(tapped.get("text")), as_text(tapped.get("postbackData"))
    if title is None and key is None:
        return None
    return ChoiceContent(id=key or title or "", title=title or key or "")


def _location(value: Any) -> MessageContent | None:
    """A coordinate that is zero may be left out: that is how Google writes numbers of zero."""
    point = as_object(value)
    if point.keys().isdisjoint({"latitude", "longitude"}):
        return None
    latitude, longitude = (as_number(point.get(axis, 0)) for axis in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        return None
    name = as_text(point.get("label"))
    return LocationContent(latitude=latitude, longitude=longitude, name=name)


_KINDS: dict[str, Literal["image", "video", "audio"]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
}


def _file(value: Any) -> MessageContent | None:
    """Its address needs no token, and ends: the file is fetched at once."""
    payload = as_object(as_object(value).get("payload"))
    url, mime_type = as_text(payload.get("fileUri")), as_text(payload.get("mimeType"))
    if url is None:
        return None
    family = (mime_type or "").partition("/")[0].lower()
    media = MediaRef(
        url=url,
        mime_type=mime_type,
        filename=_filename(as_text(payload.get("fileName"))),
        size=as_size(payload.get("fileSizeBytes")),
    )
    return MediaContent(type=_KINDS.get(family, "document"), media=media)


_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def _filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]


READERS: dict[str, Reader] = {
    "suggestionResponse": _tapped,
    "text": _text,
    "userFile": _file,
    "location": _location,
}
