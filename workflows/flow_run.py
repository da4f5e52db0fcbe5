"""One run of a flow, pinned to the version it started with, until it ends or people take over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.flows import DefinitionRequest, FlowActivities
    from domain.conversation import Actor, OutboundDraft, part_id
    from flows.effects import Effect, End, HandOver, SendMessage, WaitFor, Warn
    from flows.engine import advance
    from flows.events import Event, MessageReceived, SendFailed, Started, TimedOut
    from flows.model import FlowDefinition
    from flows.state import FlowState
    from workflows import policies
    from workflows.messages import FlowEnding, FlowRunStart, FlowSnapshot, MessageFailure
    from workflows.sending import send

ROLL_AT = 600
"""History events past which a waiting run continues as new."""

REMEMBERED = 200
"""Ids of messages kept to drop what is signalled twice."""

_NO_LONGER_OURS = {"not_yours", "not_possible_now"}
"""Delivery codes that mean the conversation went on without this run."""


@workflow.defn
class FlowRunWorkflow:
    """Feeds the pure engine what happens, and does what it asks."""

    @workflow.init
    def __init__(self, start: FlowRunStart) -> None:
        self._start = start
        self._state = start.state or FlowState()
        self._inbox: list[Event | MessageFailure] = list(start.inbox)
        self._heard: list[str] = list(start.heard)
        self._deadline: datetime | None = None
        self._keys: dict[UUID, str] = dict(start.keys)
        """Of messages whose failure still matters: the id of each part, and what it is a part of."""
        self._stopped: str | None = None
        self._ending: FlowEnding | None = None

    @workflow.run
    async def run(self, start: FlowRunStart) -> str:
        definition = await self._load()
        if start.state is None:
            await self._advance(definition, self._started())
        else:
            self._deadline = start.state.prompt.deadline if start.state.prompt else None
        while self._ending is None and self._stopped is None:
            self._describe(definition)
            event = await self._next_event()
            if event is not None and self._stopped is None:
                await self._advance(definition, event)
        return await self._finish()

    @workflow.signal
    def message_received(self, messages: list[MessageReceived]) -> None:
        for message in messages:
            if message.message_id not in self._heard:
                self._heard.append(message.message_id)
                self._inbox.append(message)
        del self._heard[:-REMEMBERED]

    @workflow.signal
    def message_failed(self, failure: MessageFailure) -> None:
        self._inbox.append(failure)

    @workflow.signal
    def stopped(self, reason: str) -> None:
        self._stopped = reason

    @workflow.query
    def snapshot(self) -> FlowSnapshot:
        return FlowSnapshot(
            flow=self._start.run.flow,
            version=self._start.run.version,
            state=self._state,
            waiting=len(self._inbox),
        )

    async def _load(self) -> FlowDefinition:
        """The definition came along, unless it is too large for that."""
        raw = self._start.run.definition
        if raw is None:
            raw = await workflow.execute_activity_method(
                FlowActivities.load_definition,
                DefinitionRequest(
                    tenant_id=self._start.tenant_id, version_id=self._start.run.version_id
                ),
                start_to_close_timeout=policies.RECORD_TIMEOUT,
                retry_policy=policies.RECORD_RETRY,
                summary="Load the flow's definition",
            )
        return FlowDefinition.model_validate(raw)

    def _started(self) -> Started:
        return Started(
            at=workflow.now(),
            contact=self._start.contact,
            channel={"platform": self._start.platform},
            language=self._start.language,
        )

    async def _next_event(self) -> Event | None:
        """What happened next, or that the time is up; None when nothing did that matters to the flow."""
        if not self._inbox and workflow.info().get_current_history_length() >= ROLL_AT:
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(
                self._start.model_copy(
                    update={"state": self._state, "heard": self._heard, "keys": self._keys}
                )
            )
        timeout = None
        if self._deadline is not None:
            timeout = max(self._deadline - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(
                lambda: bool(self._inbox) or self._stopped is not None,
                timeout=timeout,
                timeout_summary=f"Waiting at {self._state.node}",
            )
        except TimeoutError:
            return TimedOut(at=workflow.now())
        return self._as_event(self._inbox.pop(0)) if self._inbox else None

    def _as_event(self, waiting: Event | MessageFailure) -> Event | None:
        """A failure is understood only now: it may have come before its message was sent to the end."""
        if not isinstance(waiting, MessageFailure):
            return waiting
        key = self._keys.get(waiting.message_id)
        if key is None:
            workflow.logger.info("message %s failed, too late to matter", waiting.message_id)
            return None
        return SendFailed(message_key=key, code=waiting.code, at=workflow.now())

    async def _advance(self, definition: FlowDefinition, event: Event) -> None:
        """One sprint, and everything it asks for, in order. A failed send is told to the engine at once."""
        step = advance(definition, self._state, event)
        self._state = step.state
        recent = step.state.recent
        self._keys = {part: key for part, key in self._keys.items() if key in recent}
        failure = await self._do(step.effects)
        if failure is not None and self._stopped is None:
            await self._advance(definition, failure)

    async def _do(self, effects: Sequence[Effect]) -> SendFailed | None:
        self._deadline = None
        for effect in effects:
            if isinstance(effect, SendMessage):
                code = await self._send(effect)
                if code in _NO_LONGER_OURS:
                    self._stopped = "taken_over"
                if code is not None:
                    return SendFailed(message_key=effect.key, code=code, at=workflow.now())
                if self._stopped is not None:
                    return None
            elif isinstance(effect, WaitFor):
                self._deadline = effect.until
            elif isinstance(effect, Warn):
                workflow.logger.warning("%s at %s: %s", effect.code, effect.node_id, effect.detail)
            else:
                self._ending = self._end_of(effect)
        return None

    async def _send(self, effect: SendMessage) -> str | None:
        """The error's code when it failed; doubtful sends count as sent, and are never repeated."""
        run = self._start.run
        message_id = workflow.uuid4()
        delivery = await send(
            OutboundDraft(
                message_id=message_id,
                tenant_id=self._start.tenant_id,
                channel_id=self._start.channel_id,
                conversation_id=self._start.conversation_id,
                author=Actor(kind="flow", id=run.run_id),
                content=effect.content,
                cause={
                    "flow": run.flow,
                    "version": run.version,
                    "version_id": str(run.version_id),
                    "node": effect.node_id,
                    "key": effect.key,
                },
            )
        )
        for number in range(delivery.parts):
            self._keys[part_id(message_id, number)] = effect.key
        return delivery.error_code

    def _end_of(self, effect: HandOver | End) -> FlowEnding:
        run_id = self._start.run.run_id
        if isinstance(effect, End):
            # An end without `resolve` leaves nobody in charge: the conversation goes to its queue.
            return FlowEnding(
                run_id=run_id,
                outcome=effect.outcome,
                resolve=effect.resolve,
                hand_over=not effect.resolve,
            )
        return FlowEnding(
            run_id=run_id,
            outcome=effect.reason,
            hand_over=True,
            queue=effect.queue,
            note=effect.note,
            priority=effect.priority.value if effect.priority else None,
        )

    async def _finish(self) -> str:
        """Tell the conversation, unless it was the one that stopped us."""
        if self._ending is None or self._stopped is not None:
            return self._stopped or "stopped"
        handle = workflow.get_external_workflow_handle(self._start.conversation_workflow_id)
        try:
            await handle.signal("flow_run_finished", self._ending)
        except FailureError:
            workflow.logger.warning("the conversation of this run is gone")
        return self._ending.outcome

    def _describe(self, definition: FlowDefinition) -> None:
        run, state = self._start.run, self._state
        until = f" until {self._deadline:%Y-%m-%d %H:%M:%S} UTC" if self._deadline else ""
        workflow.set_current_details(
            f"**{definition.name}** v{run.version}, waiting at `{state.node}`{until}.\n"
            f"- Nodes visited: {state.total_visits}\n"
            f"- Conversation `{self._start.conversation_id}`"
        )
