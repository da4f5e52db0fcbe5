"""The inbox of a conversation: keeps order, drops repeats, hands out batches."""

from itertools import takewhile

from domain import payloads
from domain.conversation import Action, InboundItem
from workflows.messages import Entry

REMEMBERED = 500
"""Ids kept to drop repeats early. The database's unique index is the real guard."""


class Inbox:
    """What waits to be processed. The two lists belong to the state that continue-as-new carries."""

    def __init__(self, waiting: list[Entry], seen: list[str]) -> None:
        self._waiting = waiting
        self._seen = seen

    def __len__(self) -> int:
        return len(self._waiting)

    def receive(self, items: list[InboundItem]) -> None:
        """Append what was not received before."""
        for item in items:
            key = f"{item.event.kind}:{item.event.external_id}"
            if key not in self._seen:
                self._seen.append(key)
                self._waiting.append(Entry(item=item))
        del self._seen[:-REMEMBERED]

    def act(self, action: Action) -> None:
        self._waiting.append(Entry(action=action))

    def actions(self) -> list[Action]:
        """The actions that wait, in order."""
        return [entry.action for entry in self._waiting if entry.action is not None]

    def take(self) -> list[InboundItem] | Action:
        """The next action, or the messages that stand before it, as many as may travel together."""
        first = self._waiting[0]
        if first.action is not None:
            del self._waiting[0]
            return first.action
        said = [entry.item for entry in takewhile(_is_message, self._waiting) if entry.item]
        count = payloads.leading(said)
        del self._waiting[:count]
        return said[:count]


def _is_message(entry: Entry) -> bool:
    return entry.item is not None
