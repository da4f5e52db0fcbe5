"""What an author is told about a definition: one list for the API, the command line and the builder."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from domain.value import Value
from flows.model import FlowDefinition

Severity = Literal["error", "warning", "info"]

SEVERITIES: dict[str, Severity] = {
    "SCHEMA": "error",
    "UNKNOWN_TYPE": "error",
    "UNKNOWN_FIELD": "error",
    "DUP_ID": "error",
    "DUP_OPTION": "error",
    "START_MISSING": "error",
    "TARGET_MISSING": "error",
    "LOOP_NO_WAIT": "error",
    "EXPR_SYNTAX": "error",
    "EXPR_UNKNOWN_FILTER": "error",
    "EXPR_UNKNOWN_NAME": "error",
    "VAR_UNDECLARED": "error",
    "UNREACHABLE": "warning",
    "SAME_LABEL": "warning",
    "EXPR_CONSTANT": "warning",
    "EXIT_OPEN": "info",
}
"""Every code, with how bad it is. Only errors keep a flow from being published."""


class Diagnostic(Value):
    """One thing to say about a definition."""

    code: str
    severity: Severity
    node_id: str | None = None
    path: str = ""
    """JSON pointer into the document, to the nearest place that exists."""
    field: str | None = None
    column: int | None = None
    """Where in the text, from 1."""
    message: str
    hint: str | None = None


class Report(Value):
    """The verdict on a document. `definition` is there when no error is."""

    definition: FlowDefinition | None = None
    diagnostics: list[Diagnostic] = Field(default_factory=list[Diagnostic])


def diagnostic(
    code: str,
    message: str,
    place: Sequence[str | int] = (),
    *,
    field: str | None = None,
    column: int | None = None,
    hint: str | None = None,
) -> Diagnostic:
    """One diagnostic about a place, such as `("nodes", "hello", "parts", 0)`."""
    node_id = str(place[1]) if len(place) > 1 and place[0] == "nodes" else None
    return Diagnostic(
        code=code,
        severity=SEVERITIES[code],
        node_id=readable(node_id) if node_id is not None else None,
        path=readable(pointer(place)),
        field=readable(field) if field is not None else None,
        column=column,
        message=readable(message),
        hint=hint,
    )


def pointer(place: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def readable(text: str) -> str:
    """The text, short and free of what cannot be encoded: documents can hold anything."""
    return text[:300].encode("utf-8", "replace").decode("utf-8")
