"""How many short messages a text takes, and where a longer one is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.segments import DEFAULT_ALPHABET, EXTENSION, Size, is_narrow, measure, segments
from domain.text import fits, shorten, split

SEGMENTS = LengthUnit.SEGMENTS


@pytest.mark.parametrize(
    ("text", "wide", "units", "count"),
    [
        pytest.param("", False, 0, 0, id="nothing"),
        pytest.param("x" * 160, False, 160, 1, id="one is full"),
        pytest.param("x" * 161, False, 161, 2, id="two, with headers"),
        pytest.param("x" * 306, False, 306, 2, id="two are full"),
        pytest.param("x" * 307, False, 307, 3, id="three"),
        pytest.param("|" * 80, False, 160, 1, id="the extension takes two"),
        pytest.param("|" * 81, False, 162, 2, id="of both segments"),
        pytest.param("x" * 152 + "|" + "x" * 152, False, 306, 3, id="an escape is never parted"),
        pytest.param("õ" * 70, True, 70, 1, id="wide, one is full"),
        pytest.param("õ" * 71, True, 71, 2, id="wide, two"),
        pytest.param("õ" * 134, True, 134, 2, id="wide, two are full"),
        pytest.param("x" * 69 + "õ", True, 70, 1, id="one letter makes all wide"),
        pytest.param("👍" * 35, True, 70, 1, id="surrogate pairs"),
        pytest.param("õ" * 66 + "👍" + "õ" * 66, True, 134, 3, id="a pair is never parted"),
        pytest.param("Ç à é ò", False, 7, 1, id="accents of the alphabet"),
        pytest.param("\n\r\f", False, 4, 1, id="controls"),
    ],
)
def test_measure(text: str, *, wide: bool, units: int, count: int) -> None:
    assert measure(text) == Size(wide, units, count)


def test_the_alphabet_is_complete() -> None:
    assert len(DEFAULT_ALPHABET) == 127  # and the escape
    assert len(EXTENSION) == 10
    assert not DEFAULT_ALPHABET & EXTENSION


@pytest.mark.parametrize("text", [*"çãõáíóúâêô`“”—…•\t", "\u00a0", "\u2019"])
def test_what_is_not_in_it_is_wide(text: str) -> None:
    assert not is_narrow(text)


texts = st.text(st.sampled_from("ab |€\nçÇ👍é"), max_size=400)


@given(texts, st.integers(0, 400))
def test_a_beginning_takes_no_more_than_the_whole(text: str, size: int) -> None:
    assert segments(text[:size]) <= segments(text)


@given(texts, st.integers(1, 3))
def test_parts_fit(text: str, limit: int) -> None:
    parts = split(text, limit, SEGMENTS)
    assert all(fits(part, limit, SEGMENTS) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "sizes"),
    [
        pytest.param("x" * 1530, 10, [1530], id="ten segments are one message"),
        pytest.param("x" * 1531, 10, [1530, 1], id="and not eleven"),
        pytest.param("õ" * 671, 10, [670, 1], id="wide"),
        pytest.param("x" * 300 + "õ", 2, [300, 1], id="a narrow beginning stays narrow"),
        pytest.param("x" * 10 + "õ" * 200, 1, [70, 70, 70], id="and is wide where that is shorter"),
    ],
)
def test_split_takes_as_much_as_fits(text: str, limit: int, sizes: list[int]) -> None:
    assert [len(part) for part in split(text, limit, SEGMENTS)] == sizes


def test_no_segment_holds_nothing() -> None:
    with pytest.raises(ContentRejected):
        split("x", 0, SEGMENTS)


def test_an_ellipsis_makes_a_text_wide() -> None:
    short = shorten("x" * 161, 1, SEGMENTS)
    assert (len(short), segments(short)) == (70, 1)
