"""Finds in an author's document what the parsed model speaks of."""

from pydantic import JsonValue

from flows.parts import Place


def nearest(raw: JsonValue, place: Place, *, tagged: bool = False) -> Place:
    """The part of a place that exists in the document; a field that is missing is left out.

    `tagged`: the place is a location of pydantic, which also names the type of a node or a part.
    """
    found: list[str | int] = []
    tag: JsonValue = None
    for step in place:
        if tagged and step == tag:
            tag = None
            continue
        for value in _inside(raw, step):
            raw = value
            found.append(step)
            tag = value.get("type") if isinstance(value, dict) else None
    return tuple(found)


def _inside(raw: JsonValue, step: str | int) -> list[JsonValue]:
    """What stands under a step, if anything does."""
    if isinstance(raw, dict):
        return [raw[step]] if isinstance(step, str) and step in raw else []
    if isinstance(raw, list):
        return [raw[step]] if isinstance(step, int) and step < len(raw) else []
    return []
