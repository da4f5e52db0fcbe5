"""Refuses what the Graph API would refuse, before the call, naming the limit."""

from collections.abc import Sequence

from domain.errors import ContentRejected, MediaRejected
from domain.platform import LengthUnit, MediaRule
from domain.text import length

MEGABYTE = 1024 * 1024

_UNITS = {
    LengthUnit.CODE_POINTS: "characters",
    LengthUnit.UTF16: "characters",
    LengthUnit.BYTES: "bytes",
}


def within(text: str, limit: int, what: str, unit: LengthUnit) -> str:
    """The text, if it says something and is no longer than the limit."""
    if not text.strip():
        raise ContentRejected(f"{what} is empty")
    size = length(text, unit)
    if size > limit:
        raise ContentRejected(f"{what} is {size} {_UNITS[unit]} long, the limit is {limit}")
    return text


def key_within(key: str, limit: int, what: str) -> str:
    """An id of a button or row: it comes back unchanged on a tap, so it is never mended here."""
    if not key or key != key.strip():
        raise ContentRejected(f"{what} is empty or has spaces around it")
    if length(key, LengthUnit.BYTES) > limit:
        raise ContentRejected(f"{what} is longer than {limit} bytes")
    return key


def at_most(items: Sequence[object], limit: int, what: str) -> None:
    if len(items) > limit:
        raise ContentRejected(f"{len(items)} {what}, the limit is {limit}")


def distinct(values: Sequence[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise ContentRejected(f"{what} must differ from each other")


def media_fits(kind: str, rule: MediaRule, mime_type: str | None, size: int | None) -> None:
    """Refuse a type or size that is known to be refused; what is not known is left to the platform."""
    bare = (mime_type or "").split(";")[0].strip().lower()
    if bare and not any(_covers(pattern, bare) for pattern in rule.mime_types):
        raise MediaRejected(f"{kind} of type {bare}: only {', '.join(rule.mime_types)}")
    if size is not None and size > rule.max_bytes:
        limit = rule.max_bytes / MEGABYTE
        raise MediaRejected(f"{kind} of {size} bytes, the limit is {limit:g} MB")


def _covers(pattern: str, mime_type: str) -> bool:
    if pattern.endswith("/*") and mime_type.startswith(pattern.removesuffix("*")):
        return True
    return pattern in {mime_type, "*/*"}
