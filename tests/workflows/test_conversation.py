"""A conversation's life over time: order, ownership, timers, and what one run hands to the next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.api.enums.v1 import EventType, IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.content import MediaContent, MediaRef, TextContent
from domain.conversation import (
    Action,
    Actor,
    ConversationStatus,
    ConversationView,
    FlowStart,
    InboundItem,
    Owner,
    OwnerKind,
    Reply,
)
from domain.errors import TooLate
from domain.ids import flow_run_workflow_id
from embedded.temporal import TemporalDevServer, binary
from tests.planting import ADDRESS, happened, said
from tests.stack import PATIENCE, eventually
from tests.workflows.world import QUEUE, WaitingRun, World
from workflows import policies
from workflows.conversation import ConversationWorkflow
from workflows.messages import (
    ConversationSnapshot,
    ConversationStart,
    FlowEnding,
    MessageFailure,
)
from workflows.parts import rolling
from workflows.search import ATTRIBUTES

ANA, BRUNO = uuid4(), uuid4()
HOUR = timedelta(hours=1)


class Life:
    """One conversation's workflow, and the world it lives in."""

    def __init__(self, client: Client, world: World) -> None:
        self.client = client
        self.world = world
        self.queue = f"queue-{uuid4()}"
        self.id = f"conversation-{uuid4()}"
        self.tenant = uuid4()

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """Of its newest run."""
        return self.client.get_workflow_handle(self.id)

    async def hear(
        self, *items: InboundItem, window: timedelta | None = None, in_task: bool = True
    ) -> None:
        """The contact says something, as the API hands it over."""
        await self.client.start_workflow(
            ConversationWorkflow.run,
            ConversationStart(
                tenant_id=self.tenant,
                channel_id=uuid4(),
                platform="scripted",
                address=ADDRESS,
                reply_window=window,
                records_in_task=in_task,
            ),
            id=self.id,
            task_queue=self.queue,
            start_signal="message_received",
            start_signal_args=[[*items]],
        )

    async def heard(self, *external_ids: str) -> None:
        """Wait until this has been recorded, in this order and nothing else."""

        async def look() -> bool | None:
            return True if len(self.world.heard) >= len(external_ids) else None

        await eventually(look, f"{len(external_ids)} messages are recorded")
        assert self.world.heard == [*external_ids]

    async def act(self, kind: str, **more: Any) -> ConversationView:
        """An agent asks for something, and waits until it is recorded."""
        action = an_action(kind, **more)
        view: ConversationView = await self.handle.execute_update(
            kind, action, result_type=ConversationView
        )
        return view

    async def reply(self, words: str, author: UUID = ANA) -> None:
        reply = Reply(
            message_id=uuid4(),
            author=Actor(kind="agent", id=author),
            content=TextContent(text=words),
        )
        await self.handle.execute_update("reply", reply, result_type=UUID)

    async def snapshot(self) -> ConversationSnapshot:
        snapshot: ConversationSnapshot = await self.handle.query(
            "snapshot", result_type=ConversationSnapshot
        )
        return snapshot

    async def view(self) -> ConversationView:
        """Where it stands, by what the workflow itself believes once it has nothing to do."""

        async def look() -> bool | None:
            return True if await self.rests() else None

        await eventually(look, "the workflow waits")
        view = (await self.snapshot()).view
        assert view is not None
        return view

    async def rests(self) -> bool:
        """Whether it waits for somebody else. Asked without a query, which would be one more task for it."""
        found = (await self.handle.describe()).raw_description
        return not found.pending_activities and not found.HasField("pending_workflow_task")

    async def updates_in_history(self) -> int:
        history = await self.handle.fetch_history()
        accepted = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        return sum(event.event_type == accepted for event in history.events)


def an_action(kind: str, **more: Any) -> Action:
    by = Actor(kind="agent", id=ANA)
    return Action.model_validate({"id": uuid4(), "kind": kind, "actor": by, **more})


