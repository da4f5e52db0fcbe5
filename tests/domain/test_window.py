"""The reply window: when it closes, and whether it is open."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.window import agents_window, is_open, reply_window_closes

DAY = timedelta(hours=24)
WROTE = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "last_inbound_at", "closes"),
    [
        (None, None, None),
        (None, WROTE, None),
        (DAY, None, None),
        (DAY, WROTE, datetime(2026, 3, 3, 10, 0, tzinfo=UTC)),
        (timedelta(days=7), WROTE, datetime(2026, 3, 9, 10, 0, tzinfo=UTC)),
    ],
)
def test_window_closes_counted_from_the_last_inbound_message(
    window: timedelta | None, last_inbound_at: datetime | None, closes: datetime | None
) -> None:
    assert reply_window_closes(window, last_inbound_at) == closes


@pytest.mark.parametrize(
    ("window", "last_inbound_at", "later", "expected"),
    [
        pytest.param(None, None, timedelta(0), True, id="no window: always"),
        pytest.param(None, WROTE, timedelta(days=900), True, id="no window: however late"),
        pytest.param(DAY, None, timedelta(0), False, id="never wrote: never opened"),
        pytest.param(DAY, WROTE, timedelta(0), True, id="just wrote"),
        pytest.param(DAY, WROTE, timedelta(hours=23, minutes=58, seconds=59), True, id="before"),
        pytest.param(DAY, WROTE, timedelta(hours=23, minutes=59), False, id="within the margin"),
        pytest.param(DAY, WROTE, DAY, False, id="at the end"),
        pytest.param(DAY, WROTE, timedelta(days=2), False, id="long over"),
        pytest.param(DAY, WROTE, timedelta(minutes=-5), True, id="platform's clock ahead of ours"),
    ],
)
def test_window_is_open_until_a_minute_before_it_closes(
    window: timedelta | None,
    last_inbound_at: datetime | None,
    later: timedelta,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert is_open(window, last_inbound_at, WROTE + later) is expected


def test_margin_can_be_chosen() -> None:
    last_second = WROTE + DAY - timedelta(seconds=1)
    assert is_open(DAY, WROTE, last_second, margin=timedelta(0))
    assert not is_open(DAY, WROTE, last_second, margin=timedelta(seconds=1))


@pytest.mark.parametrize(
    ("reply", "agent", "expected"),
    [
        pytest.param(None, None, None, id="always open"),
        pytest.param(None, DAY, None, id="always open, for people too"),
        pytest.param(DAY, None, DAY, id="people have no longer"),
        pytest.param(DAY, timedelta(days=7), timedelta(days=7), id="people have longer"),
        pytest.param(DAY, timedelta(hours=1), DAY, id="never less than a machine"),
    ],
)
def test_how_long_a_person_may_answer(
    reply: timedelta | None, agent: timedelta | None, expected: timedelta | None
) -> None:
    assert agents_window(reply, agent) == expected
