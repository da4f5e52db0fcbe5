"""What contacts asked for: the last word counts, whenever it is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.consent import choice_in
from storage.consents import ConsentStore
from storage.conversations import ConversationStore
from storage.inbound import InboundStore
from tests.planting import ADDRESS, Tenant, happened, said

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def asks(
    tenant: Tenant, value: str, external_id: str | None = None, at: datetime | None = None
) -> None:
    item = happened("preference", external_id, details={"value": value}, sent_at=at)
    choice = choice_in(item.event)
    assert choice is not None
    await ConsentStore(tenant.database).record(tenant.id, tenant.channel, item.event, choice)


async def state(tenant: Tenant) -> dict[str, Any]:
    return await tenant.row("SELECT scope, state, at, source FROM consents")


async def test_an_opt_out_is_known_before_the_contact_is(tenant: Tenant) -> None:
    await asks(tenant, "opt_out", "p-1", NINE)
    assert await state(tenant) == {"scope": "all", "state": "out", "at": NINE, "source": "p-1"}
    route = await InboundStore(tenant.database).record(tenant.batch(said("STOP")))
    found = await ConversationStore(tenant.database).get(tenant.id, route.conversation_id)
    assert found is not None
    assert [(one.scope, one.state, one.source) for one in found.consents] == [("all", "out", "p-1")]


async def test_who_said_nothing_of_it_has_no_consents(tenant: Tenant) -> None:
    await asks(tenant, "opt_out")
    store = InboundStore(tenant.database)
    await store.record(tenant.batch(said("Hello"), address="somebody else"))
    conversations = ConversationStore(tenant.database)
    found = await conversations.find(tenant.id, tenant.channel, "somebody else")
    assert found is not None
    assert found.consents == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
async def test_the_later_wish_counts_in_whatever_order_they_are_told(
    tenant: Tenant, order: tuple[int, ...]
) -> None:
    wishes = [("opt_out", "p-1", NINE), ("opt_in", "p-2", NINE + timedelta(seconds=1))]
    for number in order:
        await asks(tenant, *wishes[number])
    assert (await state(tenant))["state"] == "in"


async def test_a_clock_ahead_of_ours_holds_up_no_later_wish(tenant: Tenant) -> None:
    await asks(tenant, "opt_out", at=datetime.now(UTC) + timedelta(days=1))
    await asks(tenant, "opt_in")
    assert (await state(tenant))["state"] == "in"


async def test_screens_are_told_once(tenant: Tenant) -> None:
    await InboundStore(tenant.database).record(tenant.batch(said("Hello")))
    for _ in range(2):
        await asks(tenant, "opt_out", "p-1", NINE)
    fact = await tenant.row("SELECT data FROM conversation_events WHERE kind = 'consent_changed'")
    assert fact["data"] == {"scope": "all", "state": "out", "source": "p-1"}


async def test_another_channel_of_the_same_address_is_another_matter(tenant: Tenant) -> None:
    await asks(tenant, "opt_out")
    row = await tenant.row("SELECT channel_id, address FROM consents")
    assert (row["channel_id"], row["address"]) == (tenant.channel, ADDRESS)
