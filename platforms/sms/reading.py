"""Reads values of any shape: what has the wrong type becomes None or empty, never an exception."""

from datetime import UTC, datetime
from typing import Any

from platforms.reading import as_text

_MILLISECONDS_FROM = 10**11
"""As seconds this is the year 5138, as milliseconds 1973."""


def as_list(value: Any) -> list[Any]:
    """The value if it is a list; a lone object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def as_integer(value: Any) -> int | None:
    """A whole number, also one written as text."""
    text = (as_text(value) or "").strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from ISO 8601 in any spelling, or from seconds or milliseconds; UTC where no offset is given."""
    try:
        if (number := as_integer(value)) is not None:
            seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
