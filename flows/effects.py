"""What a flow run asks of the world: the outputs of `flows.engine.advance`, to be done in order."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.content import MessageContent
from domain.conversation import Priority
from domain.value import Value

WaitKind = Literal["reply", "time"]


class SendMessage(Value):
    """One message to the contact.

    `key` is `node:visit:part`: the same on every replay and unique within the run.
    """

    type: Literal["send_message"] = "send_message"
    key: str
    content: MessageContent
    node_id: str


class WaitFor(Value):
    """The run is parked. Every step of a run that goes on ends with exactly one of these."""

    type: Literal["wait_for"] = "wait_for"
    kind: WaitKind
    seconds: float | None = None
    """From the event's `at` until `TimedOut` is due; None: it waits for ever."""
    until: AwareDatetime | None = None
    """The same moment as a point in time."""


class HandOver(Value):
    """People take over, and the run has ended: nothing follows it."""

    type: Literal["hand_over"] = "hand_over"
    queue: str | None = None
    """Name of the queue; None: the channel's own."""
    note: str | None = None
    """For the agents; the contact never sees it."""
    priority: Priority | None = None
    """None: as it is."""
    reason: str = "flow"
    """`flow` when the author wanted it, else what went wrong, as in `FlowState.outcome`."""
    node_id: str | None = None


class End(Value):
    """The run has ended and leaves nobody in charge: nothing follows it."""

    type: Literal["end"] = "end"
    outcome: str
    resolve: bool = False
    """Whether the conversation is resolved too."""


class Warn(Value):
    """Something an author should see in the run's trace. It changes nothing for the contact."""

    type: Literal["warn"] = "warn"
    code: str
    node_id: str | None = None
    detail: str = ""


Effect = Annotated[
    SendMessage | WaitFor | HandOver | End | Warn,
    Field(discriminator="type"),
]
