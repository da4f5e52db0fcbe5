"""The one translation of domain errors into Temporal failures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from domain.errors import DomainError, Throttled

# Temporal's timers have a resolution of one second; a shorter delay fires at one second anyway.
SHORTEST_DELAY = timedelta(seconds=1)


def to_failure(error: DomainError) -> ApplicationError:
    """`type` is the error's code; the message is its detail, which never holds a provider's body."""
    delay = None
    if isinstance(error, Throttled) and error.retry_after is not None:
        delay = max(error.retry_after, SHORTEST_DELAY)
    return ApplicationError(
        error.detail or str(error),
        type=error.code,
        non_retryable=not error.retryable,
        next_retry_delay=delay,
    )


@contextmanager
def translated() -> Iterator[None]:
    """Let domain errors leave as Temporal failures."""
    try:
        yield
    except DomainError as error:
        raise to_failure(error) from error
