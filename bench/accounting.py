"""Exact costs, counted from histories: Temporal actions and events do not depend on the machine."""

from collections import Counter
from collections.abc import Iterable

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory

# What Temporal Cloud bills (docs.temporal.io/cloud/actions, read 2026-08). A start with its signal is one; a
# started child is two, and nothing more in the child's own history.
_BILLED = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: ("activity", 1),
    # Local activities leave markers. Several in one workflow task are billed as one: this counts the most there can be.
    EventType.EVENT_TYPE_MARKER_RECORDED: ("local activity", 1),
    EventType.EVENT_TYPE_TIMER_STARTED: ("timer", 1),
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: ("search attributes", 1),
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: ("child", 2),
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: ("signal to workflow", 1),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: ("update", 1),
}


def billed(event: HistoryEvent) -> tuple[str, int] | None:
    """What an event costs: its name and how many actions."""
    if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
        # A signal from a workflow was counted where it was sent.
        inner = event.workflow_execution_signaled_event_attributes
        return None if inner.HasField("external_workflow_execution") else ("signal", 1)
    return _BILLED.get(event.event_type)


class Bill(Counter[str]):
    """Actions by name; `events` counts history events."""

    events: int = 0

    @property
    def actions(self) -> int:
        return sum(self.values())

    def add(self, events: Iterable[HistoryEvent]) -> "Bill":
        for event in events:
            self.events += 1
            if cost := billed(event):
                self[cost[0]] += cost[1]
        return self


async def histories(client: Client) -> list[WorkflowHistory]:
    """Every history of the namespace."""
    return [history async for history in client.list_workflows().map_histories()]


async def bill(client: Client) -> Bill:
    """What the namespace has cost so far."""
    total = Bill()
    for history in await histories(client):
        total.add(history.events)
    return total
