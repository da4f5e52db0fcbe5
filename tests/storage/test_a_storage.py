"""Bugs of storage/, one test each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.content import TextContent
from domain.conversation import Action, Actor, OutboundDraft, Route
from domain.events import Sender
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from storage.actions import ActionStore
from storage.database import Database
from storage.delivery import DeliveryStore, Start
from storage.inbound import InboundStore
from storage.receipts import ReceiptStore
from tests.conftest import FreshDatabase
from tests.fakes import HoldingDatabase
from tests.planting import ADDRESS, Tenant, happened, plant, said
from tests.storage.test_assignment import CONNECTIONS, action, held, loads, waiting
from tests.storage.test_assignment import crowded as crowded
from tests.storage.test_delivery import BLOCKED, BUSY, SENT, message
from tests.storage.test_delivery import draft as draft
from tests.storage.test_delivery import route as route
from tests.storage.test_delivery import store as store
from tests.storage.test_inbound import act, facts, record, texts
from tests.storage.test_receipts import FAILED, READ, of, sent, statuses

ODD = pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("a\ud83db", "a?b"),
        ("a\udc4db", "a?b"),
        (r"the escape \u0000 is a NUL", r"the escape \u0000 is a NUL"),
    ],
    ids=["a NUL", "a high surrogate", "a low surrogate", "what only looks like an escape"],
)


async def test_a_batch_that_wakes_a_snoozed_conversation_gives_the_same_route_twice(
    tenant: Tenant,
) -> None:
    route = await record(tenant, said("Hello"))
    await act(tenant, route, "take_over", assignee=tenant.agents[0])
    await act(tenant, route, "snooze", until=datetime.now(UTC) + timedelta(days=1))
    batch, store = tenant.batch(said("I am back")), InboundStore(tenant.database)
    first = await store.record(batch)
    assert first.view.snoozed_until is None
    assert await store.record(batch) == first


async def test_after_an_echo_the_contacts_first_message_still_opens_the_conversation(
    greeted: Tenant,
) -> None:
    """The shop wrote first, from its phone."""
    await record(greeted, said("From the phone", echo=True))
    route = await record(greeted, said("Hello"))
    assert route.flow is not None
    assert await facts(greeted) == ["message_echoed", "opened", "message_received"]


@ODD
async def test_odd_characters_of_a_message_are_replaced(
    tenant: Tenant, odd: str, kept: str
) -> None:
    await record(tenant, said(odd))
    found = await tenant.row(
        "SELECT m.content->>'text' AS text, c.preview FROM messages m JOIN conversations c ON true"
    )
    assert found == {"text": kept, "preview": kept}


@ODD
async def test_odd_characters_of_a_person_are_replaced(
    tenant: Tenant, odd: str, kept: str
) -> None:
    sender = Sender(address=ADDRESS, name=odd, username=odd, user_id=odd)
    item = said("Hello", sender=sender, thread=odd, reply_to=odd, raw={"x": odd})
    await record(tenant, item)
    found = await tenant.row("""
        SELECT p.name, a.username, a.user_id, c.thread, m.reply_to, m.raw->>'x' AS raw FROM contacts p
        JOIN addresses a ON a.contact_id = p.id JOIN conversations c ON c.contact_id = p.id
        JOIN messages m ON m.conversation_id = c.id
    """)
    assert set(found.values()) == {kept}


@ODD
async def test_odd_characters_of_an_edit_are_replaced(tenant: Tenant, odd: str, kept: str) -> None:
    edit = happened("edit", target_external_id="wamid.1", content=TextContent(text=odd))
    await record(tenant, said("Hello", "wamid.1"), edit)
    assert await texts(tenant) == [kept]


@ODD
async def test_odd_characters_do_not_stop_a_message_on_its_way_out(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft, odd: str, kept: str
) -> None:
    written = draft.model_copy(update={"content": TextContent(text=odd), "reply_to": odd})
    assert (await store.begin(written)).start is Start.CALL
    found = await tenant.row(
        "SELECT content->>'text' AS text, reply_to FROM messages WHERE direction = 'out'"
    )
    assert set(found.values()) == {kept}


async def test_an_edit_that_says_nothing_does_not_stop_the_inbox(tenant: Tenant) -> None:
    await record(tenant, said("Hello", "wamid.1"))
    await record(tenant, happened("edit", target_external_id="wamid.1"))
    assert await texts(tenant) == ["Hello"]


async def test_a_message_sent_at_last_no_longer_says_why_it_waited(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    await store.refused(tenant.id, draft.message_id, BUSY, final=False)
    await store.begin(draft)
    await store.again(tenant.id, draft.message_id)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert (await message(tenant, draft))["error"] is None


async def test_a_failure_that_came_before_the_answer_says_why(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft
) -> None:
    await store.begin(draft)
    receipt = Receipt(status=FAILED, message_external_id="wamid.OUT", error=BLOCKED)
    await ReceiptStore(tenant.database).record(tenant.id, tenant.channel, receipt)
    await store.accepted(tenant.id, draft.message_id, SENT)
    assert (await message(tenant, draft))["error"] == BLOCKED.model_dump()


async def test_a_mark_does_not_read_what_failed(tenant: Tenant, route: Route) -> None:
    receipts = ReceiptStore(tenant.database)
    for number in range(2):
        await sent(tenant, route.conversation_id, f"wamid.{number}")
    await receipts.record(tenant.id, tenant.channel, of(FAILED, "wamid.0", error=BLOCKED))
    await receipts.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.1")
    assert await statuses(tenant) == ["failed", "read"]


@pytest.fixture
async def holding(fresh: FreshDatabase) -> AsyncIterator[HoldingDatabase]:
    database = HoldingDatabase(fresh.app_url)
    yield database
    database.release()
    await database.close()


@pytest.mark.parametrize("first", ["the answer", "the receipt"])
async def test_a_receipt_that_comes_together_with_the_answer_is_not_lost(
    tenant: Tenant, store: DeliveryStore, draft: OutboundDraft, holding: HoldingDatabase, first: str
) -> None:
    await store.begin(draft)
    receipts = ReceiptStore(tenant.database)
    delivered = of(ReceiptStatus.DELIVERED)
    if first == "the answer":
        held_back = DeliveryStore(holding).accepted(tenant.id, draft.message_id, SENT)
        other = receipts.record(tenant.id, tenant.channel, delivered)
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


async def test_conversations_passed_between_two_agents_at_once_do_not_deadlock(
    crowded: Tenant,
) -> None:
    store = ActionStore(crowded.database)
    ana, bruno, _ = crowded.agents

    async def pass_on(number: int) -> None:
        conversation = await waiting(crowded, number)
        for turn in range(10):
            agent = (ana, bruno)[(turn + number) % 2]
            await store.apply(crowded.id, conversation, action("take_over", assignee=agent))

    await asyncio.gather(*(pass_on(number) for number in range(CONNECTIONS)))
    assert await loads(crowded) == await held(crowded)
