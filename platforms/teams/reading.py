"""How this platform writes values, where `platforms.reading` does not know: never an exception."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

Fields = dict[str, Any]
"""What sets one event apart from another: the fields of an `InboundEvent`."""

_MILLISECONDS = re.compile(r"[12][0-9]{12}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from ISO 8601, which Teams writes with seven digits after the point."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment_of(key: str | None) -> datetime | None:
    """When a message was written, by its id: milliseconds since 1970."""
    if key is None or not _MILLISECONDS.fullmatch(key):
        return None
    return _EPOCH + timedelta(milliseconds=int(key))


def present(fields: Fields) -> Fields:
    """Without what says nothing."""
    return {key: value for key, value in fields.items() if value not in (None, [], {})}


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}
