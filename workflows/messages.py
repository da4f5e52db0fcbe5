"""What crosses the border of a workflow: inputs, signals, updates, query answers, carried state.

Every field added later needs a default: a running conversation was started without it.
"""

from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel, Field

from activities.transcript import MediaFetch, ProfileFetch
from domain.conversation import Action, ConversationView, FlowStart, InboundItem, Reply
from domain.value import Value
from flows.events import MessageReceived
from flows.state import FlowState


class Entry(Value):
    """One thing that waits in a conversation's inbox: exactly one of the two is set."""

    item: InboundItem | None = None
    action: Action | None = None


class RunningFlow(Value):
    """The flow run that owns a conversation."""

    run_id: UUID
    flow: str
    version: int


class ConversationState(BaseModel):
    """Everything a conversation carries from run to run. Lists and dicts only: sets have no order."""

    conversation_id: UUID | None = None
    contact_name: str | None = None
    language: str | None = None
    view: ConversationView | None = None
    """None until the first batch is recorded."""
    flow: RunningFlow | None = None
    waiting: list[Entry] = Field(default_factory=list)
    seen: list[str] = Field(default_factory=list)
    outbox: list[Reply] = Field(default_factory=list)
    media: list[MediaFetch] = Field(default_factory=list)
    profiles: list[ProfileFetch] = Field(default_factory=list)
    """At most one: the look-up of this contact."""
    profile_asked: bool = False
    published: dict[str, str] = Field(default_factory=dict)
    """The search attributes as they were last written."""
    nudged: bool = False
    """Somebody has room: look for an agent."""


class ConversationStart(Value):
    """The input of `ConversationWorkflow`."""

    tenant_id: UUID
    channel_id: UUID
    platform: str
    address: str
    reply_window: timedelta | None = None
    """How long after the contact's last message the platform lets an agent answer; None: no limit."""
    conversation_id: UUID | None = None
    """Known when an agent reopens it; otherwise the first batch tells."""
    records_in_task: bool = False
    """Whether recording is tried within the workflow task first. False: begun before that was so."""
    published: dict[str, str] = Field(default_factory=dict)
    """The search attributes given at the start, which cost nothing there."""
    state: ConversationState | None = None
    """Set by continue-as-new only."""


class MessageFailure(Value):
    """A platform told us later that a message failed after all."""

    message_id: UUID
    code: str


class FlowEnding(Value):
    """How a flow run left its conversation."""

    run_id: UUID
    outcome: str
    hand_over: bool = False
    queue: str | None = None
    note: str | None = None
    priority: str | None = None
    resolve: bool = False


class FlowRunStart(Value):
    """The input of `FlowRunWorkflow`."""

    tenant_id: UUID
    channel_id: UUID
    platform: str
    conversation_id: UUID
    conversation_workflow_id: str
    run: FlowStart
    contact: dict[str, str] = Field(default_factory=dict)
    language: str | None = None
    state: FlowState | None = None
    """Set by continue-as-new only."""
    inbox: list[MessageReceived] = Field(default_factory=list)
    heard: list[str] = Field(default_factory=list)
    """Ids of messages it has been given, so that one signalled twice is heard once."""
    keys: dict[UUID, str] = Field(default_factory=dict)
    """Messages whose failure still matters: the id of each part, and the key of what it is a part of."""


class ConversationSnapshot(Value):
    """The answer to the query `snapshot`: what the workflow itself believes."""

    conversation_id: UUID | None
    view: ConversationView | None
    flow: RunningFlow | None
    waiting: int
    """Entries in the inbox."""
    outbox: int
    """Replies not yet handed to the platform."""


class FlowSnapshot(Value):
    """The answer to a flow run's query `snapshot`."""

    flow: str
    version: int
    state: FlowState
    waiting: int
