"""Finds in an author's document what the parsed model speaks of."""

from pydantic import JsonValue

from flows.parts import Place


def nearest(raw: JsonValue, place: Place) -> Place:
    """The part of a place that exists in the document.

    Pydantic puts the type of a node or part into its locations; such steps lead nowhere and are
    left out, and so is a field that is missing.
    """
    found: list[str | int] = []
    tag = None
    for step in place:
        if step == tag:
            tag = None
            continue
        for value in _inside(raw, step):
            raw = value
            found.append(step)
            tag = raw.get("type") if isinstance(raw, dict) else None
    return tuple(found)


def _inside(raw: JsonValue, step: str | int) -> list[JsonValue]:
    """What stands under a step, if anything does."""
    if isinstance(raw, dict):
        return [raw[step]] if isinstance(step, str) and step in raw else []
    if isinstance(raw, list):
        return [raw[step]] if isinstance(step, int) and step < len(raw) else []
    return []
