"""Attempts to send: recorded before the call, settled after it, and never begun twice in the dark."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.content import TextContent
from domain.conversation import Action, Actor, OutboundDraft, Route
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from storage.actions import ActionStore
from storage.attempts import Start
from storage.delivery import DeliveryStore
from storage.inbound import InboundStore
from storage.receipts import ReceiptStore
from tests.conftest import FreshDatabase
from tests.fakes import HoldingDatabase
from tests.planting import ADDRESS, Tenant, said
from tests.stack import eventually

SENT = Receipt(status=ReceiptStatus.SENT, message_external_id="wamid.OUT")
BUSY = ReceiptError(code="throttled", title="Slow down", retryable=True)
BLOCKED = ReceiptError(code="131026", title="Undeliverable")
DOUBT = ReceiptError(code="outcome_unknown", title="No answer came back")


@pytest.fixture
async def route(tenant: Tenant) -> Route:
    """The contact has written, and waits in the queue."""
    return await InboundStore(tenant.database).record(tenant.batch(said("Hello", thread="topic-1")))


@pytest.fixture
def store(tenant: Tenant) -> DeliveryStore:
    return DeliveryStore(tenant.database)


@pytest.fixture
def draft(tenant: Tenant, route: Route) -> OutboundDraft:
    return tenant.draft(route.conversation_id)


async def message(tenant: Tenant, draft: OutboundDraft) -> dict[str, Any]:
    return await tenant.row(
        "SELECT status, external_id, error FROM messages WHERE id = :id", id=draft.message_id
    )


async def outcomes(tenant: Tenant, draft: OutboundDraft) -> list[str]:
    """What became of each attempt, in order."""
    rows = await tenant.rows(
        "SELECT outcome FROM attempts WHERE message_id = :id ORDER BY number", id=draft.message_id
    )
    return [row["outcome"] for row in rows]


async def facts(tenant: Tenant, draft: OutboundDraft) -> list[str]:
    rows = await tenant.rows(
        "SELECT kind FROM conversation_events WHERE message_id = :id ORDER BY seq",
        id=draft.message_id,
    )
    return [row["kind"] for row in rows]


# --- beginning


async def test_the_first_attempt_is_recorded_before_the_call(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    attempt = await store.begin(draft)
    assert attempt.start is Start.CALL
    assert (attempt.address, attempt.thread, attempt.number) == (ADDRESS, "topic-1", 1)
    assert attempt.last_inbound_at is not None
    assert (await message(tenant, draft))["status"] == "queued"
    assert await outcomes(tenant, draft) == ["pending"]
    assert await facts(tenant, draft) == ["message_queued"]


async def test_an_attempt_cut_off_in_the_middle_is_doubtful(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    attempt = await store.begin(draft)
    assert attempt.start is Start.DOUBTFUL
    assert await outcomes(tenant, draft) == ["pending"]


async def test_two_senders_at_once_are_not_both_told_to_call(
    store: DeliveryStore, draft: OutboundDraft
) -> None:
    attempts = await asyncio.gather(*(store.begin(draft) for _ in range(5)))
    starts = sorted(attempt.start for attempt in attempts)
    assert starts == [Start.CALL, *[Start.DOUBTFUL] * 4]


async def test_two_senders_who_wait_for_one_conversation_are_not_both_told_to_call(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    """Neither sees what the other does: both looked before either got the lock."""
    await _tell_one_to_call(tenant, store, draft)


async def test_two_senders_of_a_message_that_waited_are_not_both_told_to_call(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    await _tell_one_to_call(tenant, store, draft)
    assert await outcomes(tenant, draft) == ["refused", "pending"]


async def _tell_one_to_call(tenant: Tenant, store: DeliveryStore, draft: OutboundDraft) -> None:
    async with _locked(tenant, draft):
        senders = [asyncio.ensure_future(store.begin(draft)) for _ in range(2)]
        await _waiting(tenant, 2)
    starts = sorted(attempt.start for attempt in await asyncio.gather(*senders))
    assert starts == [Start.CALL, Start.DOUBTFUL]


@asynccontextmanager
async def _locked(tenant: Tenant, draft: OutboundDraft) -> AsyncIterator[AsyncConnection]:
    """Hold the conversation, as recording what the contact says does."""
    async with tenant.database.transaction(tenant.id) as connection:
        lock = text("SELECT 1 FROM conversations WHERE id = :id FOR UPDATE")
        await connection.execute(lock, {"id": draft.conversation_id})
        yield connection


async def _waiting(tenant: Tenant, count: int) -> None:
    """Wait until so many transactions wait for a lock."""

    async def look() -> bool | None:
        found = await tenant.row("SELECT count(*) AS n FROM pg_locks WHERE NOT granted")
        return True if found["n"] == count else None

    await eventually(look, f"{count} transactions wait")


async def test_without_its_conversation_nothing_is_sent(
    tenant: Tenant, store: DeliveryStore
) -> None:
    attempt = await store.begin(tenant.draft(uuid4()))
    assert attempt.start is Start.GONE
    assert await tenant.rows("SELECT 1 FROM messages") == []


async def test_an_agents_message_ends_the_contacts_wait(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    found = await tenant.row("SELECT waiting_since, preview FROM conversations")
    assert found == {"waiting_since": None, "preview": "Good morning"}


async def test_why_a_message_was_written_is_kept(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    cause = {"flow": "greeting", "node": "n1"}
    await store.begin(draft.model_copy(update={"cause": cause, "reply_to": "wamid.1"}))
    found = await tenant.row("SELECT cause, reply_to FROM messages WHERE direction = 'out'")
    assert found == {"cause": cause, "reply_to": "wamid.1"}


# --- who may speak


async def test_a_flow_that_owns_the_conversation_may_write(greeted: Tenant) -> None:
    draft = await _draft_of_its_flow(greeted)
    assert (await DeliveryStore(greeted.database).begin(draft)).start is Start.CALL


async def test_a_flow_that_lost_the_conversation_may_not_write(greeted: Tenant) -> None:
    draft = await _draft_of_its_flow(greeted)
    await _take_over(greeted, draft)
    assert (await DeliveryStore(greeted.database).begin(draft)).start is Start.NOT_OWNER
    assert await greeted.rows("SELECT 1 FROM messages WHERE direction = 'out'") == []


async def test_a_flow_that_lost_the_conversation_may_not_try_again(greeted: Tenant) -> None:
    draft, store = await _draft_of_its_flow(greeted), DeliveryStore(greeted.database)
    await store.begin(draft)
    await store.refused(greeted.id, draft.message_id, BUSY, final=False)
    await _take_over(greeted, draft)
    assert (await store.begin(draft)).start is Start.NOT_OWNER


async def test_the_run_of_another_service_may_not_write(greeted: Tenant) -> None:
    draft = await _draft_of_its_flow(greeted)
    other = draft.model_copy(update={"author": Actor(kind="flow", id=uuid4())})
    assert (await DeliveryStore(greeted.database).begin(other)).start is Start.NOT_OWNER


@pytest.fixture
async def holding(fresh: FreshDatabase) -> AsyncIterator[HoldingDatabase]:
    database = HoldingDatabase(fresh.app_url)
    yield database
    await database.close()


async def test_a_take_over_that_commits_while_a_flow_begins_to_write_wins(
    greeted: Tenant, holding: HoldingDatabase
) -> None:
    draft = await _draft_of_its_flow(greeted)
    taking = asyncio.ensure_future(_take_over(replace(greeted, database=holding), draft))
    await holding.holding.wait()
    beginning = asyncio.ensure_future(DeliveryStore(greeted.database).begin(draft))
    await _waiting(greeted, 1)
    holding.release()
    await taking
    assert (await beginning).start is Start.NOT_OWNER
    assert await greeted.rows("SELECT 1 FROM messages WHERE direction = 'out'") == []


async def test_a_flow_that_begins_to_write_first_may_finish_before_the_take_over(
    greeted: Tenant, holding: HoldingDatabase
) -> None:
    draft = await _draft_of_its_flow(greeted)
    beginning = asyncio.ensure_future(DeliveryStore(holding).begin(draft))
    await holding.holding.wait()
    taking = asyncio.ensure_future(_take_over(greeted, draft))
    await _waiting(greeted, 1)
    holding.release()
    assert (await beginning).start is Start.CALL
    await taking
    facts_of_all = "SELECT kind FROM conversation_events ORDER BY seq"
    kinds = [row["kind"] for row in await greeted.rows(facts_of_all)]
    assert kinds[-2:] == ["message_queued", "taken_over"]


async def _draft_of_its_flow(tenant: Tenant) -> OutboundDraft:
    route = await InboundStore(tenant.database).record(tenant.batch(said("Hello")))
    flow = Actor(kind="flow", id=route.view.owner.id)
    return tenant.draft(route.conversation_id, author=flow)


async def _take_over(tenant: Tenant, draft: OutboundDraft) -> None:
    agent = tenant.agents[0]
    actor = Actor(kind="agent", id=agent)
    action = Action(id=uuid4(), kind="take_over", actor=actor, assignee=agent)
    await ActionStore(tenant.database).apply(tenant.id, draft.conversation_id, action)


# --- settling


async def test_an_accepted_message_is_sent_under_the_platforms_id(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    status = await store.accepted(tenant.id, draft.message_id, SENT)
    assert status is ReceiptStatus.SENT
    assert await message(tenant, draft) == {
        "status": "sent",
        "external_id": "wamid.OUT",
        "error": None,
    }
    assert await outcomes(tenant, draft) == ["accepted"]
    assert await facts(tenant, draft) == ["message_queued", "message_sent"]


async def test_a_refusal_for_good_fails_the_message_and_says_why(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    status = await store.refused(tenant.id, draft.message_id, BLOCKED, final=True)
    assert status is ReceiptStatus.FAILED
    assert (await message(tenant, draft))["error"] == BLOCKED.model_dump(exclude_none=True)
    assert await outcomes(tenant, draft) == ["refused"]
    assert await facts(tenant, draft) == ["message_queued", "message_failed"]


async def test_a_passing_refusal_leaves_the_message_queued_for_another_attempt(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    assert await store.refused(tenant.id, draft.message_id, BUSY, final=False) == "queued"
    attempt = await store.begin(draft)
    assert (attempt.start, attempt.number) == (Start.CALL, 2)
    assert await outcomes(tenant, draft) == ["refused", "pending"]


async def test_a_second_attempt_cut_off_is_doubtful_too(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    await store.begin(draft)
    assert (await store.begin(draft)).start is Start.DOUBTFUL


async def test_a_doubtful_message_is_unconfirmed(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    status = await store.doubted(tenant.id, draft.message_id, DOUBT)
    assert status is ReceiptStatus.UNCONFIRMED
    assert await outcomes(tenant, draft) == ["unknown"]
    assert await facts(tenant, draft) == ["message_queued", "message_unconfirmed"]


@pytest.mark.parametrize("outcome", ["accepted", "refused", "doubted"])
async def test_a_settled_message_is_not_begun_again(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft, outcome: str
) -> None:
    await store.begin(draft)
    if outcome == "accepted":
        status = await store.accepted(tenant.id, draft.message_id, SENT)
    elif outcome == "refused":
        status = await store.refused(tenant.id, draft.message_id, BLOCKED, final=True)
    else:
        status = await store.doubted(tenant.id, draft.message_id, DOUBT)
    attempt = await store.begin(draft)
    assert (attempt.start, attempt.status) == (Start.SETTLED, status)
    assert len(await outcomes(tenant, draft)) == 1


async def test_a_settled_message_stays_settled_after_a_take_over(greeted: Tenant) -> None:
    draft, store = await _draft_of_its_flow(greeted), DeliveryStore(greeted.database)
    await store.begin(draft)
    await store.accepted(greeted.id, draft.message_id, SENT)
    await _take_over(greeted, draft)
    assert (await store.begin(draft)).start is Start.SETTLED


async def test_an_accepted_message_forgets_why_it_was_refused_before(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    assert (await message(tenant, draft))["error"] == BUSY.model_dump(exclude_none=True)
    await store.begin(draft)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert (await message(tenant, draft))["error"] is None
    assert await outcomes(tenant, draft) == ["refused", "accepted"]


async def test_a_message_in_doubt_that_was_accepted_after_all_says_so(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    """The first sender was slow, and a second one doubted."""
    await store.begin(draft)
    await store.doubted(tenant.id, draft.message_id, DOUBT)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert await message(tenant, draft) == {
        "status": "sent",
        "external_id": "wamid.OUT",
        "error": None,
    }
    assert await outcomes(tenant, draft) == ["accepted"]


async def test_a_doubt_that_comes_too_late_changes_nothing(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert await store.doubted(tenant.id, draft.message_id, DOUBT) is ReceiptStatus.SENT
    assert (await message(tenant, draft))["error"] is None
    assert await outcomes(tenant, draft) == ["accepted"]


async def test_a_message_that_is_safe_to_repeat_gets_one_more_attempt(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    assert (await store.begin(draft)).start is Start.DOUBTFUL
    assert await store.again(tenant.id, draft.message_id) == 2
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert await outcomes(tenant, draft) == ["pending", "accepted"]


async def test_an_id_with_a_nul_does_not_lose_the_outcome(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    strange = Receipt(status=ReceiptStatus.SENT, message_external_id="wamid\x00OUT")
    assert await store.accepted(tenant.id, draft.message_id, strange) is ReceiptStatus.SENT


# --- closing


async def test_a_message_is_closed_without_an_attempt(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    closed = await store.close(draft, BLOCKED)
    assert (closed.start, closed.status, closed.error) == (
        Start.SETTLED,
        ReceiptStatus.FAILED,
        BLOCKED,
    )
    assert await outcomes(tenant, draft) == []
    assert await facts(tenant, draft) == ["message_queued", "message_failed"]
    assert (await store.begin(draft)).start is Start.SETTLED


async def test_closing_keeps_what_became_of_earlier_attempts(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    await store.close(draft, BLOCKED)
    found = await tenant.row("SELECT outcome, error FROM attempts")
    assert found == {"outcome": "refused", "error": BUSY.model_dump(exclude_none=True)}
    assert (await message(tenant, draft))["error"] == BLOCKED.model_dump(exclude_none=True)


async def test_what_is_not_known_is_closed_only_when_it_is_to_be_added(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    closed = await store.close(draft, BLOCKED, add=False)
    assert closed.status is None
    assert await tenant.rows("SELECT 1 FROM messages WHERE direction = 'out'") == []


async def test_closing_beside_a_sender_leaves_a_doubt(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    async with _locked(tenant, draft):
        sender = asyncio.ensure_future(store.begin(draft))
        await _waiting(tenant, 1)
        closer = asyncio.ensure_future(store.close(draft, BLOCKED))
        await _waiting(tenant, 2)
    called = (await sender).start is Start.CALL
    status = (await closer).status
    assert status is (ReceiptStatus.UNCONFIRMED if called else ReceiptStatus.FAILED)


# --- locks


async def test_an_outcome_waits_for_the_conversation_before_it_takes_the_message(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    """Whoever has the conversation may write its messages: an edit, say, on its way in."""
    await store.begin(draft)
    async with _locked(tenant, draft) as connection:
        outcome = asyncio.ensure_future(
            store.accepted(tenant.id, draft.message_id, SENT),
        )
        await _waiting(tenant, 1)
        await connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        await connection.execute(
            text("UPDATE messages SET deleted = true WHERE id = :id"), {"id": draft.message_id}
        )
    assert await outcome is ReceiptStatus.SENT
    found = await tenant.row("SELECT status, deleted FROM messages WHERE direction = 'out'")
    assert found == {"status": "sent", "deleted": True}


async def test_an_outcome_that_waited_counts_from_where_the_message_stands_then(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    async with _locked(tenant, draft) as connection:
        outcome = asyncio.ensure_future(
            store.refused(tenant.id, draft.message_id, BUSY, final=False)
        )
        await _waiting(tenant, 1)
        read = "UPDATE messages SET status = 'read', rank = 5 WHERE id = :id"
        await connection.execute(text(read), {"id": draft.message_id})
    assert await outcome is ReceiptStatus.READ
    assert await message(tenant, draft) == {"status": "read", "external_id": None, "error": None}


# --- receipts that overtake the answer


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        (ReceiptStatus.SENT, ReceiptStatus.SENT),
        (ReceiptStatus.FAILED, ReceiptStatus.FAILED),
        (ReceiptStatus.DELIVERED, ReceiptStatus.DELIVERED),
        (ReceiptStatus.READ, ReceiptStatus.READ),
    ],
)
async def test_a_receipt_that_came_before_the_answer_counts(
    tenant: Tenant,
    store: DeliveryStore,
    draft: OutboundDraft,
    earlier: ReceiptStatus,
    now: ReceiptStatus,
) -> None:
    await store.begin(draft)
    receipt = Receipt(status=earlier, message_external_id="wamid.OUT")
    assert await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, receipt) is None
    assert await store.accepted(tenant.id, draft.message_id, SENT) is now
    assert (await message(tenant, draft))["status"] == now


async def test_a_failure_that_came_before_the_answer_says_why(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    failed = Receipt(status=ReceiptStatus.FAILED, message_external_id="wamid.OUT", error=BLOCKED)
    await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, failed)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert (await message(tenant, draft))["error"] == BLOCKED.model_dump(exclude_none=True)


async def test_a_failure_that_was_told_first_keeps_its_reason(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    failed = Receipt(
        status=ReceiptStatus.FAILED,
        message_external_id="wamid.OUT",
        reference=str(draft.message_id),
        error=BLOCKED,
    )
    await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, failed)
    assert await store.accepted(tenant.id, draft.message_id, SENT) is ReceiptStatus.FAILED
    assert (await message(tenant, draft))["error"] == BLOCKED.model_dump(exclude_none=True)


async def test_a_receipt_with_our_reference_moves_the_message_before_the_answer(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    receipt = Receipt(
        status=ReceiptStatus.DELIVERED,
        message_external_id="wamid.OUT",
        reference=str(draft.message_id),
    )
    told = await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, receipt)
    assert told is not None
    assert told.message_id == draft.message_id
    assert await store.accepted(tenant.id, draft.message_id, SENT) is ReceiptStatus.DELIVERED


async def test_a_receipt_that_echoes_our_id_settles_a_doubtful_message(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.doubted(tenant.id, draft.message_id, DOUBT)
    receipt = Receipt(
        status=ReceiptStatus.SENT,
        message_external_id="wamid.OUT",
        reference=str(draft.message_id),
    )
    assert await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, receipt)
    assert await message(tenant, draft) == {
        "status": "sent",
        "external_id": "wamid.OUT",
        "error": None,
    }


async def test_sequence_numbers_have_no_gap_over_a_messages_life(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    await store.begin(draft)
    await store.accepted(tenant.id, draft.message_id, SENT)
    read = Receipt(status=ReceiptStatus.READ, message_external_id="wamid.OUT")
    await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, read)
    rows = await tenant.rows("SELECT seq FROM conversation_events ORDER BY seq")
    (conversation,) = await tenant.rows("SELECT last_seq FROM conversations")
    assert [row["seq"] for row in rows] == [*range(1, conversation["last_seq"] + 1)]
    assert await facts(tenant, draft) == [
        "message_queued",
        "message_deferred",
        "message_sent",
        "message_read",
    ]


async def test_an_echo_that_beats_the_answer_is_hidden_and_the_send_is_settled(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    assert (await store.begin(draft)).start is Start.CALL
    echo = said("Hello", external_id="wamid.OUT", echo=True)
    await InboundStore(tenant.database).record(tenant.batch(echo))
    assert await store.accepted(tenant.id, draft.message_id, SENT) is ReceiptStatus.SENT
    assert (await message(tenant, draft))["status"] == "sent"
    shown = await tenant.rows("SELECT id FROM messages WHERE direction = 'out' AND NOT deleted")
    assert [row["id"] for row in shown] == [draft.message_id]


@pytest.mark.parametrize("first", ["the answer", "the receipt"])
async def test_a_receipt_that_comes_together_with_the_answer_is_not_lost(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft, holding: HoldingDatabase, first: str
) -> None:
    await store.begin(draft)
    delivered = Receipt(status=ReceiptStatus.DELIVERED, message_external_id="wamid.OUT")
    held_back: Awaitable[Any]
    other: Awaitable[Any]
    if first == "the answer":
        held_back = DeliveryStore(holding).accepted(tenant.id, draft.message_id, SENT)
        other = ReceiptStore(tenant.database).record(tenant.id, tenant.channel, delivered)
    else:
        held_back = ReceiptStore(holding).record(tenant.id, tenant.channel, delivered)
        other = store.accepted(tenant.id, draft.message_id, SENT)
    one = asyncio.ensure_future(held_back)
    await holding.holding.wait()
    two = asyncio.ensure_future(other)
    # It may have to wait for the first, or not.
    await asyncio.wait({two}, timeout=0.5)
    holding.release()
    await asyncio.gather(one, two)
    assert (await message(tenant, draft))["status"] == "delivered"


@pytest.mark.parametrize(("odd", "kept"), [("a\x00b", "a\ufffdb"), ("a\ud83db", "a?b")])
async def test_what_cannot_be_held_does_not_stop_a_message_on_its_way_out(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft, odd: str, kept: str
) -> None:
    written = draft.model_copy(update={"content": TextContent(text=odd), "reply_to": odd})
    assert (await store.begin(written)).start is Start.CALL
    found = await tenant.row(
        "SELECT content->>'text' AS text, reply_to FROM messages WHERE direction = 'out'"
    )
    assert set(found.values()) == {kept}
