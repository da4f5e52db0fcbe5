"""The exact price of each path, per message. `tests/workflows/test_costs.py` asserts it; the benchmark prints it."""

from typing import NamedTuple


class Price(NamedTuple):
    """Temporal actions, and SQL statements without BEGIN and COMMIT."""

    actions: int
    sql: int


INBOUND = Price(actions=2, sql=3)
"""A message to a conversation that a person owns. SQL: tenant, lock, store."""
FIRST_TURN = Price(actions=5, sql=11)
"""The first message of a contact, answered by a flow with one message."""
BOT_TURN = Price(actions=4, sql=7)
"""A later message, answered with one. SQL: as inbound, then tenant and begin, tenant and finish."""
AGENT_REPLY = Price(actions=2, sql=4)
"""SQL: tenant and begin, tenant and finish."""
