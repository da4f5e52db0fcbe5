"""How far a folder has been read, and what is ours when a server counts anew."""

from datetime import UTC, datetime, timedelta

import pytest

from platforms.email.imap_place import Found, Place

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def found(uid: int, at: datetime | None, name: str = "x") -> Found:
    return Found(uid, at, 100, name)


PLACE = Place.first("INBOX", 7, 20, [found(19, NOON - HOUR), found(20, NOON, "last")])


def test_a_place_survives_as_json() -> None:
    place = PLACE.after(found(21, NOON + HOUR))
    assert Place.of(place.cursor(), "INBOX") == place
    assert place.uid == 21


@pytest.mark.parametrize("cursor", [None, {}, {"uid": 3}, {"folder": "INBOX", "uidvalidity": "x"}])
def test_what_is_no_place_is_a_first_start(cursor: dict[str, object] | None) -> None:
    assert Place.of(cursor, "INBOX") is None
    assert Place.of(PLACE.cursor(), "Archive") is None


OURS = [
    (found(1, NOON + HOUR), True),
    (found(1, NOON, "another of that second"), True),
    (found(1, NOON, "last"), False),
    (found(1, NOON - HOUR), False),
    (found(1, None), True),
]


@pytest.mark.parametrize(("message", "ours"), OURS)
def test_what_came_before_us_is_not_ours(message: Found, *, ours: bool) -> None:
    assert PLACE.is_ours(message) is ours


def test_an_empty_mailbox_had_nothing_before_us() -> None:
    empty = Place.first("INBOX", 7, 0, [])
    assert empty.looked_from is None
    assert empty.is_ours(found(1, NOON - HOUR * 9999))


def test_it_looks_back_two_days_and_never_before_it_began() -> None:
    assert PLACE.looked_from == NOON - timedelta(days=1)
    late = PLACE.after(found(21, NOON + timedelta(days=30)))
    assert late.looked_from == NOON + timedelta(days=27)


def test_a_moved_message_does_not_turn_the_clock_back() -> None:
    place = PLACE.after(found(21, NOON + HOUR)).after(found(22, NOON - HOUR * 500))
    assert (place.uid, place.at) == (22, NOON + HOUR)
