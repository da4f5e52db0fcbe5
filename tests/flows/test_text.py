"""How texts are compared."""

import pytest

from flows.text import as_number, fold, within_one_edit


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  São  Paulo! ", "sao paulo"),
        ("ＡＢＣ", "abc"),  # noqa: RUF001  full width
        ("Straße", "strasse"),
        ("👍 OK 👍", "ok"),
        ("👍", "👍"),
        ("don't", "don t"),
        ("हिन्दी", "हिन्दी"),
        ("Ёлка", "елка"),
        ("", ""),
        ("?!", "?!"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [
        ("sales", "sales", True),
        ("sale", "sales", True),
        ("saless", "sales", True),
        ("xsales", "sales", True),
        ("selas", "sales", False),
        ("slaes", "sales", True),
        ("salse", "sales", True),
        ("males", "sales", True),
        ("sal", "sales", False),
        ("sailse", "sales", False),
        ("", "a", True),
    ],
)
def test_within_one_edit(left: str, right: str, *, near: bool) -> None:
    assert within_one_edit(left, right) is near
    assert within_one_edit(right, left) is near


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), (" -3.50 ", -3.5), ("+4", 4), ("٣", 3), ("1e5", None), ("1,5", None), ("", None)],
)
def test_as_number(text: str, number: float | None) -> None:
    assert as_number(text) == number
