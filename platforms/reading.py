"""Reads JSON of any shape: what has the wrong type becomes None or empty, never an exception."""

import hashlib
import json
import math
from typing import Any

Json = dict[str, Any]

MAX_DEPTH = 64
"""Deeper values are cut: no documented payload passes 30, and serialisers give up at 255."""

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
        return storable(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def storable(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL and UTF-8 refuse: NUL, lone surrogates, infinite numbers, bottomless nesting."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth > MAX_DEPTH and isinstance(value, dict | list):
        return "(nested too deeply)"
    if isinstance(value, dict):
        return {clean(key): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


def clean(value: str) -> str:
    """Text without NUL and lone surrogates."""
    return value.encode("utf-8", "replace").decode().replace("\0", "")


def as_object(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[Json]:
    """The objects of a list; anything else has none."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_list(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """A text that says something; ids that arrive as numbers become text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def as_size(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def as_number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def digest(value: Any) -> str:
    """A stable stand-in for an id that is missing: the same value, the same text."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
