"""What every node type shares: the common fields, and the questions the engine asks of a node."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints

from domain.value import Value
from flows.events import MessageReceived
from flows.parts import Place
from flows.sprint import Move, Sprint
from flows.state import Prompt

SLUG = r"^[a-z][a-z0-9_]{0,63}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG)]
"""An id: of a node, an option, a case, a variable, an outcome."""

Default = Literal["end", "expire", "on_error", "hand_over"]
"""What an exit that leads nowhere does.

`end`: the run ends as `completed`. `expire`: it ends as `expired`. `on_error`: it goes to the flow's
`on_error` node, and without one people take over. `hand_over`: people take over.
"""


class Exit(NamedTuple):
    """One way out of a node."""

    name: str
    default: Default = "end"
    falls_to: str | None = None
    """The exit taken when this one is open, before the default."""
    quiet: bool = False
    """Leaving it open is the ordinary case."""


class NodeBase(Value, extra="forbid", serialize_by_alias=True):
    """One step of a flow. A subclass adds its own fields and its literal `type`."""

    name: str | None = Field(default=None, max_length=120)
    note: str | None = Field(default=None, max_length=2_000)
    exits: dict[str, Slug] = Field(default_factory=dict)
    """Exit name to node id."""

    @abstractmethod
    def ways(self) -> Iterable[Exit]:
        """Every exit this node can have, as it is configured."""

    @abstractmethod
    def enter(self, sprint: Sprint) -> Move:
        """The run arrives here."""

    def templates(self) -> Iterable[tuple[Place, str]]:
        """Every template in this node, with where it stands."""
        return ()

    def writes(self) -> Iterable[str]:
        """The variables this node sets."""
        return ()


class WaitingNode(NodeBase):
    """A node where every visit ends in a wait."""

    @abstractmethod
    def on_message(self, sprint: Sprint, prompt: Prompt, event: MessageReceived) -> Move:
        """The contact wrote while the run was parked here."""

    @abstractmethod
    def on_timeout(self, sprint: Sprint) -> Move:
        """The deadline of the prompt has come."""


UNDELIVERABLE = Exit("undeliverable", default="hand_over", quiet=True)
"""A message of the node could not be sent, and the contact has not written since."""
