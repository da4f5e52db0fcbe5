"""The simulator's only clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  edge: the simulator plays the outside world


def unix() -> float:
    """Seconds since 1970."""
    return time.time()
