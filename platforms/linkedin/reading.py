"""Reads JSON of any shape: what has the wrong type becomes None or empty, never an exception."""

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

MAX_DEPTH = 64
"""Deeper values are cut: no documented payload passes 10, and serialisers give up at 255."""

_MAX_DIGITS = 100


def read_json(text: str | bytes) -> Any:
    """Any JSON value, made fit for every store. Raises `ValueError`."""
    try:
        # Numbers no store can hold stay text; `int` itself refuses more than 4,300 digits.
        value = json.loads(
            text,
            parse_int=lambda digits: int(digits) if len(digits) <= _MAX_DIGITS else digits,
            parse_constant=lambda _: None,
        )
        return _storable(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _storable(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL and UTF-8 refuse: NUL, lone surrogates, infinite numbers, bottomless nesting."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > MAX_DEPTH and isinstance(value, dict | list):
        return "(nested too deeply)"
    if isinstance(value, dict):
        return {_text(key): _storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value]
    return value


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def as_object(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """A text that says something; ids that arrive as numbers become text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


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


def digest(value: Any) -> str:
    """A stable stand-in for an id that is missing: the same value, the same text."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
