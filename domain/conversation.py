"""A conversation's life: its statuses, its one owner, and what an action may do in which state."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID, uuid5

from pydantic import Field

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from domain.value import Value


class ConversationStatus(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    PENDING = "pending"
    """With a flow: no person needs to look yet."""
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class OwnerKind(StrEnum):
    """Who may speak."""

    FLOW = "flow"
    QUEUE = "queue"
    AGENT = "agent"


class Owner(Value):
    """Exactly one at any time: a flow run, the queue where it waits, or an agent."""

    kind: OwnerKind
    id: UUID | None = None


class Priority(StrEnum):
    """How urgent people think it is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


ActorKind = Literal["contact", "flow", "agent", "system", "account"]
"""Who did something. `account`: our own account, written from outside PyTake (an echo)."""


class Actor(Value):
    """Who did something."""

    kind: ActorKind
    id: UUID | None = None


class InboundItem(Value):
    """One event of the contact on its way into a conversation, with the id it will be stored under."""

    id: UUID
    event: InboundEvent


class Reply(Value):
    """A message of an agent, accepted but not yet sent."""

    message_id: UUID
    author: Actor
    content: MessageContent
    reply_to: str | None = None
    valid_until: datetime | None = None
    """Who asked waits no longer than this: a request that comes later is refused, not carried out unseen."""


ActionKind = Literal[
    "note",
    "assign",
    "take_over",
    "hand_over",
    "resolve",
    "reopen",
    "snooze",
    "wake",
    "tag",
    "set_priority",
]


class Action(Value):
    """Something a person or a timer does to a conversation, besides writing to the contact."""

    id: UUID
    kind: ActionKind
    actor: Actor
    text: str | None = None
    """note: its text. hand_over: a note for the agents."""
    assignee: UUID | None = None
    """assign: the agent; None hands it back to the queue. take_over: the agent who takes it."""
    queue: UUID | None = None
    """assign without an assignee, hand_over: the queue it goes to; None: where it was."""
    queue_name: str | None = None
    """hand_over: the queue by the name a flow knows it by; an unknown name changes nothing."""
    until: datetime | None = None
    """snooze: when it wakes."""
    add: list[str] = Field(default_factory=list)
    remove: list[str] = Field(default_factory=list)
    """tag: which are added and removed."""
    priority: Priority | None = None
    reason: str | None = None
    """Why, where a flow or a timer acts."""
    valid_until: datetime | None = None
    """As of a reply."""


class InboundBatch(Value):
    """Everything that waited in a conversation's inbox, in order, to be recorded in one transaction."""

    batch_id: UUID
    tenant_id: UUID
    channel_id: UUID
    address: str
    items: list[InboundItem]
    fresh: bool = False
    """The workflow holds no state of an open conversation: it has just started, or restarted."""


class FlowStart(Value):
    """A flow run to begin, with the version it stays on."""

    run_id: UUID
    flow: str
    """The flow's slug."""
    version_id: UUID
    version: int
    definition: dict[str, Any] | None = None
    """None when it is too large to travel in histories; the run then loads it itself."""


class ConversationView(Value):
    """Where a conversation stands."""

    status: ConversationStatus
    owner: Owner
    queue_id: UUID | None = None
    """The queue it waits in, or falls back to."""
    priority: Priority = Priority.NORMAL
    tags: list[str] = Field(default_factory=list)
    snoozed_until: datetime | None = None
    last_inbound_at: datetime | None = None


class Route(Value):
    """Where a recorded batch leads: the conversation as it stands now, and what is to begin."""

    conversation_id: UUID
    contact_name: str | None = None
    language: str | None = None
    view: ConversationView
    accepted: list[UUID] = Field(default_factory=list)
    """Ids of the messages that were new, in order. What is missing was a repeat."""
    flow: FlowStart | None = None
    profile_wanted: bool = False
    """The contact has no name yet, and the platform can be asked for one."""
    flow_gone: bool = False
    """The run that owns the conversation was to hear this, and no longer exists."""


_PART_NAMESPACE = UUID("6f1d3c52-6d0f-4a55-9a43-0d6a2f1f7f10")


def part_id(message_id: UUID, number: int) -> UUID:
    """The id of a message's part, counted from 0: the first keeps the message's own, the others follow from it."""
    return uuid5(_PART_NAMESPACE, f"{message_id}:{number}") if number else message_id


class OutboundDraft(Value):
    """One message on its way out, before it is fitted to the platform."""

    message_id: UUID
    tenant_id: UUID
    channel_id: UUID
    conversation_id: UUID
    author: Actor
    content: MessageContent
    reply_to: str | None = None
    cause: dict[str, Any] | None = None
    """Why it was written, for people: flow, version, node."""

    def part(self, number: int, content: MessageContent) -> "OutboundDraft":
        """One of the parts it becomes on its platform, counted from 0. Only the first quotes."""
        return self.model_copy(
            update={
                "message_id": part_id(self.message_id, number),
                "content": content,
                "reply_to": None if number else self.reply_to,
            }
        )


class Delivery(Value):
    """What became of a draft: as far as the part that got least far; one that failed speaks for all."""

    status: ReceiptStatus
    error_code: str | None = None
    """Why it failed, as a `DomainError.code`; None: it did not, as far as we know."""
    detail: str | None = None
    parts: int = 1
    """How many messages it became; `part_id` tells their ids."""


class ActionResult(ConversationView):
    """The conversation after an action."""

    next_waiting: str | None = None
    """Workflow id of a conversation that can now have the agent who was just freed."""
