"""Lenient reading: any JSON, any type, no exception."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import PayloadUnreadable
from platforms.meta.reading import (
    as_list,
    as_number,
    as_text,
    digest,
    parse_timestamp,
    read_object,
    read_value,
)
from platforms.reading import as_object

NOON = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1785585600,
        1785585600.0,
        "1785585600",
        1785585600000,
        "1785585600000",
        "2026-08-01T12:00:00Z",
        "2026-08-01T12:00:00+0000",
        "2026-08-01T09:00:00-03:00",
        "2026-08-01T12:00:00",
    ],
)
def test_one_moment_in_many_spellings(value: Any) -> None:
    moment = parse_timestamp(value)
    assert moment is not None
    assert (moment, moment.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize(
    "value",
    [None, True, "", "asdf", "²", 0, -5, "-1", 10**30, "9" * 5000, [], {}, "nan", "inf", 1e308],
)
def test_no_moment(value: Any) -> None:
    assert parse_timestamp(value) is None


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text())
@settings(max_examples=300, deadline=None)
def test_a_timestamp_is_aware_or_nothing(value: Any) -> None:
    moment = parse_timestamp(value)
    assert moment is None or moment.tzinfo is UTC


def test_types_that_do_not_fit_are_empty() -> None:
    assert as_object([1]) == {}
    assert as_list("abc") == []
    assert as_list({"a": 1}) == [{"a": 1}]
    texts: list[Any] = ["", True, 7, 1.5, None, "x"]
    assert [as_text(value) for value in texts] == [
        None,
        None,
        "7",
        None,
        None,
        "x",
    ]
    numbers: list[Any] = [True, "1.5", "2", "x", float("inf"), [], 3]
    assert [as_number(value) for value in numbers] == [
        None,
        1.5,
        2,
        None,
        None,
        None,
        3,
    ]


def test_numbers_no_store_can_hold() -> None:
    assert read_value("1e999") is None
    assert read_value("NaN") is None
    assert read_value("[-Infinity]") == [None]
    assert read_value("9" * 5000) == "9" * 5000


def test_bytes_with_a_mark_are_read() -> None:
    assert read_object(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_emoji_written_as_two_halves_stay_whole() -> None:
    assert read_value(b'"\\ud83d\\ude00 \\/"') == "😀 /"


def test_only_objects_are_bodies() -> None:
    with pytest.raises(PayloadUnreadable):
        read_object(b"[1]")


def test_a_digest_depends_on_the_content_alone() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest(None)) == 32
