"""Refuses what the API would refuse, before the call, naming the limit."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from domain.content import MediaRef
from domain.errors import ContentRejected, MediaRejected
from domain.platform import LengthUnit, MediaRule
from domain.text import length
from platforms.rbm.facts import LIMITS, MAX_URL


def within(text: str, limit: int, what: str) -> str:
    """The text, if it says something and is no longer than the limit."""
    if not text.strip():
        raise ContentRejected(f"{what} is empty")
    size = length(text, LIMITS.text_unit)
    if size > limit:
        raise ContentRejected(f"{what} is {size} characters long, the limit is {limit}")
    return text


def key_within(key: str, what: str) -> str:
    """What comes back on a tap: never cut."""
    if not key:
        raise ContentRejected(f"{what} is empty")
    if length(key, LengthUnit.BYTES) > LIMITS.button_id_bytes:
        raise ContentRejected(f"{what} is longer than {LIMITS.button_id_bytes} bytes")
    return key


def at_most(items: Sequence[object], limit: int, what: str) -> None:
    if len(items) > limit:
        raise ContentRejected(f"{len(items)} {what}, the limit is {limit}")


def web_address(url: str, what: str) -> str:
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        raise ContentRejected(f"{what} is not a URL") from None
    if scheme not in {"http", "https"} or not host:
        raise ContentRejected(f"{what} must start with https://")
    return within(url, MAX_URL, what)


def file_fits(kind: str, rule: MediaRule, media: MediaRef) -> None:
    """Refuse a type or size that is known to be refused; what is not known is left to the platform."""
    bare = bare_type(media)
    if bare and bare not in rule.mime_types:
        raise MediaRejected(f"{kind} of type {bare}: taken are {', '.join(rule.mime_types)}")
    if media.size is not None and media.size > rule.max_bytes:
        raise MediaRejected(f"{kind} of {media.size} bytes: the limit is {rule.max_bytes}")


def bare_type(media: MediaRef) -> str:
    """The type without its parameters; empty when unknown."""
    return (media.mime_type or "").partition(";")[0].strip().lower()
