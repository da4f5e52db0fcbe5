"""Holding a connection that brings what a mailbox has: without a gap and without a repeat, whoever holds it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from typing_extensions import override

from activities.accounts import Accounts
from activities.connections import ConnectionActivities, Listen
from domain.errors import ChannelUnauthorized, PlatformUnavailable, Throttled
from embedded.temporal import TemporalDevServer
from platforms import registry
from storage.arrivals import ArrivalStore
from storage.channels import ChannelStore
from storage.database import Database, DatabaseUnavailable
from tests.conftest import FreshDatabase
from tests.fakes import ListeningPlatform, ScriptedPlatform
from tests.planting import PLATFORM, Tenant, plant
from tests.stack import eventually

BODIES = [b"body %d" % number for number in range(12)]


class StoppingStore(ArrivalStore):
    """Stops for ever at one body, as a process does that freezes: before that is kept, or after it."""

    def __init__(self, database: Database, at: bytes, *, after: bool) -> None:
        super().__init__(database)
        self.stopped = asyncio.Event()
        self.thawed = asyncio.Event()
        self._at, self._after = at, after

    @override
    async def keep(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        body: bytes | None,
        cursor: Mapping[str, Any],
        version: int,
    ) -> int:
        stops = body == self._at
        if stops and not self._after:
            await self._stop()
        version = await super().keep(tenant_id, channel_id, body, cursor, version)
        if stops and self._after:
            await self._stop()
        return version

    async def _stop(self) -> None:
        self.stopped.set()
        await self.thawed.wait()


class AwayStore(ArrivalStore):
    """PostgreSQL goes away at one body."""

    @override
    async def keep(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        body: bytes | None,
        cursor: Mapping[str, Any],
        version: int,
    ) -> int:
        if body == BODIES[5]:
            raise DatabaseUnavailable("away")
        return await super().keep(tenant_id, channel_id, body, cursor, version)


class World:
    """A channel whose platform holds a connection, and workers that hold it."""

    def __init__(
        self, tenant: Tenant, http: httpx.AsyncClient, platform: ListeningPlatform
    ) -> None:
        self.tenant = tenant
        self.platform = platform
        self.store = ArrivalStore(tenant.database)
        self.connected: list[tuple[UUID, UUID]] = []
        self.beats = 0
        self._http = http

    @property
    def listen(self) -> Listen:
        return Listen(tenant_id=self.tenant.id, channel_id=self.tenant.channel)

    def activities(self, store: ArrivalStore | None = None) -> ConnectionActivities:
        async def on_connected(tenant_id: UUID, channel_id: UUID) -> None:
            self.connected.append((tenant_id, channel_id))

        accounts = Accounts(ChannelStore(self.tenant.database))
        return ConnectionActivities(store or self.store, accounts, self._http, on_connected)

    def begin(
        self,
        environment: ActivityEnvironment | None = None,
        store: ArrivalStore | None = None,
        listen: Listen | None = None,
    ) -> asyncio.Task[None]:
        """A worker that holds the connection from now on."""
        environment = environment or ActivityEnvironment()

        def beat(*details: Any) -> None:
            self.beats += 1

        environment.on_heartbeat = beat
        held = environment.run(self.activities(store).hold_connection, listen or self.listen)
        return asyncio.ensure_future(held)

    async def kept(self) -> list[bytes]:
        """Every body in order, as a drain would see them; they stay."""
        rows = await self.tenant.rows("SELECT body FROM arrivals ORDER BY id")
        return [bytes(row["body"]) for row in rows]

    async def all_kept(self, count: int) -> list[bytes]:
        async def look() -> list[bytes] | None:
            found = await self.kept()
            return found if len(found) >= count else None

        return await eventually(look, f"{count} bodies are kept")

    async def ends(self, **more: Any) -> ApplicationError:
        """The failure that a connection ends with."""
        with pytest.raises(ApplicationError) as caught:
            await self.begin(**more)
        return caught.value


@pytest.fixture
async def world(
    fresh: FreshDatabase,
    database: Database,
    http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    platform = ListeningPlatform(*BODIES)
    known = {**registry.PLATFORMS, platform.capabilities.platform: platform}
    monkeypatch.setattr(registry, "PLATFORMS", known)
    return World(plant(database, fresh.owner_url), http, platform)


async def cancelled(environment: ActivityEnvironment, held: asyncio.Task[None]) -> None:
    environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held


# --- one holder


async def test_everything_is_kept_in_order_until_it_is_told_to_let_go(world: World) -> None:
    environment = ActivityEnvironment()
    held = world.begin(environment)
    assert await world.all_kept(len(BODIES)) == BODIES
    world.platform.writes(b"later")
    assert await world.all_kept(len(BODIES) + 1) == [*BODIES, b"later"]
    assert world.connected == [(world.tenant.id, world.tenant.channel)]
    assert world.beats == len(BODIES) + 2
    assert not held.done()
    await cancelled(environment, held)
    assert world.platform.closed == 1


async def test_a_worker_that_stops_lets_go_at_once_and_asks_for_another(world: World) -> None:
    """Cancelled with its worker, the activity would be over for good."""
    environment = ActivityEnvironment()
    held = world.begin(environment)
    await world.all_kept(len(BODIES))
    environment.worker_shutdown()
    with pytest.raises(ApplicationError) as caught:
        await held
    assert (caught.value.type, caught.value.non_retryable) == ("worker_leaving", False)
    assert caught.value.category is ApplicationErrorCategory.BENIGN
    assert world.platform.closed == 1


# --- and the next


@pytest.mark.parametrize("after", [False, True], ids=["before it kept", "after it kept"])
async def test_a_holder_that_dies_leaves_no_gap_and_no_repeat(world: World, *, after: bool) -> None:
    """It never says goodbye, and when it wakes up again it is told that it has lost the connection."""
    frozen = StoppingStore(world.tenant.database, BODIES[5], after=after)
    old = world.begin(store=frozen)
    await frozen.stopped.wait()
    environment = ActivityEnvironment()
    new = world.begin(environment)
    assert await world.all_kept(len(BODIES)) == BODIES
    assert world.platform.opened == [None, {"taken": 6 if after else 5}]
    frozen.thawed.set()
    world.platform.writes(b"later")
    with pytest.raises(ApplicationError) as caught:
        await old
    assert (caught.value.type, caught.value.non_retryable) == ("connection_lost_to_another", True)
    assert caught.value.category is ApplicationErrorCategory.BENIGN
    assert await world.all_kept(len(BODIES) + 1) == [*BODIES, b"later"]
    await cancelled(environment, new)
    assert world.platform.closed == 2


async def test_a_holder_learns_from_a_sign_of_life_that_it_has_lost_the_connection(
    world: World,
) -> None:
    old = world.begin()
    await world.all_kept(len(BODIES))
    await world.store.take_over(world.tenant.id, world.tenant.channel)
    world.platform.writes()
    with pytest.raises(ApplicationError) as caught:
        await old
    assert caught.value.type == "connection_lost_to_another"
    assert world.platform.closed == 1


async def test_while_postgresql_is_away_nothing_is_passed_by(world: World) -> None:
    error = await world.ends(store=AwayStore(world.tenant.database))
    assert (error.type, error.non_retryable) == ("database_unavailable", False)
    assert await world.kept() == BODIES[:5]
    environment = ActivityEnvironment()
    held = world.begin(environment)
    assert await world.all_kept(len(BODIES)) == BODIES
    await cancelled(environment, held)


# --- how it ends


@pytest.mark.parametrize("at", [0, 7], ids=["at once", "later"])
async def test_an_account_that_is_refused_ends_for_good_in_the_vendors_words(
    world: World, at: int
) -> None:
    world.platform.ends[at] = ChannelUnauthorized("4004: Authentication failed.")
    error = await world.ends()
    assert (error.type, error.non_retryable) == ("channel_unauthorized", True)
    assert error.message == "4004: Authentication failed."
    assert await world.kept() == BODIES[:at]
    assert len(world.connected) == bool(at)
    assert world.platform.closed == 1


async def test_a_platform_that_asks_for_patience_says_for_how_long(world: World) -> None:
    world.platform.ends[3] = Throttled("slow down", retry_after=timedelta(minutes=7))
    error = await world.ends()
    assert (error.type, error.non_retryable) == ("throttled", False)
    assert error.next_retry_delay == timedelta(minutes=7)


async def test_a_connection_that_breaks_is_tried_again_by_the_workflows_policy(
    world: World,
) -> None:
    world.platform.ends[3] = PlatformUnavailable("reset by peer")
    error = await world.ends()
    assert (error.type, error.non_retryable) == ("platform_unavailable", False)
    assert error.next_retry_delay is None


async def test_without_a_channel_or_a_connection_there_is_nothing_to_hold(world: World) -> None:
    unknown = Listen(tenant_id=world.tenant.id, channel_id=uuid4())
    error = await world.ends(listen=unknown)
    assert (error.type, error.non_retryable) == ("not_possible_now", True)
    speaks_only = ScriptedPlatform()
    registry.PLATFORMS[speaks_only.capabilities.platform] = speaks_only
    error = await world.ends()
    assert (error.type, error.non_retryable) == ("not_possible_now", True)
    assert speaks_only.capabilities.platform == PLATFORM
    assert world.platform.opened == []


# --- with Temporal


@workflow.defn(name="Holding")
class Holding:
    """Holds one connection, as a channel's workflow would."""

    @workflow.run
    async def run(self, listen: Listen) -> None:
        await workflow.execute_activity_method(
            ConnectionActivities.hold_connection,
            listen,
            start_to_close_timeout=timedelta(days=1),
            heartbeat_timeout=timedelta(seconds=2),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100)),
        )


