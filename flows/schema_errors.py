"""Turns what the schema refuses into diagnostics that point at the author's own document."""

from difflib import get_close_matches

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from flows.diagnostics import Diagnostic, diagnostic
from flows.model import FlowDefinition
from flows.nodes import NODE_TYPES
from flows.parts import Place
from flows.places import nearest

_CODES = {
    "extra_forbidden": "UNKNOWN_FIELD",
    "union_tag_invalid": "UNKNOWN_TYPE",
    "union_tag_not_found": "UNKNOWN_TYPE",
}
_KEY = "[key]"
"""How pydantic says that a name, and not what stands under it, is wrong."""


def schema_errors(raw: dict[str, JsonValue], error: ValidationError) -> list[Diagnostic]:
    """One diagnostic for each thing that does not fit the schema."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return [_diagnostic(raw, detail) for detail in details]


def _diagnostic(raw: dict[str, JsonValue], detail: ErrorDetails) -> Diagnostic:
    loc = detail["loc"]
    place = nearest(raw, loc, tagged=True)
    code = _CODES.get(detail["type"], "SCHEMA")
    field = next(
        (str(step) for step in reversed(loc) if isinstance(step, str) and step != _KEY), ""
    )
    if code == "UNKNOWN_TYPE":
        field = "type"
    return diagnostic(
        code,
        _message(code, detail, field),
        place,
        field=field or None,
        hint=_hint(raw, place, code),
    )


def _message(code: str, detail: ErrorDetails, field: str) -> str:
    if code == "UNKNOWN_FIELD":
        return f"there is no field {field!r} here"
    if code == "UNKNOWN_TYPE":
        return "the type is missing or unknown"
    if detail["loc"][-1:] == (_KEY,):
        return f"{field!r} is no valid name: a letter, then letters, digits and _ (all lower case)"
    if detail["type"] == "missing":
        return f"{field!r} is missing"
    return detail["msg"].removeprefix("Value error, ")


def _hint(raw: dict[str, JsonValue], place: Place, code: str) -> str | None:
    if code == "UNKNOWN_TYPE" and len(place) == 2:
        return f"node types: {', '.join(NODE_TYPES)}"
    if code == "UNKNOWN_FIELD":
        near = get_close_matches(str(place[-1])[:64], _fields(raw, place), n=1)
        return f"did you mean {near[0]}?" if near else None
    return None


def _fields(raw: dict[str, JsonValue], place: Place) -> list[str]:
    """The fields of the flow or of the node; deeper ones are not looked up."""
    if len(place) == 1:
        return _names(FlowDefinition)
    if len(place) == 3 and place[0] == "nodes":
        kind = _at(raw, (*place[:2], "type"))
        return _names(NODE_TYPES[kind]) if isinstance(kind, str) and kind in NODE_TYPES else []
    return []


def _at(raw: JsonValue, place: Place) -> JsonValue:
    for step in place:
        raw = raw.get(str(step)) if isinstance(raw, dict) else None
    return raw


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
