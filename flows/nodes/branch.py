"""`branch`: goes one way or another, by what is known."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator
from typing_extensions import override

from domain.value import Value
from flows.limits import MAX_CASES, MAX_TESTS
from flows.nodes.base import Exit, NodeBase, Slug
from flows.operators import OPERATORS, OperatorName, holds
from flows.parts import FilledText, Place
from flows.sprint import Move, Sprint, Take


class BranchTest(Value, extra="forbid"):
    """One comparison. Texts on either side may hold templates; one `{{ … }}` alone keeps its type."""

    left: FilledText
    op: OperatorName
    right: JsonValue = None

    @model_validator(mode="after")
    def _right_side_fits(self) -> Self:
        if OPERATORS[self.op].right and self.right is None:
            raise ValueError(f"{self.op} needs a right side")
        if not OPERATORS[self.op].right and self.right is not None:
            raise ValueError(f"{self.op} takes no right side")
        return self


class BranchCase(Value, extra="forbid"):
    """A way out: taken when all of its tests hold, or any of them."""

    id: Slug
    label: str | None = Field(default=None, max_length=120)
    all: tuple[BranchTest, ...] = Field(default=(), max_length=MAX_TESTS)
    any: tuple[BranchTest, ...] = Field(default=(), max_length=MAX_TESTS)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.all) == bool(self.any):
            raise ValueError("a case has either `all` or `any`, with at least one test")
        return self


class BranchNode(NodeBase):
    """Leaves through `case:<id>` of the first case that holds, else through `else`."""

    type: Literal["branch"]
    cases: tuple[BranchCase, ...] = Field(min_length=1, max_length=MAX_CASES)

    @override
    def ways(self) -> tuple[Exit, ...]:
        cases = (Exit(f"case:{case.id}", falls_to="else") for case in self.cases)
        return (*cases, Exit("else"))

    @override
    def enter(self, sprint: Sprint) -> Move:
        for case in self.cases:
            if _case_holds(case, sprint):
                return Take(f"case:{case.id}")
        return Take("else")

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        for number, case in enumerate(self.cases):
            for kind, tests in (("all", case.all), ("any", case.any)):
                for index, test in enumerate(tests):
                    place: Place = ("cases", number, kind, index)
                    yield (*place, "left"), test.left
                    yield from _right_templates(test.right, (*place, "right"))


def _case_holds(case: BranchCase, sprint: Sprint) -> bool:
    if case.all:
        return all(_test_holds(test, sprint) for test in case.all)
    return any(_test_holds(test, sprint) for test in case.any)


def _test_holds(test: BranchTest, sprint: Sprint) -> bool:
    # For tests without a right side, a value that is missing is an answer, not a surprise.
    left = sprint.evaluate(test.left, quiet=not OPERATORS[test.op].right)
    verdict = holds(test.op, left, _right(test.right, sprint))
    if verdict.problem:
        sprint.warn("TYPE_MISMATCH", verdict.problem)
    return verdict.holds


def _right(value: JsonValue, sprint: Sprint) -> JsonValue:
    if isinstance(value, str):
        return sprint.evaluate(value)
    if isinstance(value, list):
        return [_right(item, sprint) for item in value]
    return value


def _right_templates(value: JsonValue, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _right_templates(item, (*place, number))
