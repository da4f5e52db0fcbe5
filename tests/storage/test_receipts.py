"""What platforms say about sent messages: a status only ever moves forward, in whatever order it is told."""

import asyncio
import itertools
from typing import Any
from uuid import uuid4

import pytest

from domain.conversation import OutboundDraft
from domain.events import Watermark
from domain.receipts import RANK, Receipt, ReceiptError, ReceiptStatus
from storage.delivery import DeliveryStore
from storage.inbound import InboundStore
from storage.receipts import ReceiptStore
from tests.planting import ADDRESS, Tenant, said

SENT, DELIVERED, READ, FAILED = (
    ReceiptStatus.SENT,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.READ,
    ReceiptStatus.FAILED,
)
BLOCKED = ReceiptError(code="131026", title="Undeliverable")


@pytest.fixture
def store(tenant: Tenant) -> ReceiptStore:
    return ReceiptStore(tenant.database)


@pytest.fixture
async def conversation(tenant: Tenant) -> Any:
    return (await InboundStore(tenant.database).record(tenant.batch(said("Hello")))).conversation_id


async def sent(tenant: Tenant, conversation: Any, external_id: str = "wamid.OUT") -> OutboundDraft:
    """A message that the platform has accepted."""
    draft, delivery = tenant.draft(conversation), DeliveryStore(tenant.database)
    await delivery.begin(draft)
    taken = Receipt(status=SENT, message_external_id=external_id)
    await delivery.accepted(tenant.id, draft.message_id, taken)
    return draft


def of(status: ReceiptStatus, external_id: str = "wamid.OUT", **more: Any) -> Receipt:
    return Receipt(status=status, message_external_id=external_id, **more)


async def statuses(tenant: Tenant) -> list[str]:
    rows = await tenant.rows("SELECT status FROM messages WHERE direction = 'out' ORDER BY seq")
    return [row["status"] for row in rows]


async def facts(tenant: Tenant, kind: str) -> list[dict[str, Any]]:
    return await tenant.rows(
        "SELECT message_id, actor_kind, data FROM conversation_events WHERE kind = :kind", kind=kind
    )


