"""Lengths in the platforms' units, and cuts that no reader minds."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.content import TextContent
from domain.errors import ContentRejected
from domain.platform import LengthUnit, Limits
from domain.text import fits, is_boundary, joined, length, shorten, split, texts

FAMILY = "👩\u200d👩\u200d👧"
POINTS, UTF16, BYTES = LengthUnit.CODE_POINTS, LengthUnit.UTF16, LengthUnit.BYTES


@pytest.mark.parametrize(
    ("text", "points", "utf16", "octets"),
    [("", 0, 0, 0), ("abc", 3, 3, 3), ("ação", 4, 4, 6), ("👍", 1, 2, 4), (FAMILY, 5, 8, 18)],
)
def test_length_is_counted_in_the_platforms_unit(
    text: str, points: int, utf16: int, octets: int
) -> None:
    assert [length(text, unit) for unit in (POINTS, UTF16, BYTES)] == [points, utf16, octets]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        pytest.param("short", 10, ["short"], id="fits: untouched"),
        pytest.param("  kept  ", 10, ["  kept  "], id="fits: its spaces too"),
        pytest.param("One two.\n\nThree four.", 15, ["One two.", "Three four."], id="paragraph"),
        pytest.param("One. Two\nthree four", 13, ["One. Two", "three four"], id="line"),
        pytest.param("Is it? Yes it is", 12, ["Is it?", "Yes it is"], id="sentence"),
        pytest.param('He said "no." Then left', 16, ['He said "no."', "Then left"], id="quote"),
        pytest.param("你好。今天天气很好", 6, ["你好。", "今天天气很好"], id="full-width stop"),
        pytest.param("你好吗。天气", 3, ["你好吗", "。天气"], id="stop beyond the limit"),
        pytest.param("alpha beta gamma", 11, ["alpha beta", "gamma"], id="word"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="within a word"),
        pytest.param("A.\n\n" + "b" * 30, 20, ["A.", "b" * 20, "b" * 10], id="only break early"),
        pytest.param("a b " + "c" * 60, 40, ["a b", "c" * 40, "c" * 20], id="early word"),
    ],
)
def test_split_at_the_coarsest_boundary(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit, POINTS) == parts


@pytest.mark.parametrize(
    ("text", "limit", "unit", "parts"),
    [
        pytest.param("👍👍👍", 3, UTF16, ["👍", "👍", "👍"], id="surrogate pairs stay whole"),
        pytest.param("e\u0301e\u0301", 3, POINTS, ["e\u0301", "e\u0301"], id="accent with letter"),
        pytest.param("ab \u0301cd", 4, POINTS, ["ab \u0301", "cd"], id="accent on a space"),
        pytest.param("ab \u0301cd", 3, POINTS, ["ab", " \u0301c", "d"], id="and at a cut"),
        pytest.param("x" + FAMILY, 5, POINTS, ["x", FAMILY], id="joined emoji"),
        pytest.param("a👍🏽", 2, POINTS, ["a", "👍🏽"], id="skin tone"),
        pytest.param("🇧🇷🇵🇹", 3, POINTS, ["🇧🇷", "🇵🇹"], id="flags are pairs"),
        pytest.param("ab\r\ncd", 3, POINTS, ["ab", "cd"], id="line end of two characters"),
        pytest.param(
            "\u1112\u1161\u11ab\u1112",
            2,
            POINTS,
            ["\u1112\u1161", "\u11ab\u1112"],
            id="too small for a block",
        ),
        pytest.param(
            "a\u1112\u1161\u11ab", 3, POINTS, ["a", "\u1112\u1161\u11ab"], id="hangul jamo"
        ),
        pytest.param("ééé", 3, BYTES, ["é", "é", "é"], id="bytes"),
    ],
)
def test_split_never_cuts_what_a_reader_sees_as_one_character(
    text: str, limit: int, unit: LengthUnit, parts: list[str]
) -> None:
    assert split(text, limit, unit) == parts


def test_a_character_longer_than_the_limit_is_cut_between_its_code_points() -> None:
    zalgo = "e" + "\u0301" * 9
    assert split(zalgo, 4, POINTS) == ["e" + "\u0301" * 3, "\u0301" * 4, "\u0301" * 2]


def test_a_limit_below_one_character_is_refused() -> None:
    with pytest.raises(ContentRejected, match="limit of 1 bytes"):
        split("éé", 1, BYTES)


@pytest.mark.parametrize(
    ("text", "limit", "unit", "expected"),
    [
        ("Segunda-feira", 20, POINTS, "Segunda-feira"),
        ("Segunda-feira às dez", 14, POINTS, "Segunda-feira…"),
        ("ae\u0301io", 3, POINTS, "a…"),
        ("ação total", 8, BYTES, "açã…"),
        ("👍👍👍", 3, UTF16, "👍…"),
        ("longer", 1, POINTS, ""),
        ("longer", 2, BYTES, ""),
    ],
)
def test_shorten_leaves_room_for_the_ellipsis(
    text: str, limit: int, unit: LengthUnit, expected: str
) -> None:
    assert shorten(text, limit, unit) == expected
    assert fits(expected, limit, unit)


def test_boundaries_of_control_characters_and_ends() -> None:
    assert is_boundary("ab", 0)
    assert is_boundary("ab", 2)
    assert is_boundary("\n\u0301", 1)
    assert not is_boundary("\r\n", 1)
    assert not is_boundary("a\ufe0f", 1)


def test_joined_leaves_out_what_says_nothing() -> None:
    assert joined(("a", None, "  ", "b"), "-") == "a-b"


def test_texts_refuse_to_say_nothing() -> None:
    limits = Limits(text=5)
    assert texts("abc defg", limits) == [TextContent(text="abc"), TextContent(text="defg")]
    with pytest.raises(ContentRejected, match="empty"):
        texts(" \n ", limits)


_LETTERS = st.sampled_from([*"abc.!? \n", "\r\n", "é", "e\u0301", "👍🏽", FAMILY, "🇧🇷", "한", "。"])


@settings(deadline=None)  # the machine may be busy
@given(
    text=st.one_of(st.lists(_LETTERS, max_size=120).map("".join), st.text(max_size=120)),
    limit=st.integers(20, 60),
    unit=st.sampled_from(LengthUnit),
)
def test_parts_are_within_the_limit_and_say_all_of_the_text(
    text: str, limit: int, unit: LengthUnit
) -> None:
    parts = split(text, limit, unit)
    assert all(fits(part, limit, unit) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert [piece for part in parts for piece in split(part, limit, unit)] == parts


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(["a", "e\u0301", "👍🏽", FAMILY, "🇧🇷", " "]), max_size=60))
def test_no_part_begins_inside_a_character(characters: list[str]) -> None:
    for part in split("".join(characters), 20, BYTES):
        assert not part or not (unicodedata.combining(part[0]) or part[0] in "\u200d\ufe0f🏽")
        assert part.count("🇧") == part.count("🇷")
