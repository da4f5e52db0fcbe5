"""What connections bring: one holder at a time, body and place together, in the order in which it came."""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from storage.arrivals import ANNOUNCED, ArrivalStore, Bookmark, BookmarkLost
from storage.database import Database, DatabaseUnavailable, Unstorable
from storage.notes import notes
from storage.spool import SpoolStore
from storage.turns import Turns
from tests.conftest import FreshDatabase
from tests.fakes import HoldingDatabase
from tests.planting import ADDRESS, Tenant, plant, said


@pytest.fixture
def store(tenant: Tenant) -> ArrivalStore:
    return ArrivalStore(tenant.database)


async def bodies(store: ArrivalStore, tenant: Tenant) -> list[bytes]:
    """Everything that waits, taken as a drain does."""
    taken = []
    while arrival := await store.oldest(tenant.id, tenant.channel):
        taken.append(arrival.body)
        await store.remove(tenant.id, arrival.id)
    return taken


async def kept(tenant: Tenant) -> tuple[int, Any]:
    """How many bodies there are, and the place."""
    row = await tenant.row("SELECT cursor, (SELECT count(*) FROM arrivals) AS n FROM bookmarks")
    return row["n"], row["cursor"]


# --- the bookmark


async def test_a_connection_begins_without_a_place_and_goes_on_where_it_was(
    tenant: Tenant, store: ArrivalStore
) -> None:
    assert await store.bookmark(tenant.id, tenant.channel) is None
    first = await store.take_over(tenant.id, tenant.channel)
    assert first == Bookmark(cursor=None, version=1)
    version = await store.keep(tenant.id, tenant.channel, b"one", {"seq": 1}, first.version)
    version = await store.keep(tenant.id, tenant.channel, None, {"seq": 2}, version)
    found = await store.bookmark(tenant.id, tenant.channel)
    assert found == Bookmark(cursor={"seq": 2}, version=version)
    taken = await store.take_over(tenant.id, tenant.channel)
    assert taken.cursor == {"seq": 2}
    assert taken.version > version
    assert await bodies(store, tenant) == [b"one"]


async def test_who_lost_a_connection_keeps_nothing_any_more(
    tenant: Tenant, store: ArrivalStore
) -> None:
    old = await store.take_over(tenant.id, tenant.channel)
    new = await store.take_over(tenant.id, tenant.channel)
    for body in (b"too late", None):
        with pytest.raises(BookmarkLost):
            await store.keep(tenant.id, tenant.channel, body, {"seq": 9}, old.version)
    assert await kept(tenant) == (0, None)
    await store.keep(tenant.id, tenant.channel, b"in time", {"seq": 1}, new.version)
    assert await kept(tenant) == (1, {"seq": 1})


async def test_what_was_kept_is_not_kept_again(tenant: Tenant, store: ArrivalStore) -> None:
    """A holder whose answer was lost may not try the same once more: its version is over."""
    held = await store.take_over(tenant.id, tenant.channel)
    await store.keep(tenant.id, tenant.channel, b"once", {"seq": 1}, held.version)
    with pytest.raises(BookmarkLost):
        await store.keep(tenant.id, tenant.channel, b"once", {"seq": 1}, held.version)
    assert await bodies(store, tenant) == [b"once"]


