"""One conversation: the only writer of who owns it, its status, its timers and the order of its messages."""

import asyncio
from typing import NoReturn
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.transcript import ProfileFetch
    from domain.conversation import (
        Action,
        Actor,
        ConversationStatus,
        ConversationView,
        InboundItem,
        OwnerKind,
        Priority,
        Reply,
        Route,
    )
    from domain.lifecycle import check_action, check_reply, check_time, waits
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
    from workflows.parts import display, rolling
    from workflows.parts.deadline import Deadline
    from workflows.parts.inbox import Inbox
    from workflows.parts.lane import Lane
    from workflows.parts.requests import Requests, refusing
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
        self._requests = Requests(self._inbox)
        self._outbox = Lane(self._state.outbox, self._send, self._is_full)
        self._media = Lane(self._state.media, steps.fetch_media, self._is_full)
        self._profiles = Lane(self._state.profiles, steps.fetch_profile, self._is_full)
        self._wake = Deadline(self._wake_up, "Snooze is over")
        self._assign_again = Deadline(self._nudge, "Look for an agent again")
        self._set_deadlines()
        for kind in ACTIONS:
            workflow.set_update_handler(kind, self._act, validator=self._check_action)

    @workflow.run
    async def run(self, start: ConversationStart) -> str:
        background = [
            asyncio.create_task(part.run())
            for part in (
                self._outbox,
                self._media,
                self._profiles,
                self._wake,
                self._assign_again,
            )
        ]
        while True:
            self._show()
            await self._wait_for_work(background)
            while self._inbox or self._state.nudged:
                await self._process()
                self._show()
                if self._is_full() and self._may_roll():
                    self._roll()
            if self._is_over() and workflow.all_handlers_finished():
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
        run_id = self._run_id()
        if run_id is not None:
            await tell_failure(self._start.tenant_id, run_id, failure)

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
        with refusing():
            check_time(reply.valid_until, workflow.now())
            check_reply(
                self._requests.expected(self._state.view),
                reply.author.id,
                reply.content,
                self._start.reply_window,
                workflow.now(),
            )

    async def _act(self, action: Action) -> ConversationView:
        """Apply an action. It waits until it is recorded, so that who asked reads what they wrote."""
        self._inbox.act(action)
        await self._requests.settled(action)
        return self._requests.expected(self._state.view)

    def _check_action(self, action: Action) -> None:
        with refusing():
            check_time(action.valid_until, workflow.now())
            check_action(self._requests.expected(self._state.view), action, workflow.now())

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
        """Until there is something to do. A long history continues as new once it is quiet."""

        def work() -> bool:
            over = self._is_over() and workflow.all_handlers_finished()
            return bool(self._inbox) or self._state.nudged or over

        def wake() -> bool:
            broken = any(task.done() for task in background)
            may_rest = rolling.is_long() and not quiet and self._may_roll()
            return work() or broken or may_rest or (self._is_full() and self._may_roll())

        quiet = rolling.is_long() and self._may_roll()
        try:
            await workflow.wait_condition(
                wake,
                timeout=rolling.QUIET if quiet else None,
                timeout_summary="Quiet: continue as new",
            )
        except TimeoutError:
            if self._may_roll():
                self._roll()
        if self._is_full() and self._may_roll():
            self._roll()
        for task in background:
            if task.done():
                # A part ends only by a bug: fail the task loudly, so that a fixed worker goes on from here.
                task.result()

    async def _process(self) -> None:
        if not self._inbox:
            self._state.nudged = False
            await self._look_for_agent()
            return
        work = self._inbox.take()
        if isinstance(work, Action):
            with self._requests.applying(work):
                await self._perform(work)
        else:
            await self._record(work)

    async def _record(self, items: list[InboundItem]) -> None:
        """Record what the contact said, then let its owner know."""
        before = self._state.view
        route = await steps.record_inbound(self._start, items, fresh=before is None)
        if route is None:
            await self._record_apart(items)
            return
        state = self._state
        state.conversation_id = route.conversation_id
        state.contact_name, state.language = route.contact_name, route.language
        state.view = route.view
        self._set_deadlines()
        new = (item for item in items if item.id in route.accepted)
        for fetch in steps.media_of(self._start, new):
            self._media.add(fetch)
        self._ask_who(route)
        await self._tell_owner(route, waited=before is not None and waits(before))

    async def _record_apart(self, items: list[InboundItem]) -> None:
        """One of them cannot be recorded: it is set aside, and the others are not lost with it."""
        if len(items) == 1:
            await steps.set_aside(self._start, items)
            return
        for item in items:
            await self._record([item])

    def _ask_who(self, route: Route) -> None:
        """Once in a conversation's life: a platform that knows no name today knows none tomorrow."""
        if route.profile_wanted and not self._state.profile_asked:
            self._state.profile_asked = True
            self._profiles.add(
                ProfileFetch(
                    tenant_id=self._start.tenant_id,
                    channel_id=self._start.channel_id,
                    address=self._start.address,
                )
            )

    async def _tell_owner(self, route: Route, *, waited: bool) -> None:
        """A run that was there already has heard it from the recording activity."""
        if route.flow is not None:
            self._state.flow = RunningFlow(
                run_id=route.flow.run_id, flow=route.flow.flow, version=route.flow.version
            )
            await start_run(self._start, route)
        elif route.flow_gone:
            self._flow_lost()
        elif waits(route.view) and not waited:
            await self._look_for_agent()

    async def _perform(self, action: Action) -> None:
        state = self._state
        if state.conversation_id is None or self._is_stale(action):
            return
        run_id = self._run_id()
        try:
            result = await steps.apply_action(self._start.tenant_id, state.conversation_id, action)
        except ActivityError as error:
            self._requests.refuse(action, error)
            return
        state.view = ConversationView.model_validate(result.model_dump())
        self._set_deadlines()
        if result.owner.kind != OwnerKind.FLOW:
            state.flow = None
            if run_id is not None and action.actor.kind != "flow":
                await stop_run(self._start.tenant_id, run_id, action.kind)
        if result.next_waiting and result.next_waiting != workflow.info().workflow_id:
            await steps.tell_next(result.next_waiting)

    async def _look_for_agent(self) -> None:
        view = self._state.view
        if view is None or self._state.conversation_id is None or not waits(view):
            return
        try:
            found = await steps.assign_agent(
                self._start.tenant_id, self._state.conversation_id, view.queue_id
            )
        except ActivityError as error:
            workflow.logger.error("no agent can be looked for: %s", error.cause)
            return
        self._state.view = view.model_copy(update={"owner": found.owner})
        self._set_deadlines()
        if found.next_waiting is not None:
            await steps.tell_next(found.next_waiting)

    def _set_deadlines(self) -> None:
        """Both follow from where the conversation stands, so no run needs to be told of them."""
        view = self._state.view
        self._wake.set(view.snoozed_until if view else None)
        waiting = view is not None and waits(view)
        self._assign_again.set(workflow.now() + policies.ASSIGN_AGAIN if waiting else None)

    # --- lanes

    async def _send(self, reply: Reply) -> None:
        if self._state.conversation_id is None:
            return
        await send(steps.draft(self._start, self._state.conversation_id, reply))

    # --- small conditions

    def _run_id(self) -> UUID | None:
        """The flow run that owns the conversation."""
        view = self._state.view
        is_flow = view is not None and view.owner.kind == OwnerKind.FLOW
        return view.owner.id if view is not None and is_flow else None

    def _is_over(self) -> bool:
        view = self._state.view
        lanes = (self._inbox, self._outbox, self._media, self._profiles)
        quiet = not any(len(lane) for lane in lanes)
        return view is not None and _resolved(view) and quiet

    def _is_stale(self, action: Action) -> bool:
        """A flow that no longer owns the conversation has no say in it."""
        return action.actor.kind == "flow" and action.actor.id != self._run_id()

    def _flow_lost(self) -> None:
        """The run is gone (terminated, say) and said nothing: people take over."""
        run_id = self._run_id()
        ending = any(action.actor.kind == "flow" for action in self._inbox.actions())
        if run_id is not None and not ending:
            self.flow_run_finished(FlowEnding(run_id=run_id, outcome="flow_lost", hand_over=True))

    def _wake_up(self) -> None:
        self._inbox.act(Action(id=workflow.uuid4(), kind="wake", actor=Actor(kind="system")))

    def _nudge(self) -> None:
        self._state.nudged = True

    def _show(self) -> None:
        display.publish(self._state)
        workflow.set_current_details(
            display.describe(self._state, len(self._inbox), len(self._outbox))
        )

    def _may_roll(self) -> bool:
        """Nothing would be cut off: no handler waits, nothing is on its way, and the state is fit to travel."""
        lanes = (self._outbox, self._media, self._profiles)
        busy = any(lane.busy for lane in lanes) or bool(self._requests.pending())
        return not busy and workflow.all_handlers_finished() and rolling.fits(self._state)

    def _is_full(self) -> bool:
        """The history is so long that nothing new is begun before it continues as new."""
        return rolling.is_full() and rolling.fits(self._state)

    def _roll(self) -> NoReturn:
        carried = {"state": self._state, "records_in_task": True}
        workflow.continue_as_new(self._start.model_copy(update=carried))


def _resolved(view: ConversationView) -> bool:
    return view.status == ConversationStatus.RESOLVED