async def test_a_receipt_moves_its_message_and_leaves_a_fact(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    draft = await sent(tenant, conversation)
    told = await store.record(tenant.id, tenant.channel, of(DELIVERED))
    assert told is not None
    assert (told.message_id, told.conversation_id) == (draft.message_id, conversation)
    assert (told.address, told.author_kind) == (ADDRESS, "agent")
    assert told.author_id == draft.author.id
    assert await statuses(tenant) == ["delivered"]
    (fact,) = await facts(tenant, "message_delivered")
    assert (fact["message_id"], fact["actor_kind"]) == (draft.message_id, "system")


async def test_a_receipt_told_twice_counts_once(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation)
    await store.record(tenant.id, tenant.channel, of(DELIVERED))
    assert await store.record(tenant.id, tenant.channel, of(DELIVERED)) is None
    assert len(await facts(tenant, "message_delivered")) == 1


@pytest.mark.parametrize("order", [*itertools.permutations((SENT, DELIVERED, READ))], ids="-".join)
async def test_receipts_in_any_order_end_at_the_furthest(
    tenant: Tenant, store: ReceiptStore, conversation: Any, order: tuple[ReceiptStatus, ...]
) -> None:
    await sent(tenant, conversation)
    for status in order:
        await store.record(tenant.id, tenant.channel, of(status))
    assert await statuses(tenant) == ["read"]


@pytest.mark.parametrize("arrived", [DELIVERED, READ])
async def test_a_late_failure_never_undoes_a_delivery(
    tenant: Tenant, store: ReceiptStore, conversation: Any, arrived: ReceiptStatus
) -> None:
    await sent(tenant, conversation)
    await store.record(tenant.id, tenant.channel, of(arrived))
    assert await store.record(tenant.id, tenant.channel, of(FAILED, error=BLOCKED)) is None
    message = await tenant.row("SELECT status, error FROM messages WHERE direction = 'out'")
    assert message == {"status": arrived, "error": None}


async def test_a_failure_says_why(tenant: Tenant, store: ReceiptStore, conversation: Any) -> None:
    draft = await sent(tenant, conversation)
    await store.record(tenant.id, tenant.channel, of(FAILED, error=BLOCKED))
    message = await tenant.row("SELECT status, error FROM messages WHERE direction = 'out'")
    assert message == {"status": "failed", "error": BLOCKED.model_dump(exclude_none=True)}
    (fact,) = await facts(tenant, "message_failed")
    assert fact["message_id"] == draft.message_id
    assert fact["data"] == BLOCKED.model_dump(exclude_none=True)


async def test_a_delivery_after_a_failure_corrects_it(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation)
    await store.record(tenant.id, tenant.channel, of(FAILED, error=BLOCKED))
    await store.record(tenant.id, tenant.channel, of(DELIVERED))
    message = await tenant.row("SELECT status, error FROM messages WHERE direction = 'out'")
    assert message == {"status": "delivered", "error": None}


async def test_a_receipt_for_an_unknown_message_is_kept(
    tenant: Tenant, store: ReceiptStore
) -> None:
    assert await store.record(tenant.id, tenant.channel, of(DELIVERED, "wamid.X")) is None
    kept = await tenant.row("SELECT external_id, status FROM receipts")
    assert kept == {"external_id": "wamid.X", "status": "delivered"}


async def test_a_kept_receipt_moves_forward_only(tenant: Tenant, store: ReceiptStore) -> None:
    for status in (READ, SENT, FAILED):
        await store.record(tenant.id, tenant.channel, of(status, "wamid.X"))
    kept = await tenant.row("SELECT status, rank FROM receipts")
    assert kept == {"status": "read", "rank": RANK[READ]}


async def test_a_receipt_of_another_channel_moves_nothing(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation)
    assert await store.record(tenant.id, uuid4(), of(READ)) is None
    assert await statuses(tenant) == ["sent"]


async def test_a_receipt_never_moves_what_the_contact_wrote(
    tenant: Tenant, store: ReceiptStore
) -> None:
    await InboundStore(tenant.database).record(tenant.batch(said("Hello", "wamid.IN")))
    assert await store.record(tenant.id, tenant.channel, of(READ, "wamid.IN")) is None


@pytest.mark.parametrize("reference", ["nonsense", "", "00000000"])
async def test_a_reference_that_is_not_ours_is_no_reference(
    tenant: Tenant, store: ReceiptStore, conversation: Any, reference: str
) -> None:
    await sent(tenant, conversation)
    told = await store.record(tenant.id, tenant.channel, of(DELIVERED, reference=reference))
    assert told is not None


async def test_receipts_told_at_once_leave_no_gap_in_the_sequence(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:

    for number in range(6):
        await sent(tenant, conversation, f"wamid.{number}")
    await asyncio.gather(
        *(
            store.record(tenant.id, tenant.channel, of(status, f"wamid.{number}"))
            for number in range(6)
            for status in (READ, DELIVERED, SENT)
        )
    )
    assert await statuses(tenant) == ["read"] * 6
    rows = await tenant.rows("SELECT seq FROM conversation_events ORDER BY seq")
    last = await tenant.row("SELECT last_seq FROM conversations")
    assert [row["seq"] for row in rows] == [*range(1, last["last_seq"] + 1)]


# --- marks


async def test_a_mark_reads_every_sent_message_up_to_it(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    drafts = [await sent(tenant, conversation, f"wamid.{number}") for number in range(4)]
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.2")
    assert await statuses(tenant) == ["read", "read", "read", "sent"]
    (fact,) = await facts(tenant, "messages_read")
    assert fact["actor_kind"] == "contact"
    assert set(fact["data"]["messages"]) == {str(draft.message_id) for draft in drafts[:3]}


async def test_a_mark_told_twice_counts_once(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation)
    for _ in range(2):
        await store.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.OUT")
    assert len(await facts(tenant, "messages_read")) == 1


async def test_a_mark_at_a_message_of_the_contact_reads_what_was_sent_before_it(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation, "wamid.1")
    await InboundStore(tenant.database).record(tenant.batch(said("Thanks", "wamid.IN")))
    await sent(tenant, conversation, "wamid.2")
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.IN")
    assert await statuses(tenant) == ["read", "sent"]


async def test_a_mark_may_name_our_own_message_id(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    draft = await sent(tenant, conversation)
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, str(draft.message_id))
    assert await statuses(tenant) == ["read"]


async def test_a_mark_leaves_what_is_not_yet_sent(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await DeliveryStore(tenant.database).begin(tenant.draft(conversation))
    await sent(tenant, conversation)
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.OUT")
    assert await statuses(tenant) == ["queued", "read"]


@pytest.mark.parametrize(("address", "mark"), [("5511900000002", "wamid.OUT"), (ADDRESS, "gone")])
async def test_a_mark_of_somebody_else_or_at_nothing_moves_nothing(
    tenant: Tenant, store: ReceiptStore, conversation: Any, address: str, mark: str
) -> None:
    await sent(tenant, conversation)
    await store.advance(tenant.id, tenant.channel, address, READ, mark)
    assert await statuses(tenant) == ["sent"]
    assert await facts(tenant, "messages_read") == []


async def test_a_mark_of_delivery_does_not_undo_reading(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    for number in range(2):
        await sent(tenant, conversation, f"wamid.{number}")
    await store.record(tenant.id, tenant.channel, of(READ, "wamid.0"))
    await store.advance(tenant.id, tenant.channel, ADDRESS, DELIVERED, "wamid.1")
    assert await statuses(tenant) == ["read", "delivered"]


async def test_a_mark_by_sequence_number_counts_what_was_sent_by_then(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation, "wamid.0")
    mark = await tenant.row("SELECT last_seq FROM conversations")
    await sent(tenant, conversation, "wamid.1")
    up_to = Watermark(seq=mark["last_seq"])
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, up_to)
    assert await statuses(tenant) == ["read", "sent"]


async def test_a_mark_by_time_counts_what_was_written_by_then(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    await sent(tenant, conversation, "wamid.0")
    mark = await tenant.row("SELECT max(created_at) AS at FROM messages")
    await sent(tenant, conversation, "wamid.1")
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, Watermark(at=mark["at"]))
    assert await statuses(tenant) == ["read", "sent"]


async def test_a_mark_does_not_read_what_failed(
    tenant: Tenant, store: ReceiptStore, conversation: Any
) -> None:
    for number in range(2):
        await sent(tenant, conversation, f"wamid.{number}")
    await store.record(tenant.id, tenant.channel, of(FAILED, "wamid.0", error=BLOCKED))
    await store.advance(tenant.id, tenant.channel, ADDRESS, READ, "wamid.1")
    assert await statuses(tenant) == ["failed", "read"]
