"""One conversation: the only writer of who owns it, its status, its timers and the order of its messages."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.transcript import MediaFetch
    from domain.content import MediaContent
    from domain.conversation import (
        Action,
        Actor,
        ConversationStatus,
        ConversationView,
        InboundItem,
        OutboundDraft,
        OwnerKind,
        Priority,
        Reply,
        Route,
    )
    from domain.errors import DomainError, NotPossible
    from domain.lifecycle import check_action, check_reply, project
    from workflows import policies, steps
    from workflows.flow_control import start_run, stop_run, tell_failure
    from workflows.messages import (
        ConversationSnapshot,
        ConversationStart,
        ConversationState,
        FlowEnding,
        MessageFailure,
        RunningFlow,
    )
    from workflows.parts import display
    from workflows.parts.deadline import Deadline
    from workflows.parts.inbox import Inbox
    from workflows.parts.lane import Lane
    from workflows.sending import send

ACTIONS = (
    "note",
    "assign",
    "take_over",
    "resolve",
    "reopen",
    "snooze",
    "tag",
    "set_priority",
)
"""The updates an agent may ask for, besides `reply`."""

ROLL_WHEN_QUIET = 600
"""History events past which a quiet conversation continues as new: a cold replay costs about 0.4 ms each."""
ROLL_ALWAYS = 2_500
QUIET = timedelta(seconds=5)


@workflow.defn
class ConversationWorkflow:
    """An entity: it lives as long as somebody serves the contact, and starts again with the next message."""

    @workflow.init
    def __init__(self, start: ConversationStart) -> None:
        self._start = start
        self._state = start.state or ConversationState(
            conversation_id=start.conversation_id, published=dict(start.published)
        )
        self._inbox = Inbox(self._state.waiting, self._state.seen)
        self._outbox = Lane(self._state.outbox, self._send)
        self._media = Lane(self._state.media, steps.fetch_media)
        self._wake = Deadline(self._wake_up, "Snooze is over")
        self._assign_again = Deadline(self._nudge, "Look for an agent again")
        self._busy = False
        self._nudged = False
        for kind in ACTIONS:
            workflow.set_update_handler(kind, self._act, validator=self._check_action)

    @workflow.run
    async def run(self, start: ConversationStart) -> str:
        background = [
            asyncio.create_task(part.run())
            for part in (self._outbox, self._media, self._wake, self._assign_again)
        ]
        while True:
            self._show()
            await self._wait_for_work(background)
            while self._inbox or self._nudged:
                await self._process()
                self._show()
                if workflow.info().get_current_history_length() >= ROLL_ALWAYS:
                    await self._roll()
            if self._is_over():
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._is_over():
                    return "resolved"

    # --- signals: facts, in the past tense; they only append

    @workflow.signal
    def message_received(self, items: list[InboundItem]) -> None:
        self._inbox.receive(items)

    @workflow.signal
    def flow_run_finished(self, ending: FlowEnding) -> None:
        self._inbox.act(
            Action(
                id=workflow.uuid4(),
                kind="resolve" if ending.resolve else "hand_over",
                actor=Actor(kind="flow", id=ending.run_id),
                text=ending.note,
                queue_name=ending.queue,
                priority=Priority(ending.priority) if ending.priority else None,
                reason=ending.outcome,
            )
        )

    @workflow.signal
    async def message_failed(self, failure: MessageFailure) -> None:
        if self._state.flow is not None:
            await tell_failure(self._start.tenant_id, self._state.flow.run_id, failure)

    @workflow.signal
    def agent_became_available(self) -> None:
        self._nudge()

    # --- updates: requests, validated before they enter history

    @workflow.update
    def reply(self, reply: Reply) -> UUID:
        """Queue a message of an agent. It does not wait for the platform; receipts tell the rest."""
        self._outbox.add(reply)
        return reply.message_id

    @reply.validator
    def _check_reply(self, reply: Reply) -> None:
        with _refusing():
            check_reply(
                self._expected(),
                reply.author.id,
                reply.content,
                self._start.reply_window,
                workflow.now(),
            )

    async def _act(self, action: Action) -> ConversationView:
        """Apply an action. It waits until it is recorded, so that who asked reads what they wrote."""
        self._inbox.act(action)
        await workflow.wait_condition(
            lambda: not self._busy and action not in self._inbox.actions()
        )
        return self._expected()

    def _check_action(self, action: Action) -> None:
        with _refusing():
            check_action(self._expected(), action, workflow.now())

    @workflow.query
    def snapshot(self) -> ConversationSnapshot:
        return ConversationSnapshot(
            conversation_id=self._state.conversation_id,
            view=self._state.view,
            flow=self._state.flow,
            waiting=len(self._inbox),
            outbox=len(self._outbox),
        )

    # --- the loop's steps

    async def _wait_for_work(self, background: list[asyncio.Task[None]]) -> None:
        def work() -> bool:
            return bool(self._inbox) or self._nudged or self._is_over()

        def broken() -> bool:
            return any(task.done() for task in background)

        long = workflow.info().get_current_history_length() >= ROLL_WHEN_QUIET
        try:
            await workflow.wait_condition(
                lambda: work() or broken(),
                timeout=QUIET if long else None,
                timeout_summary="Quiet: continue as new",
            )
        except TimeoutError:
            if not self._outbox and not self._media:
                await self._roll()
        for task in background:
            if task.done():
                # A part ends only by a bug: fail the task loudly, so that a fixed worker goes on from here.
                task.result()

    async def _process(self) -> None:
        self._busy = True
        try:
            if not self._inbox:
                self._nudged = False
                await self._look_for_agent()
                return
            work = self._inbox.take()
            if isinstance(work, Action):
                await self._perform(work)
            else:
                await self._record(work)
        finally:
            self._busy = False

    async def _record(self, items: list[InboundItem]) -> None:
        """Record what the contact said, then let its owner know."""
        before = self._state.view
        route = await steps.record_inbound(self._start, items, fresh=before is None)
        state = self._state
        state.conversation_id = route.conversation_id
        state.contact_name, state.language = route.contact_name, route.language
        state.view = route.view
        self._wake.set(route.view.snoozed_until)
        new = [item for item in items if item.id in route.accepted]
        self._queue_media(new)
        await self._tell_owner(route, opened=before is None or _resolved(before))

    async def _tell_owner(self, route: Route, *, opened: bool) -> None:
        """A run that was there already has heard it from the recording activity."""
        if route.flow is not None:
            self._state.flow = RunningFlow(
                run_id=route.flow.run_id, flow=route.flow.flow, version=route.flow.version
            )
            await start_run(self._start, route)
        elif route.flow_gone:
            self._flow_lost()
        elif route.view.owner.kind == OwnerKind.QUEUE and opened:
            await self._look_for_agent()

    async def _perform(self, action: Action) -> None:
        state = self._state
        if state.conversation_id is None or self._is_stale(action):
            return
        had_flow = state.flow
        result = await steps.apply_action(self._start.tenant_id, state.conversation_id, action)
        if result is None:
            return
        state.view = ConversationView.model_validate(result.model_dump())
        self._wake.set(result.snoozed_until)
        self._watch_queue()
        if result.owner.kind != OwnerKind.FLOW:
            state.flow = None
            if had_flow is not None and action.actor.kind != "flow":
                await stop_run(self._start.tenant_id, had_flow.run_id, action.kind)
        if result.next_waiting and result.next_waiting != workflow.info().workflow_id:
            await steps.tell_next(result.next_waiting)

    async def _look_for_agent(self) -> None:
        view = self._state.view
        if view is None or self._state.conversation_id is None or not _waits(view):
            return
        found = await steps.assign_agent(
            self._start.tenant_id, self._state.conversation_id, view.queue_id
        )
        self._state.view = view.model_copy(update={"owner": found.owner})
        self._watch_queue()
        if found.next_waiting is not None:
            await steps.tell_next(found.next_waiting)

    def _watch_queue(self) -> None:
        view = self._state.view
        waits = view is not None and _waits(view)
        self._assign_again.set(workflow.now() + policies.ASSIGN_AGAIN if waits else None)

    # --- lanes

    async def _send(self, reply: Reply) -> None:
        if self._state.conversation_id is None:
            return
        draft = OutboundDraft(
            message_id=reply.message_id,
            tenant_id=self._start.tenant_id,
            channel_id=self._start.channel_id,
            conversation_id=self._state.conversation_id,
            author=reply.author,
            content=reply.content,
            reply_to=reply.reply_to,
        )
        await send(draft)

    def _queue_media(self, items: list[InboundItem]) -> None:
        for item in items:
            content = item.event.content
            if isinstance(content, MediaContent) and content.media.key is None:
                self._media.add(
                    MediaFetch(
                        tenant_id=self._start.tenant_id,
                        channel_id=self._start.channel_id,
                        message_id=item.id,
                        media=content.media,
                    )
                )

    # --- small conditions

    def _expected(self) -> ConversationView:
        """The conversation once everything that waits is done: what a new request is checked against."""
        if self._state.view is None:
            raise NotPossible("this conversation has no messages yet")
        return reduce(project, self._inbox.actions(), self._state.view)

    def _is_over(self) -> bool:
        view = self._state.view
        quiet = not self._inbox and not self._outbox and not self._media
        return view is not None and _resolved(view) and quiet

    def _is_stale(self, action: Action) -> bool:
        """A flow that no longer owns the conversation has no say in it."""
        flow = self._state.flow
        return action.actor.kind == "flow" and (flow is None or flow.run_id != action.actor.id)

    def _flow_lost(self) -> None:
        """The run is gone (terminated, say) and said nothing: people take over."""
        flow = self._state.flow
        ending = any(action.actor.kind == "flow" for action in self._inbox.actions())
        if flow is not None and not ending:
            self.flow_run_finished(
                FlowEnding(run_id=flow.run_id, outcome="flow_lost", hand_over=True)
            )

    def _wake_up(self) -> None:
        self._inbox.act(Action(id=workflow.uuid4(), kind="wake", actor=Actor(kind="system")))

    def _nudge(self) -> None:
        self._nudged = True

    def _show(self) -> None:
        display.publish(self._state)
        workflow.set_current_details(
            display.describe(self._state, len(self._inbox), len(self._outbox))
        )

    async def _roll(self) -> None:
        """Continue as new, never while a handler runs or a message is on its way."""
        await workflow.wait_condition(
            lambda: workflow.all_handlers_finished() and not self._outbox and not self._media
        )
        workflow.continue_as_new(self._start.model_copy(update={"state": self._state}))


def _resolved(view: ConversationView) -> bool:
    return view.status == ConversationStatus.RESOLVED


def _waits(view: ConversationView) -> bool:
    return view.owner.kind == OwnerKind.QUEUE and view.status == ConversationStatus.OPEN


@contextmanager
def _refusing() -> Iterator[None]:
    """Let a refused update carry its code and the words for people."""
    try:
        yield
    except DomainError as error:
        raise ApplicationError(str(error), type=error.code, non_retryable=True) from error
