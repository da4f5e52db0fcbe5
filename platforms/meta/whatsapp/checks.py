"""Refuses what WhatsApp would refuse, before the call, naming the limit."""

from platforms.meta import checks
from platforms.meta.checks import at_most, distinct, key_within
from platforms.meta.whatsapp.facts import LIMITS, MEDIA

__all__ = ["at_most", "distinct", "key_within", "media_fits", "within"]


def within(text: str, limit: int, what: str) -> str:
    """The text, if it says something and is no longer than the limit."""
    return checks.within(text, limit, what, LIMITS.text_unit)


def media_fits(kind: str, mime_type: str | None, size: int | None) -> None:
    """Refuse a type or size that is known to be refused; what is not known is left to WhatsApp."""
    checks.media_fits(kind, MEDIA[kind], mime_type, size)
