"""Channels are found by what platforms call them, also while PostgreSQL is away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from storage.channels import Channel, ChannelStore, ChannelTaken
from storage.database import Database, DatabaseUnavailable
from tests.conftest import FreshDatabase
from tests.planting import PLATFORM, Tenant, plant


class AwayDatabase(Database):
    """PostgreSQL as it is, until it is said to be away."""

    away = False

    @override
    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncConnection]:
        if self.away:
            raise DatabaseUnavailable("away")
        async with super().lookup() as connection:
            yield connection


@pytest.fixture
async def leaving(fresh: FreshDatabase) -> AsyncIterator[AwayDatabase]:
    opened = AwayDatabase(fresh.app_url, pool_size=2, name="pytake-test")
    yield opened
    await opened.close()


def channel(tenant: Tenant, account_id: str, **account: Any) -> Channel:
    return Channel(
        id=uuid4(),
        tenant_id=tenant.id,
        platform=PLATFORM,
        name=account_id,
        account_id=account_id,
        account=account,
    )


async def test_what_was_found_once_is_found_while_postgresql_is_away(
    tenant: Tenant, leaving: AwayDatabase
) -> None:
    store = ChannelStore(leaving, remember=0)
    made = await store.add(channel(tenant, "account-1", group="group-1"))

    async def everywhere() -> list[Channel | None]:
        (by_id,) = await store.find_by_name(PLATFORM, "account-1")
        (by_group,) = await store.find_by_name(PLATFORM, "group-1", "group")
        by_account = await store.find_by_account(PLATFORM, "account-1")
        return [by_id, by_group, by_account, await store.find(made.id)]

    assert await everywhere() == [made] * 4
    leaving.away = True
    assert await everywhere() == [made] * 4
    with pytest.raises(DatabaseUnavailable):
        await store.find_by_name(PLATFORM, "account-2")


async def test_a_channel_is_found_by_its_account_id_or_by_the_setting_that_was_asked_for(
    tenant: Tenant, database: Database, fresh: FreshDatabase
) -> None:
    store, other = ChannelStore(database), plant(database, fresh.owner_url)
    first = await store.add(channel(tenant, "n-1", group="g", token="t", number=7))
    second = await store.add(channel(other, "n-2", group="g"))
    third = await store.add(channel(other, "g"))
    found = await store.find_by_name(PLATFORM, "g", "group")
    assert [one.id for one in found] == [first.id, second.id, third.id]
    assert [one.id for one in await store.find_by_name(PLATFORM, "g")] == [third.id]
    assert await store.find_by_account(PLATFORM, "g") == third
    for nobodys in ("t", "7", "", "N-1", "n", "a\0", "a\ud83d", '"'):
        for setting in ("group", "number", "", None):
            assert await store.find_by_name(PLATFORM, nobodys, setting) == []
    assert await store.find_by_name("another platform", "g", "group") == []


async def test_a_new_channel_answers_at_once_to_a_name_that_is_remembered(
    tenant: Tenant, database: Database
) -> None:
    store = ChannelStore(database)
    for number in (1, 2):
        await store.add(channel(tenant, f"n-{number}", group="g"))
        assert len(await store.find_by_name(PLATFORM, "g", "group")) == number


async def test_an_account_is_one_channels_over_all_tenants(
    tenant: Tenant, database: Database, fresh: FreshDatabase
) -> None:
    store, other = ChannelStore(database), plant(database, fresh.owner_url)
    made = await store.add(channel(tenant, "n-1"))
    for who in (tenant, other):
        with pytest.raises(ChannelTaken):
            await store.add(channel(who, "n-1"))
    assert await store.find_by_account(PLATFORM, "n-1") == made
