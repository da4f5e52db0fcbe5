"""`set`: gives variables their values."""

import json
from collections.abc import Callable, Iterator
from typing import Annotated, Literal

from pydantic import Field, JsonValue
from typing_extensions import override

from domain.value import Value
from flows.jsonvalue import unfit
from flows.limits import MAX_ASSIGNMENTS, MAX_VARIABLE
from flows.nodes.base import Exit, NodeBase, Slug
from flows.parts import Place, TemplateText
from flows.sprint import Move, Sprint, Take
from flows.templates import to_text
from flows.text import as_number, fold

ValueKind = Literal["any", "text", "number", "boolean", "json"]


class Assignment(Value, extra="forbid"):
    """One variable and its new value. `any` keeps the type of a lone `{{ … }}`."""

    target: Slug
    value: TemplateText
    kind: Annotated[ValueKind, Field(alias="as")] = "any"


class SetNode(NodeBase):
    """Assigns in order, so that a later value may read an earlier one; leaves through `next`."""

    type: Literal["set"]
    assign: tuple[Assignment, ...] = Field(min_length=1, max_length=MAX_ASSIGNMENTS)

    @override
    def ways(self) -> tuple[Exit, ...]:
        return (Exit("next"),)

    @override
    def enter(self, sprint: Sprint) -> Move:
        for assignment in self.assign:
            value = sprint.evaluate(assignment.value)
            try:
                sprint.assign(assignment.target, _AS[assignment.kind](value))
            except ValueError:
                sprint.warn("TYPE_MISMATCH", f"vars.{assignment.target} is no {assignment.kind}")
        return Take("next")

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        for number, assignment in enumerate(self.assign):
            yield ("assign", number, "value"), assignment.value

    @override
    def writes(self) -> tuple[str, ...]:
        return tuple(assignment.target for assignment in self.assign)


def _number(value: JsonValue) -> JsonValue:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    number = as_number(to_text(value))
    if number is None:
        raise ValueError("not a number")
    return number


_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _boolean(value: JsonValue) -> JsonValue:
    word = fold(to_text(value))
    if word not in _BOOLEANS:
        raise ValueError("not a boolean")
    return _BOOLEANS[word]


def _json(value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        return value
    if len(value) > MAX_VARIABLE:
        raise ValueError("too long")
    try:
        parsed: JsonValue = json.loads(value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if unfit(parsed):
        raise ValueError("cannot be kept")
    return parsed


_AS: dict[ValueKind, Callable[[JsonValue], JsonValue]] = {
    "any": lambda value: value,
    "text": to_text,
    "number": _number,
    "boolean": _boolean,
    "json": _json,
}
