"""The tests of a branch: a golden table, because a changed verdict would change running flows."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from flows.operators import OPERATORS, OperatorName, holds

YES = [
    ("eq", " Lisboa", "LISBOA "),
    ("eq", "12.0", 12),
    ("eq", True, "true"),
    ("eq", [1, "a"], [1, "a"]),
    ("neq", "a", "b"),
    ("neq", None, 0),
    ("contains", "Rua da Prata", "da pr"),
    ("contains", ["a", "B"], "b"),
    ("not_contains", "abc", "x"),
    ("starts_with", "+55 11", "+55"),
    ("ends_with", "a@example.com", "@EXAMPLE.com"),
    ("matches_word", "Olá, é urgente!", "URGENTE"),
    ("matches_word", "fala com atendente", "com atendente"),
    ("in", "b", ["A", "B"]),
    ("in", 2, ["1", "2"]),
    ("not_in", "c", ["A", "B"]),
    ("gt", "10", 9),
    ("gte", 10, "10"),
    ("lt", 1.5, 2),
    ("lte", 2, 2),
    ("is_set", "", None),
    ("is_empty", " ", None),
    ("is_empty", [], None),
    ("is_empty", None, None),
    ("is_true", True, None),
    ("is_true", "Yes", None),
]
NO = [
    ("eq", "a", "á"),
    ("eq", 1, True),
    ("eq", "x", 0),
    ("neq", "a", "A"),
    ("contains", "abc", "d"),
    ("not_contains", ["a"], "A"),
    ("starts_with", "abc", "b"),
    ("ends_with", "abc", "b"),
    ("matches_word", "urgentemente", "urgente"),
    ("matches_word", "anything", "!"),
    ("in", "c", ["a"]),
    ("not_in", "a", ["A"]),
    ("gt", 9, "10"),
    ("gte", 9, 10),
    ("lt", 2, 2),
    ("lte", 3, 2),
    ("is_set", None, None),
    ("is_empty", 0, None),
    ("is_empty", False, None),
    ("is_true", "no", None),
    ("is_true", None, None),
]


@pytest.mark.parametrize(("op", "left", "right"), YES)
def test_holds(op: OperatorName, left: JsonValue, right: JsonValue) -> None:
    assert holds(op, left, right) == (True, None)


@pytest.mark.parametrize(("op", "left", "right"), NO)
def test_does_not_hold(op: OperatorName, left: JsonValue, right: JsonValue) -> None:
    assert holds(op, left, right) == (False, None)


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("gt", "many", 1),
        ("lt", None, 1),
        ("gte", True, 1),
        ("lte", 10**400, 1),
        ("in", "a", "abc"),
        ("not_in", "a", "abc"),
        ("starts_with", ["a"], "a"),
        ("not_contains", {"a": 1}, "a"),
    ],
)
def test_what_cannot_be_compared_is_false_and_named(
    op: OperatorName, left: JsonValue, right: JsonValue
) -> None:
    verdict = holds(op, left, right)
    assert not verdict.holds
    assert verdict.problem is not None
    assert verdict.problem.startswith(f"{op}: ")


def test_every_operator_is_in_the_table_and_in_both_lists() -> None:
    names = get_args(OperatorName)
    assert tuple(OPERATORS) == names
    for cases in (YES, NO):
        assert list(dict.fromkeys(op for op, _, _ in cases)) == list(names)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.sampled_from(get_args(OperatorName)), _VALUES, _VALUES)
def test_no_values_break_it(op: OperatorName, left: JsonValue, right: JsonValue) -> None:
    assert holds(op, left, right).holds in (True, False)
