"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

from datetime import UTC, datetime
from typing import Any

Fields = dict[str, Any]
"""What sets one event apart from another: the fields of an `InboundEvent`."""


def as_number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_size(value: Any) -> int | None:
    size = as_number(value)
    return size if size is not None and size >= 0 else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from ISO 8601, which webhook events write without a zone, or from Unix seconds."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        seconds = as_number(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds and seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def present(fields: Fields) -> Fields:
    """Without what says nothing."""
    return {key: value for key, value in fields.items() if value not in (None, [], {})}


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}
