"""The tests of a `branch`: how two values are compared.

Texts are compared the way people read them: outer spaces, case and character width do not count.
A value that cannot be compared makes the test false and is noted; it never stops the run.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import JsonValue

from flows.templates import to_text
from flows.text import as_number, fold, plain

OperatorName = Literal[
    "eq",
    "neq",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "matches_word",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "is_set",
    "is_empty",
    "is_true",
]


Comparison = Callable[[JsonValue, JsonValue], bool]


class NotComparable(Exception):
    """The operator makes no sense for these values."""


class Operator(NamedTuple):
    """One comparison. `right` says whether it has a right side at all."""

    test: Comparison
    right: bool = True


class Verdict(NamedTuple):
    """Whether a test holds, and what could not be compared."""

    holds: bool
    problem: str | None = None


def holds(name: OperatorName, left: JsonValue, right: JsonValue) -> Verdict:
    """Run one test."""
    try:
        return Verdict(OPERATORS[name].test(left, right))
    except NotComparable as reason:
        return Verdict(holds=False, problem=f"{name}: {reason}")


def _loose(value: JsonValue) -> str:
    return plain(to_text(value)).casefold()


def _equal(left: JsonValue, right: JsonValue) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _loose(left) == _loose(right)
    if isinstance(left, (int, float)) or isinstance(right, (int, float)):
        return _as_number(left) is not None and _as_number(left) == _as_number(right)
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left == right
    return _loose(left) == _loose(right)


def _contains(left: JsonValue, right: JsonValue) -> bool:
    if isinstance(left, list):
        return any(_equal(item, right) for item in left)
    return _text(right) in _text(left)


def _matches_word(left: JsonValue, right: JsonValue) -> bool:
    """Whether the whole word or phrase stands in the text; accents and punctuation do not count."""
    word = fold(_text(right))
    return bool(word) and f" {word} " in f" {fold(_text(left))} "


def _in(left: JsonValue, right: JsonValue) -> bool:
    if not isinstance(right, list):
        raise NotComparable("the right side is not a list")
    return any(_equal(left, item) for item in right)


def _text(value: JsonValue) -> str:
    if isinstance(value, (list, dict)):
        raise NotComparable("a list or an object is not a text")
    return _loose(value)


def _as_number(value: JsonValue) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if abs(value) < 1e16 else None
    return as_number(value) if isinstance(value, str) else None


def _numbers(compare: Callable[[float, float], bool]) -> Operator:
    def test(left: JsonValue, right: JsonValue) -> bool:
        first, second = _as_number(left), _as_number(right)
        if first is None or second is None:
            raise NotComparable("both sides must be numbers")
        return compare(float(first), float(second))

    return Operator(test)


def _not(test: Comparison) -> Operator:
    def negated(left: JsonValue, right: JsonValue) -> bool:
        return not test(left, right)

    return Operator(negated)


def _starts_with(left: JsonValue, right: JsonValue) -> bool:
    return _text(left).startswith(_text(right))


def _ends_with(left: JsonValue, right: JsonValue) -> bool:
    return _text(left).endswith(_text(right))


def _is_set(left: JsonValue, _: JsonValue) -> bool:
    return left is not None


def _is_empty(left: JsonValue, _: JsonValue) -> bool:
    return left is None or left in ([], {}) or (isinstance(left, str) and not left.strip())


def _is_true(left: JsonValue, _: JsonValue) -> bool:
    return _loose(left) in ("true", "yes", "1")


OPERATORS: dict[OperatorName, Operator] = {
    "eq": Operator(_equal),
    "neq": _not(_equal),
    "contains": Operator(_contains),
    "not_contains": _not(_contains),
    "starts_with": Operator(_starts_with),
    "ends_with": Operator(_ends_with),
    "matches_word": Operator(_matches_word),
    "in": Operator(_in),
    "not_in": _not(_in),
    "gt": _numbers(float.__gt__),
    "gte": _numbers(float.__ge__),
    "lt": _numbers(float.__lt__),
    "lte": _numbers(float.__le__),
    "is_set": Operator(_is_set, right=False),
    "is_empty": Operator(_is_empty, right=False),
    "is_true": Operator(_is_true, right=False),
}
