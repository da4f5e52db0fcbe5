"""A flow run and what becomes of its messages: failures at once, late ones, and what is given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.conversation import Delivery, FlowStart, OutboundDraft, part_id
from domain.receipts import ReceiptStatus
from embedded.temporal import TemporalDevServer
from flows.events import MessageReceived
from tests.stack import eventually
from workflows import flow_run as module
from workflows import policies
from workflows.flow_run import FlowRunWorkflow
from workflows.messages import FlowRunStart, MessageFailure
from workflows.search import ATTRIBUTES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TWICE = {
    "schema": "flow/1",
    "name": "Asks twice",
    "language": "en",
    "start": "first",
    "nodes": {
        "first": {"type": "ask", "prompt": "One?", "exits": {"next": "second"}},
        "second": {"type": "ask", "prompt": "Two?"},
    },
}
SENT = Delivery(status=ReceiptStatus.SENT)
UNDELIVERABLE, COMPLETED = "undeliverable", "completed"

Answer = Delivery | Exception


class PostOffice:
    """Same-named activities that answer as their scripts say, in order, and then that all went well."""

    def __init__(self) -> None:
        self.delivers: list[Answer] = []
        self.abandons: list[Answer] = []
        self.sent: list[OutboundDraft] = []
        self.abandoned: list[OutboundDraft] = []
        self.open = asyncio.Event()
        """Cleared: a delivery waits in the middle."""
        self.open.set()

    @activity.defn
    async def deliver(self, draft: OutboundDraft) -> Delivery:
        self.sent.append(draft)
        await self.open.wait()
        return _next(self.delivers)

    @activity.defn
    async def abandon(self, draft: OutboundDraft) -> Delivery:
        self.abandoned.append(draft)
        return _next(self.abandons)


def _next(script: list[Answer]) -> Delivery:
    answer = script.pop(0) if script else SENT
    if isinstance(answer, Exception):
        raise answer
    return answer


class Case:
    """One run of the flow that asks twice."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.office = PostOffice()
        self.queue = f"queue-{uuid4()}"
        self.id = f"flow-run-{uuid4()}"

    @property
    def handle(self) -> WorkflowHandle[Any, str]:
        """Of its newest run."""
        return self.client.get_workflow_handle(self.id, result_type=str)

    async def start(self) -> None:
        await self.client.start_workflow(
            FlowRunWorkflow.run,
            FlowRunStart(
                tenant_id=uuid4(),
                channel_id=uuid4(),
                platform="scripted",
                conversation_id=uuid4(),
                conversation_workflow_id=f"conversation-{uuid4()}",
                run=FlowStart(
                    run_id=uuid4(), flow="twice", version_id=uuid4(), version=1, definition=TWICE
                ),
            ),
            id=self.id,
            task_queue=self.queue,
        )

    async def asks(self, count: int) -> list[OutboundDraft]:
        """The messages of the run, once it waits for the answer to the last of so many."""

        async def look() -> bool | None:
            return True if len(self.office.sent) == count and await self.rests() else None

        await eventually(look, f"it asks {count} times, and waits")
        return self.office.sent

    async def rests(self) -> bool:
        """Whether the last thing it did was to wait."""
        history = await self.handle.fetch_history()
        return history.events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED

    async def fails(self, message_id: UUID, code: str = "131026") -> None:
        """The platform says later that a message failed after all."""
        await self.handle.signal("message_failed", MessageFailure(message_id=message_id, code=code))

    async def answers(self, words: str) -> None:
        """The contact does."""
        heard = MessageReceived(message_id=str(uuid4()), text=words, at=NOW)
        await self.handle.signal("message_received", [heard])

    async def ends(self) -> str:
        async with asyncio.timeout(20):
            return await self.handle.result()

    async def asked_for(self) -> list[str]:
        """The activities that stand in its history, in order."""
        history = await self.handle.fetch_history()
        scheduled = [event.activity_task_scheduled_event_attributes for event in history.events]
        return [one.activity_type.name for one in scheduled if one.activity_type.name]


