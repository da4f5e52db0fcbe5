"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from platforms.reading import as_size

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(r"(\d{1,11})(?:\.(\d{1,6})\d*)?", re.ASCII)


def as_text(value: Any) -> str | None:
    """A text that says something. Never a number: a `ts` that was read as one has lost its last digits."""
    return value if isinstance(value, str) and value.strip() else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from a `ts` (`"1785585600.000200"`) or from Unix seconds."""
    found = _MOMENT.fullmatch(value if isinstance(value, str) else str(as_size(value)))
    if found is None:
        return None
    seconds, fraction = found.groups()
    try:
        # Not by way of a float, which cannot hold the microseconds.
        return _EPOCH + timedelta(
            seconds=int(seconds), microseconds=int((fraction or "0").ljust(6, "0"))
        )
    except OverflowError:
        return None
