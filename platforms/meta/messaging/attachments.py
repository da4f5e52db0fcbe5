"""The attachments of a message become contents, by type.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messages
https://developers.facebook.com/documentation/instagram-platform/webhooks
"""

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit

from domain.content import LocationContent, MediaContent, MediaRef, TextContent, UnsupportedContent
from domain.events import Referral
from platforms.meta.messaging.hosts import is_media_address
from platforms.meta.messaging.parts import Part
from platforms.meta.messaging.shown import read_template, template_type
from platforms.meta.names import safe_filename
from platforms.meta.reading import as_list, as_number, as_text
from platforms.reading import as_object

Fields = dict[str, Any]
Reader = Callable[[Fields, Fields], list[Part]]
"""Reads an attachment and its payload; empty when it does not hold what its type promises."""

MediaKind = Literal["image", "video", "audio", "document", "sticker"]


def read_attachments(message: Fields) -> list[Part]:
    """Every attachment, in order; a sticker that is also sent as an image counts once."""
    found = [as_object(raw) for raw in as_list(message.get("attachments"))]
    stickers = {_sticker_id(each) for each in found if each.get("type") == "sticker"} - {None}
    return [
        part
        for each in found
        if not (each.get("type") == "image" and _sticker_id(each) in stickers)
        for part in _read(each)
    ]


def _read(attachment: Fields) -> list[Part]:
    kind = (as_text(attachment.get("type")) or "attachment").lower()
    payload = as_object(attachment.get("payload"))
    reader = _READERS.get(kind)
    try:
        parts = reader(attachment, payload) if reader else []
    except ValueError:
        parts = []
    if parts:
        return parts
    name = f"template.{template_type(payload)}" if kind == "template" else kind
    return [Part(UnsupportedContent(platform_type=name), partly=True)]


def _media(kind: MediaKind) -> Reader:
    def read(attachment: Fields, payload: Fields) -> list[Part]:
        if kind == "image" and _sticker_id(attachment):
            return _sticker(attachment, payload)
        url = as_text(payload.get("url"))
        if url is None:
            return []
        path = unquote(urlsplit(url).path)
        name = as_text(payload.get("name")) or (path if kind == "document" else None)
        media = MediaRef(url=url, filename=_named(name))
        # The apps name what was recorded in them `audioclip-…`.
        recorded = kind == "audio" and "/audioclip" in path
        return [Part(MediaContent(type=kind, media=media, voice=recorded))]

    return read


def _named(name: str | None) -> str | None:
    """A name that says what a file is; the last part of an address need not."""
    last = safe_filename(name)
    return last if last and "." in last else None


def _sticker_id(attachment: Fields) -> str | None:
    return as_text(as_object(attachment.get("payload")).get("sticker_id"))


_THUMBS_UP = {"369239263222822", "369239343222814", "369239383222810"}
"""The small, middle and large one of the like button."""


def _sticker(attachment: Fields, payload: Fields) -> list[Part]:
    number = _sticker_id(attachment)
    media = MediaRef(url=as_text(payload.get("url")))
    if number is None and media.url is None:
        return []
    caption = "👍" if number in _THUMBS_UP else None
    content = MediaContent(type="sticker", media=media, caption=caption)
    return [Part(content, details={"sticker_id": number} if number else None)]


def _heart(attachment: Fields, payload: Fields) -> list[Part]:
    return [Part(TextContent(text="❤️"))]


def _location(attachment: Fields, payload: Fields) -> list[Part]:
    point = as_object(payload.get("coordinates"))
    latitude, longitude = as_number(point.get("lat")), as_number(point.get("long"))
    if latitude is None or longitude is None:
        return []
    name = as_text(attachment.get("title"))
    return [Part(LocationContent(latitude=latitude, longitude=longitude, name=name))]


def _link(attachment: Fields, payload: Fields) -> list[Part]:
    """A shared link, as its title and address; some have them in the attachment, some in the payload."""
    title = as_text(attachment.get("title")) or as_text(payload.get("title"))
    spelled = (attachment.get("url"), attachment.get("URL"), payload.get("url"))
    url = next((each for each in map(as_text, spelled) if each), None)
    lines = [line for line in (title, url) if line]
    if not lines:
        return []
    details = {"link": {"title": title, "url": url}} if url else None
    return [Part(TextContent(text="\n".join(lines)), details=details)]


_FACEBOOK = "https://www.facebook.com/"


def _shared(kind: Literal["image", "video"]) -> Reader:
    """A post or reel: its picture where the address is a file of Meta's, else a link to it."""

    def read(attachment: Fields, payload: Fields) -> list[Part]:
        url, title = as_text(payload.get("url")), as_text(payload.get("title"))
        number = as_text(payload.get("ig_post_media_id")) or as_text(payload.get("reel_video_id"))
        shared = {"type": attachment.get("type"), "id": number or as_text(payload.get("id"))}
        details = {"shared": {key: value for key, value in shared.items() if value}}
        if url is None or not is_media_address(url):
            known = {**payload, "url": urljoin(_FACEBOOK, url) if url else None}
            return [part._replace(details=details) for part in _link(attachment, known)]
        content = MediaContent(type=kind, media=MediaRef(url=url), caption=title)
        return [Part(content, details=details)]

    return read


def _story_mention(attachment: Fields, payload: Fields) -> list[Part]:
    """A story that names us. Its address does not tell a picture from a video, and dies with it after a day."""
    url = as_text(payload.get("url"))
    if url is None:
        return []
    referral = Referral(source="story", id=as_text(payload.get("id")), url=url)
    details = {"story": "mention"}
    return [Part(MediaContent(type="image", media=MediaRef(url=url)), referral, details)]


_READERS: dict[str, Reader] = {
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "file": _media("document"),
    "sticker": _sticker,
    "like_heart": _heart,
    "location": _location,
    "fallback": _link,
    "share": _shared("image"),
    "post": _shared("image"),
    "ig_post": _shared("image"),
    "ig_story": _shared("image"),
    "reel": _shared("video"),
    "ig_reel": _shared("video"),
    "story_mention": _story_mention,
    "template": lambda _, payload: read_template(payload),
}
"""What is not listed is unsupported: view-once files (`ephemeral`), bookings, and kinds of tomorrow."""