@pytest.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Of one real server for the module; each test has a run and a task queue of its own."""
    folder = tmp_path_factory.mktemp("temporal")
    async with TemporalDevServer(folder, search_attributes=ATTRIBUTES) as server:
        yield await Client.connect(server.address, data_converter=pydantic_data_converter)


@pytest.fixture
async def case(client: Client) -> AsyncIterator[Case]:
    """A worker that keeps no run in memory: every task replays its whole life."""
    made = Case(client)
    async with Worker(
        client,
        task_queue=made.queue,
        workflows=[FlowRunWorkflow],
        activities=[made.office.deliver, made.office.abandon],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    ):
        yield made


# --- failures at once


async def test_a_run_whose_message_failed_does_not_wait_for_an_answer(case: Case) -> None:
    case.office.delivers = [_failed("contact_unreachable")]
    await case.start()
    assert await case.ends() == UNDELIVERABLE
    assert len(case.office.sent) == 1


async def test_a_message_in_doubt_counts_as_sent(case: Case) -> None:
    case.office.delivers = [Delivery(status=ReceiptStatus.UNCONFIRMED)]
    await case.start()
    await case.asks(1)
    await case.answers("yes")
    await case.asks(2)


# --- late failures


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_part_that_fails_later_reaches_the_flow(case: Case, number: int) -> None:
    case.office.delivers = [_in_parts(3)]
    await case.start()
    (message,) = await case.asks(1)
    await case.fails(part_id(message.message_id, number))
    assert await case.ends() == UNDELIVERABLE


async def test_a_part_that_fails_after_the_run_continued_as_new_reaches_the_flow(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROLL_AT", 8)
    case.office.delivers = [_in_parts(2)]
    await case.start()
    (message,) = await case.asks(1)
    assert await _rolled(case)
    await case.fails(part_id(message.message_id, 1))
    assert await case.ends() == UNDELIVERABLE


async def test_a_part_that_fails_while_the_next_is_sent_reaches_the_flow(case: Case) -> None:
    case.office.delivers = [_in_parts(2)]
    case.office.open.clear()
    await case.start()

    async def sending() -> UUID | None:
        return case.office.sent[0].message_id if case.office.sent else None

    first = await eventually(sending, "the message is being sent")
    await case.fails(part_id(first, 1))
    case.office.open.set()
    assert await case.ends() == UNDELIVERABLE


async def test_a_failure_of_what_was_answered_changes_nothing(case: Case) -> None:
    await case.start()
    (message,) = await case.asks(1)
    await case.answers("yes")
    await case.asks(2)
    await case.fails(message.message_id)
    await case.answers("yes again")
    assert await case.ends() == COMPLETED


async def test_a_failure_of_a_message_of_somebody_else_changes_nothing(case: Case) -> None:
    await case.start()
    await case.asks(1)
    await case.fails(uuid4())
    await case.answers("yes")
    await case.asks(2)


async def test_a_failure_that_is_told_twice_is_heard_once(case: Case) -> None:
    await case.start()
    (message,) = await case.asks(1)
    for _ in range(2):
        await case.fails(message.message_id)
    assert await case.ends() == UNDELIVERABLE
    assert len(case.office.sent) == 1


# --- giving up


async def test_a_message_whose_time_is_up_is_given_up_once(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "SEND_DEADLINE", timedelta(seconds=2))
    case.office.delivers = [ApplicationError("busy", type="throttled")] * 10
    case.office.abandons = [_failed("gave_up")]
    await case.start()
    assert await case.ends() == UNDELIVERABLE
    assert len(case.office.sent) > 1
    assert await case.asked_for() == ["deliver", "abandon"]
    assert case.office.abandoned == [case.office.sent[0]]


async def test_giving_up_is_tried_until_it_is_written_down(case: Case) -> None:
    case.office.delivers = [_for_good("channel_unauthorized")]
    case.office.abandons = [ApplicationError("away", type="database_unavailable"), SENT]
    await case.start()
    await case.asks(1)
    assert len(case.office.abandoned) == 2
    assert await case.asked_for() == ["deliver", "abandon"]


async def test_what_was_given_up_in_doubt_counts_as_sent(case: Case) -> None:
    case.office.delivers = [_for_good("channel_unauthorized")]
    case.office.abandons = [Delivery(status=ReceiptStatus.UNCONFIRMED)]
    await case.start()
    await case.asks(1)


async def test_what_cannot_even_be_written_down_does_not_end_a_run_without_a_word(
    case: Case,
) -> None:
    case.office.delivers = [_for_good("unstorable")]
    case.office.abandons = [_for_good("unstorable")]
    await case.start()
    assert await case.ends() == UNDELIVERABLE


def _in_parts(count: int) -> Delivery:
    return Delivery(status=ReceiptStatus.SENT, parts=count)


def _failed(code: str) -> Delivery:
    return Delivery(status=ReceiptStatus.FAILED, error_code=code)


def _for_good(code: str) -> ApplicationError:
    return ApplicationError("no", type=code, non_retryable=True)


async def _rolled(case: Case) -> bool:
    history = await case.handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    return bool(started.continued_execution_run_id)
