"""The clock, for endpoints that answer by it."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  edge: reads the clock