def flow() -> FlowStart:
    return FlowStart(run_id=uuid4(), flow="greeting", version_id=uuid4(), version=1, definition={})


@asynccontextmanager
async def living(client: Client) -> AsyncIterator[Life]:
    """A worker for one conversation. It keeps no workflow in memory: every task replays the whole life."""
    life = Life(client, World())
    world = life.world
    async with Worker(
        client,
        task_queue=life.queue,
        workflows=[ConversationWorkflow, WaitingRun],
        activities=[
            world.record_inbound,
            world.set_aside,
            world.apply_action,
            world.assign_agent,
            world.deliver,
            world.fetch_media,
        ],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    ):
        yield life


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Of one real server for the module; each test has a conversation and a task queue of its own."""
    folder = tmp_path_factory.mktemp("temporal")
    async with TemporalDevServer(folder, search_attributes=ATTRIBUTES) as server:
        yield await Client.connect(server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def life(client: Client) -> AsyncIterator[Life]:
    async with living(client) as made:
        yield made


@pytest.fixture
async def clock() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose time passes when a test says so."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(binary("temporal-test-server")),
        data_converter=pydantic_data_converter,
    ) as environment:
        kinds = dict.fromkeys(ATTRIBUTES, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
        wanted = AddSearchAttributesRequest(namespace="default", search_attributes=kinds)
        await environment.client.operator_service.add_search_attributes(wanted)
        yield environment


@pytest.fixture
async def slow_life(clock: WorkflowEnvironment) -> AsyncIterator[Life]:
    """A conversation on the server whose time can be skipped."""
    async with living(clock.client) as made:
        yield made


@pytest.fixture
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of a conversation ends after a few dozen events instead of thousands."""
    monkeypatch.setattr(rolling, "ALWAYS", 40)


# --- the inbox


async def test_messages_are_recorded_in_order(life: Life) -> None:
    names = [f"m{number}" for number in range(20)]
    for name in names:
        await life.hear(said("Hello", name))
    await life.heard(*names)


async def test_what_waits_is_recorded_together(life: Life) -> None:
    life.world.hold("record_inbound")
    for number in range(10):
        await life.hear(said("Hello", f"m{number}"))
    life.world.release("record_inbound")
    await life.heard(*(f"m{number}" for number in range(10)))
    assert len(life.world.batches) <= 2


async def test_what_the_first_try_does_not_record_is_recorded_outside_the_task(life: Life) -> None:
    life.world.fails_in_task = True
    await life.hear(said("Hello", "a"))
    await life.heard("a")
    await life.hear(said("Hello", "b"))
    await life.heard("a", "b")
    assert life.world.failed_in_task == 2


async def test_a_conversation_begun_before_records_as_it_did(life: Life) -> None:
    life.world.fails_in_task = True
    await life.hear(said("Hello", "a"), in_task=False)
    await life.heard("a")
    assert life.world.failed_in_task == 0


async def test_a_message_signalled_twice_is_recorded_once(life: Life) -> None:
    await life.hear(said("Hello", "m0"), said("Hello", "m0"))
    await life.hear(said("Hello", "m0"))
    await life.hear(said("Bye", "m1"))
    await life.heard("m0", "m1")


async def test_an_edit_of_a_message_is_not_taken_for_its_repeat(life: Life) -> None:
    await life.hear(said("Hello", "m0"))
    await life.hear(happened("edit", "m0", content=TextContent(text="Hello!")))
    await life.heard("m0", "m0")


@pytest.mark.usefixtures("short_runs")
async def test_order_and_repeats_are_kept_across_runs(life: Life) -> None:
    names = [f"m{number}" for number in range(40)]
    for name, before in zip(names, [names[0], *names], strict=False):
        # Every message comes twice, the second time after the next one.
        await life.hear(said("Hello", name))
        await life.hear(said("Hello", before))
    await life.heard(*names)
    await life.hear(*(said("Hello", name) for name in names), said("Bye", "last"))
    await life.heard(*names, "last")
    assert len(life.world.runs) > 1


