"""Reads values of any shape: what has the wrong type becomes None or empty, never an exception."""

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

MAX_DEPTH = 64
"""Deeper values are cut: no documented body passes 10, and serialisers give up at 255."""

_MAX_DIGITS = 100
_MILLISECONDS_FROM = 10**11
"""As seconds this is the year 5138, as milliseconds 1973."""


def read_json(text: bytes) -> Any:
    """Any JSON value, made fit for every store. Raises `ValueError`."""
    try:
        # Numbers no store can hold stay text; `int` itself refuses more than 4,300 digits.
        value = json.loads(
            text,
            parse_int=lambda digits: int(digits) if len(digits) <= _MAX_DIGITS else digits,
            parse_constant=lambda _: None,
        )
        return storable(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def storable(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL and UTF-8 refuse: NUL, lone surrogates, infinite numbers, bottomless nesting."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > MAX_DEPTH and isinstance(value, dict | list):
        return "(nested too deeply)"
    if isinstance(value, dict):
        return {storable(key): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


def as_object(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list; a lone object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """A text that says something; ids and codes that arrive as numbers become text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


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


def digest(value: Any) -> str:
    """A stable stand-in for an id that is missing: the same value, the same text."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
