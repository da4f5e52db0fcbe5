"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

import re
from datetime import UTC, datetime
from typing import Any

_NANOSECONDS = re.compile(r"(\.\d{1,6})\d*", re.ASCII)


def as_size(value: Any) -> int | None:
    """A number of bytes; Google writes 64-bit numbers as text as well."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from RFC 3339. Google writes up to nine decimals of a second, of which six are kept."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", value, count=1))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
