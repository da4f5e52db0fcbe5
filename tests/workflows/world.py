"""The world as a conversation's workflow meets it: same-named activities over one conversation, kept in memory."""

import asyncio
from uuid import UUID, uuid4

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from activities.conversations import ActionRequest, Assignment, AssignRequest
from activities.transcript import MediaFetch
from domain.conversation import (
    Action,
    ActionResult,
    ConversationStatus,
    ConversationView,
    Delivery,
    FlowStart,
    InboundBatch,
    OutboundDraft,
    Owner,
    OwnerKind,
    Route,
)
from domain.lifecycle import project, waits
from domain.receipts import ReceiptStatus
from workflows.messages import FlowRunStart, MessageFailure

QUEUE = UUID(int=0xCAFE)


class World:
    """One conversation, what was asked about it, and gates to hold an activity in the middle."""

    def __init__(self) -> None:
        self.conversation_id = uuid4()
        self.view: ConversationView | None = None
        self.greets: FlowStart | None = None
        """The flow that gets the conversation when it opens."""
        self.agent: UUID | None = None
        """The agent who has room."""
        self.next_waiting: str | None = None
        """The workflow of who is next, told whenever an action is applied."""
        self.flow_gone = False
        self.unstorable: set[str] = set()
        """External ids of what cannot be recorded."""
        self.fails_in_task = False
        """Whether recording fails as a local activity."""
        self.failed_in_task = 0
        self.refusal: ApplicationError | None = None
        """What every action is refused with."""
        self.batches: list[InboundBatch] = []
        self.actions: list[Action] = []
        self.looked = 0
        """How often somebody looked for an agent."""
        self.aside: list[str] = []
        """External ids of what was set aside."""
        self.sent: list[OutboundDraft] = []
        self.fetched: list[MediaFetch] = []
        self.runs: list[str] = []
        """The run ids of the conversation's workflow, in order, as far as they asked for something."""
        self._heard: set[str] = set()
        self._gates: dict[str, asyncio.Event] = {}

    def hold(self, name: str) -> None:
        """Let an activity of that name wait in the middle, until it is released."""
        self._gates[name] = asyncio.Event()

    def release(self, name: str) -> None:
        self._gates[name].set()

    async def _begin(self, name: str) -> None:
        run = activity.info().workflow_run_id
        if run is not None and run not in self.runs:
            self.runs.append(run)
        if name in self._gates:
            await self._gates[name].wait()

    @property
    def heard(self) -> list[str]:
        """The external ids of what was recorded, in order."""
        return [item.event.external_id for batch in self.batches for item in batch.items]

    def done(self, kind: str) -> list[Action]:
        return [action for action in self.actions if action.kind == kind]

    @activity.defn
    async def record_inbound(self, batch: InboundBatch) -> Route:
        await self._begin("record_inbound")
        if self.fails_in_task and activity.info().is_local:
            self.failed_in_task += 1
            raise ApplicationError("PostgreSQL is away", type="database_unavailable")
        if self.unstorable & {item.event.external_id for item in batch.items}:
            raise ApplicationError("not to be stored", type="unstorable", non_retryable=True)
        self.batches.append(batch)
        new = [item for item in batch.items if item.event.external_id not in self._heard]
        self._heard.update(item.event.external_id for item in new)
        flow = None
        if self.view is None or self.view.status == ConversationStatus.RESOLVED:
            flow = self.greets
            self.view = self._opened(flow)
        elif new:
            self.view = self._woken(self.view)
        return Route(
            conversation_id=self.conversation_id,
            view=self.view,
            accepted=[item.id for item in new],
            flow=flow,
            flow_gone=self.flow_gone and flow is None,
        )

    def _opened(self, flow: FlowStart | None) -> ConversationView:
        now = activity.info().current_attempt_scheduled_time
        owner = Owner(kind=OwnerKind.QUEUE, id=QUEUE)
        status = ConversationStatus.OPEN
        if flow is not None:
            owner = Owner(kind=OwnerKind.FLOW, id=flow.run_id)
            status = ConversationStatus.PENDING
        return ConversationView(status=status, owner=owner, queue_id=QUEUE, last_inbound_at=now)

    def _woken(self, view: ConversationView) -> ConversationView:
        now = activity.info().current_attempt_scheduled_time
        snoozed = view.status == ConversationStatus.SNOOZED
        status = ConversationStatus.OPEN if snoozed else view.status
        changes = {"status": status, "snoozed_until": None, "last_inbound_at": now}
        return view.model_copy(update=changes)

    @activity.defn
    async def set_aside(self, batch: InboundBatch) -> None:
        await self._begin("set_aside")
        self.aside += [item.event.external_id for item in batch.items]

    @activity.defn
    async def apply_action(self, request: ActionRequest) -> ActionResult:
        await self._begin("apply_action")
        assert self.view is not None
        if self.refusal is not None:
            raise self.refusal
        self.actions.append(request.action)
        self.view = project(self.view, request.action)
        self._assign()
        return ActionResult(**self.view.model_dump(), next_waiting=self.next_waiting)

    @activity.defn
    async def assign_agent(self, request: AssignRequest) -> Assignment:
        await self._begin("assign_agent")
        assert self.view is not None
        self.looked += 1
        self._assign()
        return Assignment(owner=self.view.owner)

    def _assign(self) -> None:
        if self.view is not None and waits(self.view) and self.agent is not None:
            owner = Owner(kind=OwnerKind.AGENT, id=self.agent)
            self.view = self.view.model_copy(update={"owner": owner})

    @activity.defn
    async def deliver(self, draft: OutboundDraft) -> Delivery:
        await self._begin("deliver")
        self.sent.append(draft)
        return Delivery(status=ReceiptStatus.SENT)

    @activity.defn
    async def fetch_media(self, fetch: MediaFetch) -> str | None:
        await self._begin("fetch_media")
        self.fetched.append(fetch)
        return "the key"


@workflow.defn(name="FlowRunWorkflow")
class WaitingRun:
    """A flow run that says nothing and waits until it is stopped."""

    @workflow.init
    def __init__(self, start: FlowRunStart) -> None:
        self._reason: str | None = None

    @workflow.run
    async def run(self, start: FlowRunStart) -> str:
        await workflow.wait_condition(lambda: self._reason is not None)
        return f"stopped: {self._reason}"

    @workflow.signal
    def stopped(self, reason: str) -> None:
        self._reason = reason

    @workflow.signal
    def message_failed(self, failure: MessageFailure) -> None:
        self._reason = f"{failure.code} came back"
