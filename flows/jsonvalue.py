"""JSON that can be kept: shallow enough to walk, and the same after it is written and read again."""

import math

from pydantic import JsonValue

from flows.limits import MAX_DEPTH


def unfit(value: JsonValue) -> str | None:
    """Why a value cannot be kept, or None. Walks without recursion, so that no input overflows it."""
    waiting: list[tuple[JsonValue, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"it is nested more than {MAX_DEPTH} levels deep"
        if isinstance(item, dict):
            waiting.extend((child, depth + 1) for child in item.values())
            waiting.extend((key, depth + 1) for key in item)
        elif isinstance(item, list):
            waiting.extend((child, depth + 1) for child in item)
        elif reason := _unfit_scalar(item):
            return reason
    return None


def _unfit_scalar(item: JsonValue) -> str | None:
    if isinstance(item, float) and not math.isfinite(item):
        return "a number is not finite"
    if isinstance(item, int) and abs(item) >= 10**16:
        return "a number has more than 16 digits"
    if isinstance(item, str) and any("\ud800" <= character <= "\udfff" for character in item):
        return "a text holds half of a character"
    return None
