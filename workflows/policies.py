"""How long activities may take, and how often they are tried."""

from datetime import timedelta

from temporalio.common import Priority, RetryPolicy

RECORD_TIMEOUT = timedelta(seconds=15)
RECORD_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)
)
"""For ever: PostgreSQL comes back, and nothing said may be lost."""
ONCE = RetryPolicy(maximum_attempts=1)

RECORD_IN_TASK = timedelta(seconds=4)
"""Within a workflow task, which may take ten: then it is tried again outside of it."""

SEND_TIMEOUT = timedelta(seconds=90)
"""One attempt, with every part and its upload."""
SEND_DEADLINE = timedelta(hours=24)
"""All attempts. After that the message is settled as failed or in doubt."""
SEND_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2)
)

MEDIA_TIMEOUT = timedelta(minutes=2)
MEDIA_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=1),
    maximum_attempts=8,
)

ASSIGN_AGAIN = timedelta(minutes=5)
"""A conversation that waits in a queue is told at once when somebody has room; this is the safety net."""


def fair(tenant_id: object) -> Priority:
    """One tenant's load does not stand in another's way."""
    return Priority(fairness_key=str(tenant_id))
