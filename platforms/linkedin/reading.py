"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

from datetime import UTC, datetime
from typing import Any


def as_size(value: Any) -> int | None:
    """A number that is not negative, also one written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from milliseconds, as a number or as text."""
    milliseconds = as_size(value)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None
