"""A failure is told again as long as it stands, and a receipt holds nothing while it waits for its conversation."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.conversation import Actor
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from storage.delivery import DeliveryStore
from storage.inbound import InboundStore
from storage.receipts import ReceiptStore
from tests.planting import ADDRESS, Tenant, said
from tests.stack import eventually

FAILED = Receipt(
    status=ReceiptStatus.FAILED,
    message_external_id="wamid.OUT",
    error=ReceiptError(code="131026", title="Undeliverable"),
)


def of(status: ReceiptStatus) -> Receipt:
    return Receipt(status=status, message_external_id="wamid.OUT")


@pytest.fixture
async def message(tenant: Tenant) -> UUID:
    """A message that the platform has accepted."""
    route = await InboundStore(tenant.database).record(tenant.batch(said("Hello")))
    draft = tenant.draft(route.conversation_id, author=Actor(kind="agent", id=tenant.agents[0]))
    delivery = DeliveryStore(tenant.database)
    await delivery.begin(draft)
    await delivery.accepted(tenant.id, draft.message_id, of(ReceiptStatus.SENT))
    return draft.message_id


async def test_a_failure_told_again_names_its_message_again_and_leaves_one_fact(
    tenant: Tenant, message: UUID
) -> None:
    store = ReceiptStore(tenant.database)
    first = await store.record(tenant.id, tenant.channel, FAILED)
    again = await store.record(tenant.id, tenant.channel, FAILED)
    assert first is not None
    assert first == again
    assert (first.message_id, first.address) == (message, ADDRESS)
    facts = await tenant.rows("SELECT 1 FROM conversation_events WHERE kind = 'message_failed'")
    assert len(facts) == 1


@pytest.mark.parametrize("later", [ReceiptStatus.DELIVERED, ReceiptStatus.READ])
async def test_a_failure_that_was_corrected_is_not_told_again(
    tenant: Tenant, message: UUID, later: ReceiptStatus
) -> None:
    store = ReceiptStore(tenant.database)
    await store.record(tenant.id, tenant.channel, FAILED)
    assert await store.record(tenant.id, tenant.channel, of(later)) is not None
    assert await store.record(tenant.id, tenant.channel, FAILED) is None


async def test_other_receipts_told_again_name_nothing(tenant: Tenant, message: UUID) -> None:
    store = ReceiptStore(tenant.database)
    await store.record(tenant.id, tenant.channel, FAILED)
    assert await store.record(tenant.id, tenant.channel, of(ReceiptStatus.SENT)) is None


@pytest.mark.parametrize("kept", ["new", "kept before"])
async def test_a_receipt_waits_for_its_conversation_and_holds_nothing_meanwhile(
    tenant: Tenant, message: UUID, kept: str
) -> None:
    """Whoever has the conversation may go on to its messages and to what is kept of their receipts: no deadlock."""
    store = ReceiptStore(tenant.database)
    if kept == "kept before":
        await store.record(tenant.id, tenant.channel, of(ReceiptStatus.SENT))

    async def waits() -> bool | None:
        locks = await tenant.row("SELECT count(*) AS n FROM pg_locks WHERE NOT granted")
        return True if locks["n"] else None

    async with tenant.database.transaction(tenant.id) as connection:
        await connection.execute(text("SELECT 1 FROM conversations FOR UPDATE"))
        recording = asyncio.create_task(store.record(tenant.id, tenant.channel, FAILED))
        await eventually(waits, "the receipt waits")
        await connection.execute(text("SELECT 1 FROM messages FOR UPDATE NOWAIT"))
        await connection.execute(text("SELECT 1 FROM receipts FOR UPDATE NOWAIT"))
        await connection.execute(
            text(
                "INSERT INTO receipts (channel_id, external_id, tenant_id, status, rank) "
                "VALUES (:channel, 'wamid.OUT', :tenant, 'sent', 2) ON CONFLICT DO NOTHING"
            ),
            {"channel": tenant.channel, "tenant": tenant.id},
        )
    told = await recording
    assert told is not None
    assert told.message_id == message


async def test_receipts_and_everything_else_at_once_end_without_a_deadlock(
    tenant: Tenant, message: UUID
) -> None:
    store, inbound = ReceiptStore(tenant.database), InboundStore(tenant.database)
    statuses = [ReceiptStatus.SENT, ReceiptStatus.FAILED, ReceiptStatus.DELIVERED]
    for number in range(10):
        await asyncio.gather(
            *(store.record(tenant.id, tenant.channel, of(status)) for status in statuses),
            store.advance(tenant.id, tenant.channel, ADDRESS, ReceiptStatus.READ, "wamid.OUT"),
            inbound.record(tenant.batch(said(f"Hello {number}"))),
        )
    last = await tenant.row("SELECT status FROM messages WHERE direction = 'out'")
    assert last == {"status": "read"}
