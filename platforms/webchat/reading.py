"""Reads JSON of any shape: what has the wrong type becomes None or empty, never an exception."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from domain.errors import PayloadUnreadable
from platforms.reading import clean

_MAX_DEPTH = 32
"""No frame is deeper than five."""
_MAX_DIGITS = 100


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, made fit for every store. Raises `PayloadUnreadable`."""
    try:
        value = _storable(json.loads(body, parse_int=_integer))
    except (ValueError, RecursionError):
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(value, dict):
        raise PayloadUnreadable("the body is not a JSON object")
    return value


def as_list(value: Any) -> list[Any]:
    """The list; something alone counts as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_moment(value: Any) -> datetime | None:
    """Aware UTC from ISO 8601; None when it is not, or names no zone."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _integer(digits: str) -> int | str:
    """Numbers no store can hold stay text; `int` itself refuses more than 4,300 digits."""
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _storable(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL and UTF-8 refuse: NUL, lone surrogates, infinite numbers, bottomless nesting."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > _MAX_DEPTH and isinstance(value, dict | list):
        return "(nested too deeply)"
    if isinstance(value, dict):
        return {clean(key): _storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value]
    return value
