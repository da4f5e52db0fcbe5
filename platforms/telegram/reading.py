"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

from datetime import UTC, datetime
from typing import Any

from platforms.reading import as_number


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from Unix seconds. 0 means that Telegram does not say when."""
    seconds = as_number(value)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds and seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