async def test_of_two_holders_at_the_same_moment_one_keeps(
    tenant: Tenant, store: ArrivalStore
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    tries: list[Coroutine[Any, Any, int]] = [
        store.keep(tenant.id, tenant.channel, b"%d" % number, {"by": number}, held.version)
        for number in range(5)
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in done].count(int) == 1
    assert [type(one) for one in done].count(BookmarkLost) == 4
    count, cursor = await kept(tenant)
    assert count == 1
    assert await bodies(store, tenant) == [b"%d" % cursor["by"]]


async def test_a_take_over_waits_for_what_is_being_kept_and_goes_on_behind_it(
    tenant: Tenant, store: ArrivalStore, fresh: FreshDatabase
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    slow = HoldingDatabase(fresh.app_url)
    keeping = asyncio.create_task(
        ArrivalStore(slow).keep(tenant.id, tenant.channel, b"one", {"seq": 1}, held.version)
    )
    await slow.holding.wait()
    taking = asyncio.create_task(store.take_over(tenant.id, tenant.channel))
    slow.release()
    await keeping
    assert (await taking).cursor == {"seq": 1}
    await slow.close()


async def test_what_is_cut_off_before_its_commit_keeps_neither_body_nor_place(
    tenant: Tenant, store: ArrivalStore, fresh: FreshDatabase
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    dying = HoldingDatabase(fresh.app_url)
    keeping = asyncio.create_task(
        ArrivalStore(dying).keep(tenant.id, tenant.channel, b"one", {"seq": 1}, held.version)
    )
    await dying.holding.wait()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    await dying.close()
    assert await kept(tenant) == (0, None)
    assert await store.bookmark(tenant.id, tenant.channel) == held


async def test_a_channel_that_is_gone_has_no_connection(
    tenant: Tenant, store: ArrivalStore
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    await tenant.rows("DELETE FROM channels WHERE id = :id", id=tenant.channel)
    with pytest.raises(BookmarkLost):
        await store.keep(tenant.id, tenant.channel, b"one", {"seq": 1}, held.version)
    with pytest.raises(Unstorable):
        await store.take_over(tenant.id, tenant.channel)


# --- order, and what waits


async def test_what_came_first_is_taken_first_and_each_channel_for_itself(
    database: Database, tenant: Tenant, store: ArrivalStore, fresh: FreshDatabase
) -> None:
    other = plant(database, fresh.owner_url)

    async def bring(one: Tenant, name: bytes) -> None:
        version = (await store.take_over(one.id, one.channel)).version
        for number in range(20):
            body = b"%s %d" % (name, number)
            version = await store.keep(one.id, one.channel, body, {"seq": number}, version)

    await asyncio.gather(bring(tenant, b"ours"), bring(other, b"theirs"))
    assert {tuple(place) for place in await store.waiting()} == {
        (one.id, one.channel, 20) for one in (tenant, other)
    }
    assert await store.count(tenant.id, tenant.channel) == 20
    assert await bodies(store, tenant) == [b"ours %d" % number for number in range(20)]
    assert await bodies(store, other) == [b"theirs %d" % number for number in range(20)]
    assert await store.waiting() == []
    assert await store.oldest(tenant.id, tenant.channel) is None


async def test_a_body_is_kept_to_the_byte_however_large(
    tenant: Tenant, store: ArrivalStore
) -> None:
    large = bytes(range(256)) * (20 * 4096)
    held = await store.take_over(tenant.id, tenant.channel)
    version = await store.keep(tenant.id, tenant.channel, large, {"seq": 1}, held.version)
    await store.keep(tenant.id, tenant.channel, b"", {"nul": "\0", "half": "\ud800"}, version)
    assert await bodies(store, tenant) == [large, b""]


async def test_an_arrival_says_whose_words_wait_in_the_spool(
    tenant: Tenant, store: ArrivalStore
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    await store.keep(tenant.id, tenant.channel, b"one", {"seq": 1}, held.version)
    spool = SpoolStore(tenant.database)
    for channel in (tenant.channel, tenant.channel, uuid4()):
        await spool.add(tenant.id, channel, f"{ADDRESS} of {channel}", [said("Hello")])
    arrival = await store.oldest(tenant.id, tenant.channel)
    assert arrival is not None
    assert arrival.spooled == [f"{ADDRESS} of {tenant.channel}"]


# --- tenants


async def test_another_tenant_neither_sees_nor_moves_anything(
    database: Database, tenant: Tenant, store: ArrivalStore, fresh: FreshDatabase
) -> None:
    other = plant(database, fresh.owner_url)
    held = await store.take_over(tenant.id, tenant.channel)
    version = await store.keep(tenant.id, tenant.channel, b"ours", {"seq": 1}, held.version)
    assert await store.bookmark(other.id, tenant.channel) is None
    assert await store.oldest(other.id, tenant.channel) is None
    assert await store.count(other.id, tenant.channel) == 0
    with pytest.raises(BookmarkLost):
        await store.keep(other.id, tenant.channel, b"theirs", {"seq": 9}, version)
    arrival = await store.oldest(tenant.id, tenant.channel)
    assert arrival is not None
    await store.remove(other.id, arrival.id)
    assert await bodies(store, tenant) == [b"ours"]
    assert await store.bookmark(tenant.id, tenant.channel) == Bookmark(
        cursor={"seq": 1}, version=version
    )


# --- announcing


async def test_a_body_is_announced_when_it_is_there_and_a_sign_of_life_is_not(
    tenant: Tenant, store: ArrivalStore
) -> None:
    held = await store.take_over(tenant.id, tenant.channel)
    async with aclosing(notes(tenant.database, ANNOUNCED, "pytake-test")) as heard:
        assert await anext(heard) is None
        version = await store.keep(tenant.id, tenant.channel, None, {"seq": 0}, held.version)
        with pytest.raises(BookmarkLost):
            await store.keep(tenant.id, tenant.channel, b"lost", {"seq": 9}, held.version)
        async with tenant.database.transaction(tenant.id) as connection:
            await connection.execute(text("SELECT pg_notify(:on, 'us')"), {"on": ANNOUNCED})
        # Had either been announced, it would come before our own word.
        assert await anext(heard) == "us"
        await store.keep(tenant.id, tenant.channel, b"one", {"seq": 1}, version)
        assert await anext(heard) == ""
        assert await store.count(tenant.id, tenant.channel) == 1


# --- turns


async def end_sessions(fresh: FreshDatabase, name: str) -> None:
    """As an administrator: PostgreSQL closes every session of that name, and it is gone when this returns."""
    async with await psycopg.AsyncConnection.connect(fresh.owner_url, autocommit=True) as owner:
        await owner.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()",
            (name,),
        )


async def test_a_turn_is_one_processs_until_it_gives_it_back(tenant: Tenant) -> None:
    ours, theirs = (Turns(tenant.database, f"pytake-test-{who}") for who in ("us", "them"))
    async with ours.turn(tenant.id, "one") as mine:
        assert mine is not None
        await mine.check()
        async with theirs.turn(tenant.id, "one") as refused, theirs.turn(tenant.id, "two") as other:
            assert refused is None
            assert other is not None
    async with theirs.turn(tenant.id, "one") as free:
        assert free is not None
    await ours.close()
    await theirs.close()


async def test_a_turn_ends_with_its_session_and_whoever_had_it_is_told(
    tenant: Tenant, fresh: FreshDatabase
) -> None:
    ours, theirs = (Turns(tenant.database, f"pytake-test-{who}") for who in ("us", "them"))

    async def lose_it() -> None:
        async with ours.turn(tenant.id, "one") as mine:
            assert mine is not None
            await end_sessions(fresh, "pytake-test-us")
            async with theirs.turn(tenant.id, "one") as free:
                assert free is not None
            await mine.check()

    with pytest.raises(DatabaseUnavailable):
        await lose_it()
    async with ours.turn(tenant.id, "one") as again:
        assert again is not None
    await ours.close()
    await theirs.close()