@pytest.mark.usefixtures("short_runs")
async def test_only_the_first_run_takes_the_conversation_for_new(life: Life) -> None:
    for number in range(12):
        await life.hear(said("Hello", f"m{number}"))
        await life.heard(*(f"m{one}" for one in range(number + 1)))
    assert len(life.world.runs) > 1
    assert [batch.fresh for batch in life.world.batches] == [True] + [False] * 11


@pytest.mark.usefixtures("short_runs")
async def test_updates_are_answered_over_many_runs(life: Life) -> None:
    await life.hear(said("Hello", "m0"))
    await _owner(life, OwnerKind.QUEUE)
    for number in range(15):
        view = await life.act("tag", add=[f"tag {number}"])
        assert view.tags[-1] == f"tag {number}"
    assert len(life.world.runs) > 1
    assert [action.add for action in life.world.actions] == [[f"tag {n}"] for n in range(15)]


@pytest.mark.usefixtures("short_runs")
async def test_updates_that_wait_while_a_run_ends_are_all_answered(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("apply_action")
    asked = [asyncio.ensure_future(life.act("tag", add=[f"tag {n}"])) for n in range(10)]
    await eventually(lambda: _accepted(life, 10), "all of them wait")
    life.world.release("apply_action")
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*asked)
    assert len(life.world.actions) == 10
    await _next_run(life)


async def test_what_cannot_be_recorded_is_set_aside_and_costs_its_neighbours_nothing(
    life: Life,
) -> None:
    life.world.unstorable = {"m1"}
    await life.hear(*(said("Hello", f"m{number}") for number in range(3)))
    await life.heard("m0", "m2")
    assert life.world.aside == ["m1"]


async def test_a_file_is_fetched_beside_the_conversation(life: Life) -> None:
    life.world.hold("fetch_media")
    content = MediaContent(type="image", media=MediaRef(id="media-1"))
    picture = happened("message", "m0", content=content)
    await life.hear(picture)
    await life.hear(said("Did you get it?", "m1"))
    await life.heard("m0", "m1")
    assert life.world.fetched == []
    life.world.release("fetch_media")

    async def look() -> bool | None:
        return True if life.world.fetched else None

    await eventually(look, "the file is fetched")
    (fetch,) = life.world.fetched
    assert (fetch.message_id, fetch.media.id) == (picture.id, "media-1")


# --- who has it


async def test_without_a_flow_an_agent_is_looked_for_at_once(life: Life) -> None:
    life.world.agent = ANA
    await life.hear(said("Hello", "m0"))
    assert await _owner(life, OwnerKind.AGENT) == ANA
    assert life.world.looked == 1


async def test_who_waits_hears_that_an_agent_has_room(life: Life) -> None:
    await life.hear(said("Hello", "m0"))
    await _until_looked(life, 1)
    life.world.agent = ANA
    await life.handle.signal(ConversationWorkflow.agent_became_available)
    assert await _owner(life, OwnerKind.AGENT) == ANA


async def test_who_has_an_agent_is_not_given_to_another(life: Life) -> None:
    life.world.agent = ANA
    await life.hear(said("Hello", "m0"))
    await _owner(life, OwnerKind.AGENT)
    await life.handle.signal(ConversationWorkflow.agent_became_available)
    await life.act("note", text="After the signal")
    assert life.world.looked == 1


async def test_an_agent_who_is_freed_goes_to_who_is_next(client: Client, life: Life) -> None:
    async with living(client) as other:
        for one in (life, other):
            await one.hear(said("Hello", "m0"))
            await _until_looked(one, 1)
        other.world.agent = ANA
        life.world.next_waiting = other.id
        await life.act("resolve")
        assert await _owner(other, OwnerKind.AGENT) == ANA


async def test_a_take_over_stops_the_flow(life: Life) -> None:
    run = await _with_a_flow(life)
    view = await life.act("take_over", assignee=ANA)
    assert view.owner == Owner(kind=OwnerKind.AGENT, id=ANA)
    child = life.client.get_workflow_handle(flow_run_workflow_id(life.tenant, run))
    assert await child.result() == "stopped: take_over"
    assert (await life.snapshot()).flow is None


