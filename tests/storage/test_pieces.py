"""Long messages that come piece by piece: one message, whatever the order, the repeats and the crashes."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest

from domain.conversation import InboundItem
from domain.pieces import piece_of
from storage.pieces import PieceStore
from storage.spool import SpoolStore
from tests.planting import ADDRESS, Tenant, happened, said

WORDS = ("Long words ", "in three ", "pieces.")
AT_ONCE = timedelta(0)


def piece(number: int, *, ref: str = "7", total: int = 3) -> InboundItem:
    part = {"ref": ref, "number": number, "total": total}
    return said(WORDS[number - 1], f"{ref}-{number}", details={"part": part})


async def keep(store: PieceStore, tenant: Tenant, item: InboundItem) -> bool:
    place = piece_of(item.event)
    assert place is not None
    return await store.keep(tenant.id, tenant.channel, ADDRESS, item, place)


async def spooled(tenant: Tenant) -> list[InboundItem]:
    rows = await tenant.rows("SELECT items FROM inbound_spool ORDER BY id")
    return [InboundItem.model_validate(item) for row in rows for item in row["items"]]


async def said_in_spool(tenant: Tenant) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in await spooled(tenant):
        content: Any = item.event.content
        found.append((item.event.external_id, content.text))
    return found


WHOLE = [("7-1", "Long words in three pieces.")]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
async def test_in_any_order_they_are_one_message(tenant: Tenant, order: tuple[int, ...]) -> None:
    store = PieceStore(tenant.database)
    last = [await keep(store, tenant, piece(number)) for number in order]
    assert last == [False, False, True]
    assert await said_in_spool(tenant) == WHOLE


async def test_a_repeat_changes_nothing_before_and_after_the_last(tenant: Tenant) -> None:
    store = PieceStore(tenant.database, AT_ONCE)
    for number in (1, 1, 3, 1, 2, 2, 3):
        await keep(store, tenant, piece(number))
    await store.hand_over_due(tenant.id)
    assert await said_in_spool(tenant) == WHOLE


async def test_pieces_that_come_at_the_same_moment(tenant: Tenant) -> None:
    """Every one of them in a process of its own: none of these sees what the others have not committed."""
    stores = [PieceStore(tenant.database) for _ in WORDS]
    pieces = [piece(number) for number in (1, 2, 3)]
    last = await asyncio.gather(
        *(keep(store, tenant, one) for store, one in zip(stores, pieces, strict=True))
    )
    assert sorted(last) == [False, False, True]
    assert await said_in_spool(tenant) == WHOLE


async def test_messages_are_not_mixed(tenant: Tenant) -> None:
    store = PieceStore(tenant.database)
    for one in (piece(1), piece(2, ref="8"), piece(3), piece(1, ref="8", total=2)):
        assert not await keep(store, tenant, one)
    assert await keep(store, tenant, piece(2))
    assert await said_in_spool(tenant) == WHOLE


async def test_a_count_that_is_used_again_is_another_message(tenant: Tenant) -> None:
    store = PieceStore(tenant.database)
    for number in (1, 2, 3):
        await keep(store, tenant, piece(number))
    for number in (1, 2, 3):
        item = piece(number)
        event = item.event.model_copy(update={"external_id": f"later-{number}"})
        await keep(store, tenant, item.model_copy(update={"event": event}))
    assert [key for key, _ in await said_in_spool(tenant)] == ["7-1", "later-1"]


async def test_nobody_waits_for_ever_whoever_kept_them(tenant: Tenant) -> None:
    await keep(PieceStore(tenant.database, AT_ONCE), tenant, piece(3))
    await keep(PieceStore(tenant.database), tenant, piece(1))
    # Another process, started after that one died.
    assert await SpoolStore(tenant.database).waiting_tenants() == [tenant.id]
    await PieceStore(tenant.database).hand_over_due(tenant.id)
    assert await said_in_spool(tenant) == [("7-1", "Long words […]pieces.")]
    (item,) = await spooled(tenant)
    assert item.event.details == {"missing": {"ref": "7", "numbers": [2], "total": 3}}


async def test_within_the_time_nothing_is_due(tenant: Tenant) -> None:
    store = PieceStore(tenant.database)
    await keep(store, tenant, piece(1))
    assert await SpoolStore(tenant.database).waiting_tenants() == []
    await store.hand_over_due(tenant.id)
    assert await spooled(tenant) == []


async def test_due_pieces_are_handed_over_once_by_however_many(tenant: Tenant) -> None:
    store = PieceStore(tenant.database, AT_ONCE)
    await keep(store, tenant, piece(1))
    await asyncio.gather(*(store.hand_over_due(tenant.id) for _ in range(4)))
    assert len(await spooled(tenant)) == 1


async def test_what_comes_too_late_comes_by_itself(tenant: Tenant) -> None:
    store = PieceStore(tenant.database, AT_ONCE)
    for number in (1, 2):
        await keep(store, tenant, piece(number))
    await store.hand_over_due(tenant.id)
    await keep(store, tenant, piece(3))
    await store.hand_over_due(tenant.id)
    assert await said_in_spool(tenant) == [
        ("7-1", "Long words in three […]"),
        ("7-3", "[…]pieces."),
    ]


async def test_what_is_no_text_is_handed_over_as_it_came(tenant: Tenant) -> None:
    store = PieceStore(tenant.database)
    content = {"type": "unsupported", "platform_type": "binary"}
    part = {"ref": "9", "number": 2, "total": 2}
    binary = happened("message", "9-2", content=content, details={"part": part})  # type: ignore[arg-type]
    first = piece(1, ref="9", total=2)
    await keep(store, tenant, binary)
    assert await keep(store, tenant, first)
    assert [(item.id, item.event) for item in await spooled(tenant)] == [
        (first.id, first.event),
        (binary.id, binary.event),
    ]


async def test_what_was_handed_over_is_forgotten_after_a_while(tenant: Tenant) -> None:
    store = PieceStore(tenant.database)
    for number in (1, 2, 3):
        await keep(store, tenant, piece(number))
    await tenant.rows("UPDATE message_parts SET handed_at = now() - interval '4 days'")
    await keep(store, tenant, piece(1, ref="8"))
    rows = await tenant.rows("SELECT ref FROM message_parts")
    assert [row["ref"] for row in rows] == ["8"]
