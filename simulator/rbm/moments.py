"""Moments as Google writes them: RFC 3339 in UTC, at times to the nanosecond."""

from datetime import UTC, datetime


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_the_nanosecond(at: datetime) -> str:
    """As phones report."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f123Z")
