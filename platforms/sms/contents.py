"""What a message is to every provider: a text, or a file by its link with a text."""

from typing import NamedTuple
from urllib.parse import urlsplit

from domain.content import MediaContent, MediaRef, TextContent
from domain.errors import ContactUnreachable, ContentRejected, MediaRejected
from domain.platform import LengthUnit
from domain.text import joined, length
from platforms.base import OutboundMessage
from platforms.sms.facts import LIMITS
from platforms.sms.numbers import can_be_answered, is_landline, normal


class Sms(NamedTuple):
    """A text."""

    text: str


class Mms(NamedTuple):
    """A file at an address that the provider can fetch, and the text beside it."""

    text: str | None
    url: str
    kind: str
    mime_type: str | None


def parts(message: OutboundMessage, *, mms: bool) -> Sms | Mms:
    """Raises `ContentRejected` for anything else, and for a text over the limit. `mms`: the sender may send files."""
    content = message.content
    if isinstance(content, TextContent):
        return Sms(_within(content.text))
    if not isinstance(content, MediaContent):
        raise ContentRejected(f"{content.type} cannot be sent by SMS")
    link = _link(content.media, message.file_link)
    if mms:
        text = _within(content.caption) if content.caption else None
        return Mms(text, link, content.type, content.media.mime_type)
    return Sms(_within(joined((content.caption, link), "\n")))


def recipient(message: OutboundMessage) -> str:
    """The number in E.164, or a short code. Raises `ContactUnreachable` for what no SMS can reach."""
    found = normal(message.address)
    if not can_be_answered(found):
        raise ContactUnreachable("the address is no number")
    if is_landline(found):
        raise ContactUnreachable("the number is a landline")
    return found


def _within(text: str) -> str:
    if not text.strip():
        raise ContentRejected("the text is empty")
    size = length(text, LengthUnit.SEGMENTS)
    if size > LIMITS.text:
        raise ContentRejected(f"the text takes {size} segments, the limit is {LIMITS.text}")
    return text


def _link(media: MediaRef, file_link: str | None) -> str:
    """Where others can fetch the file: no provider takes the file itself."""
    if media.key and file_link:
        return file_link
    if not media.url:
        raise MediaRejected("the file has no link")
    if urlsplit(media.url).scheme not in {"http", "https"}:
        raise MediaRejected("the file's link is no web address")
    return media.url
