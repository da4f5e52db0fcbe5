"""Reads JSON of any shape: what has the wrong type becomes None or empty, never an exception."""

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

from domain.errors import PayloadUnreadable
from platforms.reading import storable

MAX_DEPTH = 64
"""Deeper values are cut: no documented payload passes 20, and serialisers give up at 255."""

_MAX_DIGITS = 100
_MILLISECONDS_FROM = 10**11
"""As seconds this is the year 5138, as milliseconds 1973."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a webhook's body. Raises `PayloadUnreadable`."""
    try:
        value = read_value(body)
    except ValueError:
        raise PayloadUnreadable("the body is not JSON") from None
    if not isinstance(value, dict):
        raise PayloadUnreadable("the body is not a JSON object")
    return value


def read_value(text: str | bytes) -> Any:
    """Any JSON value, made fit for every store. Raises `ValueError`."""
    try:
        value = json.loads(text, parse_int=_integer, parse_constant=lambda _: None)
        return storable(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _integer(digits: str) -> int | str:
    """Numbers no store can hold stay text; `int` itself refuses more than 4,300 digits."""
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _text(value: str) -> str:
    if value.isascii():
        return value.replace("\0", "")
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def as_list(value: Any) -> list[Any]:
    """The value if it is a list; a lone object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """A text that says something; ids that arrive as numbers become text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and value else None


def as_number(value: Any) -> float | int | None:
    """A finite number, also one written as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def parse_timestamp(value: Any) -> datetime | None:
    """Aware UTC from seconds, milliseconds (as numbers or text) or ISO 8601; None when it is none of them."""
    number = as_number(value)
    try:
        if number is not None:
            seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def digest(*parts: Any) -> str:
    """A stable stand-in for an id that the platform does not give: the same parts, the same text."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
