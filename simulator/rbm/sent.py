"""What an agent has sent: its ids, which are good for one message, and how far each message got."""

from dataclasses import dataclass, field

from simulator.recent import Recent

MAX_IDS = 200_000


@dataclass
class Message:
    """One message on its way."""

    to: str
    delivered: bool = False
    revoked: bool = False


@dataclass
class Sent:
    """By agent and id; events share the ids, and are no messages."""

    ids: Recent[tuple[str, str], Message | None] = field(default_factory=lambda: Recent(MAX_IDS))

    def message(self, agent: str, key: str) -> Message | None:
        return self.ids.get((agent, key))