async def test_a_flows_ending_that_comes_after_a_take_over_is_refused(life: Life) -> None:
    run = await _with_a_flow(life)
    await life.act("take_over", assignee=ANA)
    for ending in (
        FlowEnding(run_id=run, outcome="done", hand_over=True),
        FlowEnding(run_id=run, outcome="done", resolve=True),
    ):
        await life.handle.signal(ConversationWorkflow.flow_run_finished, ending)
    view = await life.act("note", text="After the signals")
    assert view.owner == Owner(kind=OwnerKind.AGENT, id=ANA)
    assert [action.kind for action in life.world.actions] == ["take_over", "note"]


async def test_a_flows_ending_that_waits_behind_a_take_over_is_refused(life: Life) -> None:
    run = await _with_a_flow(life)
    life.world.hold("apply_action")
    taking = asyncio.ensure_future(life.act("take_over", assignee=ANA))
    await eventually(lambda: _accepted(life, 1), "the take-over is under way")
    ending = FlowEnding(run_id=run, outcome="done", resolve=True)
    await life.handle.signal(ConversationWorkflow.flow_run_finished, ending)
    life.world.release("apply_action")
    await taking
    await life.act("note", text="After both")
    assert [action.kind for action in life.world.actions] == ["take_over", "note"]


async def test_the_ending_of_another_run_is_refused(life: Life) -> None:
    await _with_a_flow(life)
    ending = FlowEnding(run_id=uuid4(), outcome="done", resolve=True)
    await life.handle.signal(ConversationWorkflow.flow_run_finished, ending)
    await life.act("note", text="After the signal")
    assert [action.kind for action in life.world.actions] == ["note"]


async def test_a_flow_hands_over_to_an_agent_who_has_room(life: Life) -> None:
    run = await _with_a_flow(life)
    life.world.agent = ANA
    ending = FlowEnding(
        run_id=run, outcome="wants a person", hand_over=True, note="Order 42", priority="high"
    )
    await life.handle.signal(ConversationWorkflow.flow_run_finished, ending)
    assert await _owner(life, OwnerKind.AGENT) == ANA
    (action,) = life.world.actions
    assert (action.kind, action.actor) == ("hand_over", Actor(kind="flow", id=run))
    assert (action.text, action.priority, action.reason) == ("Order 42", "high", "wants a person")


async def test_a_flow_that_is_gone_leaves_the_conversation_to_people(life: Life) -> None:
    run = await _with_a_flow(life)
    life.world.flow_gone = True
    await life.hear(said("Anybody?", "m1"))
    assert await _owner(life, OwnerKind.QUEUE) == QUEUE
    (action,) = life.world.actions
    assert (action.kind, action.reason) == ("hand_over", "flow_lost")
    assert action.actor.id == run


async def test_a_flow_is_told_that_its_message_failed_after_all(life: Life) -> None:
    run = await _with_a_flow(life)
    failure = MessageFailure(message_id=uuid4(), code="131026")
    await life.handle.signal(ConversationWorkflow.message_failed, failure)
    child = life.client.get_workflow_handle(flow_run_workflow_id(life.tenant, run))
    assert await child.result() == "stopped: 131026 came back"


async def _with_a_flow(life: Life) -> UUID:
    """The contact has written, and a flow run has the conversation; its id."""
    greeting = flow()
    life.world.greets = greeting
    await life.hear(said("Hello", "m0"))
    await _owner(life, OwnerKind.FLOW)
    return greeting.run_id


async def _owner(life: Life, kind: OwnerKind) -> UUID | None:
    """Wait until one of a kind has the conversation, and the workflow knows."""

    async def look() -> bool | None:
        view = life.world.view
        known = view is not None and view.owner.kind is kind
        return True if known and await life.rests() else None

    await eventually(look, f"the owner is a {kind}")
    return (await life.view()).owner.id


