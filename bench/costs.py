"""The exact price of each path, per message. `tests/workflows/test_costs.py` asserts it; the benchmark prints it."""

from typing import NamedTuple


class Price(NamedTuple):
    """Temporal actions, and SQL statements without BEGIN (which carries the tenant) and COMMIT."""

    actions: int
    sql: int


INBOUND = Price(actions=2, sql=2)
"""A message to a conversation that a person owns. SQL: lock, store."""
FIRST_TURN = Price(actions=5, sql=8)
"""The first message of a contact, answered by a flow with one message."""
BOT_TURN = Price(actions=4, sql=4)
"""A later message, answered with one. SQL: as inbound, then begin and finish."""
AGENT_REPLY = Price(actions=2, sql=2)
"""SQL: begin and finish."""