@asynccontextmanager
async def worker_of(address: str, activities: ConnectionActivities) -> AsyncIterator[Client]:
    """A worker with a client of its own, as a process has."""
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    async with Worker(
        client,
        task_queue="holding",
        workflows=[Holding],
        activities=[activities.hold_connection],
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=timedelta(seconds=20),
    ):
        yield client


async def test_another_worker_goes_on_where_one_froze_or_stopped(
    world: World, temporal: TemporalDevServer
) -> None:
    frozen = StoppingStore(world.tenant.database, BODIES[5], after=True)
    async with worker_of(temporal.address, world.activities(frozen)) as client:
        handle = await client.start_workflow(
            Holding.run, world.listen, id="holding", task_queue="holding"
        )
        await frozen.stopped.wait()
        async with worker_of(temporal.address, world.activities()):
            # No heartbeat of the frozen one comes, and by whomever the next attempt is made, it goes on behind.
            assert await world.all_kept(len(BODIES)) == BODIES
            frozen.thawed.set()
        world.platform.writes(b"later")
        assert await world.all_kept(len(BODIES) + 1) == [*BODIES, b"later"]
        world.platform.ends[len(world.platform.mailbox) + 1] = ChannelUnauthorized("revoked")
        world.platform.writes(b"last")
        with pytest.raises(WorkflowFailureError):
            await handle.result()
    assert await world.kept() == [*BODIES, b"later", b"last"]