async def _until_looked(life: Life, times: int) -> None:
    async def look() -> bool | None:
        return True if life.world.looked >= times else None

    await eventually(look, f"an agent is looked for {times} times")


async def _accepted(life: Life, updates: int) -> bool | None:
    return True if await life.updates_in_history() >= updates else None


# --- replies


async def test_replies_leave_in_order_beside_the_inbox(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("deliver")
    for words in ("one", "two", "three"):
        await life.reply(words)
    await life.hear(said("Are you there?", "m1"))
    await life.heard("m0", "m1")
    assert life.world.sent == []
    life.world.release("deliver")
    assert await _sent(life, 3) == ["one", "two", "three"]


@pytest.mark.usefixtures("short_runs")
async def test_a_reply_on_its_way_does_not_stop_the_inbox_when_a_run_should_end(
    life: Life,
) -> None:
    """A platform may be away for hours: a send is tried for a day."""
    await _with_ana(life)
    life.world.hold("deliver")
    await life.reply("one")
    names = [f"m{number}" for number in range(10)]
    for name in names[1:]:
        await life.hear(said("Hello", name))
    await life.heard(*names)
    life.world.release("deliver")
    assert await _sent(life, 1) == ["one"]


@pytest.mark.usefixtures("short_runs")
async def test_updates_are_answered_while_a_reply_keeps_a_run_from_ending(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("deliver")
    await life.reply("one")
    for number in range(10):
        view = await life.act("tag", add=[f"tag {number}"])
        assert len(view.tags) == number + 1
    life.world.release("deliver")
    assert await _sent(life, 1) == ["one"]


@pytest.mark.usefixtures("short_runs")
async def test_replies_that_wait_travel_into_the_next_run_in_order(life: Life) -> None:
    await _with_ana(life)
    words = [f"line {number}" for number in range(20)]
    for one in words:
        await life.reply(one)
    assert await _sent(life, len(words)) == words
    assert len(life.world.runs) > 1


async def test_a_reply_of_somebody_else_is_refused_and_leaves_no_trace(life: Life) -> None:
    await _with_ana(life)
    before = await life.updates_in_history()
    assert await _refusal(life.reply("Let me help", BRUNO)) == "not_yours"
    assert await life.updates_in_history() == before
    assert life.world.sent == []


async def test_a_reply_after_the_window_is_refused(slow_life: Life, clock: Any) -> None:
    slow_life.world.agent = ANA
    await slow_life.hear(said("Hello", "m0"), window=24 * HOUR)
    await _owner(slow_life, OwnerKind.AGENT)
    await slow_life.reply("In time")
    await clock.sleep(25 * HOUR)
    assert await _refusal(slow_life.reply("Too late")) == "window_closed"


async def test_a_reply_is_checked_against_the_actions_that_wait(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("apply_action")
    passing_on = asyncio.ensure_future(life.act("assign", assignee=BRUNO))
    await eventually(lambda: _accepted(life, 1), "the assignment is under way")
    await life.hear(said("Hm", "m1"))
    note = asyncio.ensure_future(life.act("assign", assignee=BRUNO))
    await eventually(lambda: _accepted(life, 2), "another waits")
    assert await _refusal(life.reply("Still me?")) == "not_yours"
    life.world.release("apply_action")
    await asyncio.gather(passing_on, note)


async def test_who_asks_for_what_is_refused_after_all_hears_why(life: Life) -> None:
    await _with_ana(life)
    life.world.refusal = ApplicationError("it is gone", type="not_possible_now", non_retryable=True)
    assert await _refusal(life.act("note", text="Likes tea")) == "not_possible_now"
    life.world.refusal = None
    await life.act("note", text="Likes coffee")


async def test_a_request_nobody_waits_for_any_more_is_refused(life: Life) -> None:
    await _with_ana(life)
    long_ago = datetime(2026, 3, 2, tzinfo=UTC)
    assert await _refusal(life.act("note", text="Hm", valid_until=long_ago)) == TooLate.code
    assert life.world.actions == []


async def _with_ana(life: Life) -> None:
    life.world.agent = ANA
    await life.hear(said("Hello", "m0"))
    await _owner(life, OwnerKind.AGENT)


async def _sent(life: Life, count: int) -> list[str]:
    async def look() -> bool | None:
        return True if len(life.world.sent) >= count else None

    await eventually(look, f"{count} messages are sent")
    contents = [draft.content for draft in life.world.sent]
    return [content.text for content in contents if isinstance(content, TextContent)]


async def _refusal(asked: Any) -> str | None:
    """The code that an update is refused with."""
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await asked
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause.type


# --- timers


async def _snoozed(life: Life, clock: WorkflowEnvironment, span: timedelta) -> datetime:
    """Ana has snoozed the conversation; until when."""
    until = await clock.get_current_time() + span
    view = await life.act("snooze", until=until)
    assert (view.status, view.snoozed_until) == (ConversationStatus.SNOOZED, until)
    return until


async def _woken(life: Life) -> None:
    async def look() -> bool | None:
        return True if life.world.done("wake") else None

    await eventually(look, "it wakes")


async def test_a_snoozed_conversation_wakes_when_its_time_has_come(
    slow_life: Life, clock: WorkflowEnvironment
) -> None:
    await _with_ana(slow_life)
    await _snoozed(slow_life, clock, HOUR)
    await clock.sleep(HOUR / 2)
    assert (await slow_life.view()).status is ConversationStatus.SNOOZED
    await clock.sleep(HOUR)
    await _woken(slow_life)
    view = await slow_life.act("note", text="Awake")
    assert view.status is ConversationStatus.OPEN
    assert view.owner == Owner(kind=OwnerKind.AGENT, id=ANA)
    (wake,) = slow_life.world.done("wake")
    assert wake.actor == Actor(kind="system")


@pytest.mark.parametrize(("first", "second"), [(HOUR, 3 * HOUR), (3 * HOUR, HOUR)])
async def test_snoozing_again_moves_the_deadline(
    slow_life: Life, clock: WorkflowEnvironment, first: timedelta, second: timedelta
) -> None:
    await _with_ana(slow_life)
    await _snoozed(slow_life, clock, first)
    await _snoozed(slow_life, clock, second)
    await clock.sleep(second - timedelta(minutes=10))
    await slow_life.act("note", text="Still asleep")
    assert slow_life.world.done("wake") == []
    await clock.sleep(timedelta(minutes=20))
    await _woken(slow_life)
    await clock.sleep(4 * HOUR)
    await slow_life.act("note", text="Woken once")
    assert len(slow_life.world.done("wake")) == 1


async def test_a_message_wakes_a_snoozed_conversation_and_lifts_its_deadline(
    slow_life: Life, clock: WorkflowEnvironment
) -> None:
    await _with_ana(slow_life)
    await _snoozed(slow_life, clock, HOUR)
    await slow_life.hear(said("I am back", "m1"))
    await slow_life.heard("m0", "m1")
    await clock.sleep(2 * HOUR)
    view = await slow_life.act("note", text="Long after")
    assert view.status is ConversationStatus.OPEN
    assert slow_life.world.done("wake") == []


async def test_who_waits_is_looked_after_again_and_again(
    slow_life: Life, clock: WorkflowEnvironment
) -> None:
    await slow_life.hear(said("Hello", "m0"))
    await _until_looked(slow_life, 1)
    for times in (2, 3):
        await clock.sleep(policies.ASSIGN_AGAIN + timedelta(seconds=1))
        await _until_looked(slow_life, times)
    slow_life.world.agent = ANA
    await clock.sleep(policies.ASSIGN_AGAIN + timedelta(seconds=1))
    assert await _owner(slow_life, OwnerKind.AGENT) == ANA
    await clock.sleep(10 * policies.ASSIGN_AGAIN)
    assert slow_life.world.looked == 4


@pytest.mark.usefixtures("short_runs")
async def test_a_snoozed_conversation_wakes_although_its_run_ended_meanwhile(
    slow_life: Life, clock: WorkflowEnvironment
) -> None:
    await _with_ana(slow_life)
    await _snoozed(slow_life, clock, HOUR)
    for number in range(10):
        await slow_life.act("note", text=f"note {number}")
    assert len(slow_life.world.runs) > 1
    await clock.sleep(2 * HOUR)
    await _woken(slow_life)


async def test_who_waits_is_looked_after_again_although_its_run_ended_meanwhile(
    slow_life: Life, clock: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "WHEN_QUIET", 10)
    await slow_life.hear(said("Hello", "m0"))
    await _until_looked(slow_life, 1)
    await clock.sleep(rolling.QUIET * 2)
    await _next_run(slow_life)
    await clock.sleep(2 * policies.ASSIGN_AGAIN)
    await _until_looked(slow_life, 2)


async def test_who_hears_of_room_while_its_run_ends_still_looks_for_the_agent(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "ALWAYS", 25)
    await life.hear(said("Hello", "m0"))
    await _until_looked(life, 1)
    life.world.hold("record_inbound")
    await life.hear(said("Hello", "m1"))
    life.world.agent = ANA
    await life.handle.signal(ConversationWorkflow.agent_became_available)
    life.world.release("record_inbound")
    assert await _owner(life, OwnerKind.AGENT) == ANA


# --- the end of a run


async def _next_run(life: Life) -> None:
    """Wait until it has continued as new."""

    async def look() -> bool | None:
        described = await life.handle.describe()
        first = described.raw_description.workflow_execution_info.first_run_id
        return True if first != described.run_id else None

    await eventually(look, "it continues as new")


async def test_a_quiet_conversation_continues_as_new_and_remembers(
    slow_life: Life, clock: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "WHEN_QUIET", 10)
    await _with_ana(slow_life)
    await clock.sleep(rolling.QUIET * 2)
    await _next_run(slow_life)
    await slow_life.reply("Still me")
    assert await _sent(slow_life, 1) == ["Still me"]
    await slow_life.hear(said("Hello", "m0"), said("Bye", "m1"))
    await slow_life.heard("m0", "m1")


async def test_a_message_after_resolution_starts_a_new_run(life: Life) -> None:
    await _with_ana(life)
    first = await life.handle.describe()
    await life.act("resolve")
    assert await life.client.get_workflow_handle(life.id, run_id=first.run_id).result() == (
        "resolved"
    )
    await life.hear(said("One more thing", "m1"))
    await life.heard("m0", "m1")
    assert (await life.handle.describe()).run_id != first.run_id
    assert [batch.fresh for batch in life.world.batches] == [True, True]


async def test_a_message_that_comes_with_the_resolution_is_not_lost(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("apply_action")
    resolving = asyncio.ensure_future(life.act("resolve"))
    await eventually(lambda: _accepted(life, 1), "the resolution is under way")
    await life.hear(said("One more thing", "m1"))
    life.world.release("apply_action")
    await resolving
    await life.heard("m0", "m1")
    assert (await life.view()).status is ConversationStatus.OPEN


async def test_a_conversation_is_not_over_before_its_last_reply_has_left(life: Life) -> None:
    await _with_ana(life)
    life.world.hold("deliver")
    await life.reply("Goodbye")
    await life.act("resolve")
    description = await life.handle.describe()
    life.world.release("deliver")
    run = life.client.get_workflow_handle(life.id, run_id=description.run_id)
    assert await run.result() == "resolved"
    assert await _sent(life, 1) == ["Goodbye"]


async def test_a_conversation_that_is_quiet_after_an_update_continues_as_new(
    slow_life: Life, clock: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "WHEN_QUIET", 10)
    await _with_ana(slow_life)
    await slow_life.act("note", text="The last thing that happens")
    await clock.sleep(10 * rolling.QUIET)
    await _next_run(slow_life)
