"""What happens to a contact's words while something is away, or while they are too much at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.gateway import ConversationRefused, TemporalUnavailable
from api.intake import Intake
from cli.demo import TENANT_ID
from domain.content import TextContent
from domain.conversation import InboundItem
from domain.events import InboundEvent, Sender
from embedded.temporal import TemporalDevServer
from storage.channels import Channel
from storage.database import DatabaseUnavailable
from storage.spool import Spooled
from tests.api.payloads import URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.conftest import FreshDatabase
from tests.stack import Stack, eventually, running
from workflows.search import ATTRIBUTES

BIG = 2_400_000
"""Characters of a text that a webhook may carry and a history may not."""


async def post(stack: Stack, customer: str, words: str) -> httpx.Response:
    body = envelope(text_message(customer, words))
    return await stack.http.post(URL, content=body, headers=signed(body), timeout=30)


async def said(stack: Stack, agent: httpx.AsyncClient, customer: str, count: int) -> list[str]:
    conversation = await stack.conversation(agent, customer)
    path = f"/api/v1/conversations/{conversation['id']}"
    messages = await stack.transcript(agent, path, count)
    return [one["content"]["text"] for one in messages if one["direction"] == "in"]


async def test_a_message_too_large_for_a_history_is_kept_whole_and_stops_nobody(
    stack: Stack,
) -> None:
    assert (await post(stack, "5511970000001", "x" * BIG)).status_code == 200
    assert (await post(stack, "5511970000002", "And me?")).status_code == 200
    agent = await stack.sign_in()
    assert await said(stack, agent, "5511970000002", 1) == ["And me?"]
    (shortened,) = await said(stack, agent, "5511970000001", 1)
    assert shortened.endswith("x…")
    assert len(shortened) < 100_000
    assert (await stack.services.spool.raw_counts(TENANT_ID))["bodies"] == 1
    assert (await agent.get("/health")).json()["spooling"] is False
    await agent.aclose()


@asynccontextmanager
async def without_worker(
    fresh: FreshDatabase, temporal: TemporalDevServer, folder: Path
) -> AsyncIterator[Stack]:
    async with running(
        fresh.app_url, fresh.owner_url, temporal.address, folder, with_worker=False
    ) as stack:
        yield stack


async def test_many_large_messages_that_waited_for_a_worker_are_all_recorded_in_order(
    fresh: FreshDatabase, temporal: TemporalDevServer, folder: Path
) -> None:
    """Together they are more than one activity's input may hold."""
    import worker

    words = [f"{number} " + "y" * 50_000 for number in range(60)]
    async with without_worker(fresh, temporal, folder) as stack:
        for one in words:
            assert (await post(stack, "5511970000003", one)).status_code == 200
        async with worker.working(stack.services):
            agent = await stack.sign_in()
            assert await said(stack, agent, "5511970000003", 60) == words
            await agent.aclose()


async def test_while_temporal_is_down_messages_are_spooled_and_arrive_in_order(
    fresh: FreshDatabase, folder: Path
) -> None:
    with TemporalDevServer(folder / "temporal", search_attributes=ATTRIBUTES) as temporal:
        async with running(fresh.app_url, fresh.owner_url, temporal.address, folder) as stack:
            await post(stack, "5511970000004", "line 0")
            await asyncio.to_thread(temporal.kill)
            for number in range(1, 6):
                answer = await post(stack, "5511970000004", f"line {number}")
                assert answer.status_code == 200
            assert (await stack.http.get("/health")).json()["spooling"] is True
            await asyncio.to_thread(temporal.start)
            agent = await stack.sign_in()
            lines = await said(stack, agent, "5511970000004", 6)
            assert lines == [f"line {number}" for number in range(6)]

            async def direct_again() -> bool | None:
                spooling = (await stack.http.get("/health")).json()["spooling"]
                return None if spooling else True

            await eventually(direct_again, "the spool is empty")
            await agent.aclose()


async def test_an_agents_request_while_no_worker_runs_is_503_and_never_carried_out_later(
    fresh: FreshDatabase, temporal: TemporalDevServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import worker
    from api import gateway

    monkeypatch.setattr(gateway, "UPDATE_TIMEOUT", 3 * gateway.UPDATE_MARGIN)
    async with without_worker(fresh, temporal, folder) as stack:
        async with worker.working(stack.services):
            await stack.say("Hello", "5511970000005")
            await stack.heard(2, "5511970000005")
            agent = await stack.sign_in()
            conversation = await stack.conversation(agent, "5511970000005")
            path = f"/api/v1/conversations/{conversation['id']}"
            assert (await agent.post(f"{path}/take_over")).status_code == 200
        late = await agent.post(f"{path}/messages", json={"text": "Only once"})
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        async with worker.working(stack.services):
            again = await agent.post(f"{path}/messages", json={"text": "Only once"})
            assert again.status_code == 202
            await agent.post(f"{path}/messages", json={"text": "And this"})
            entries = await stack.heard(4, "5511970000005")
            assert [entry.text for entry in entries[2:]] == ["Only once", "And this"]
        await agent.aclose()


# --- the intake itself, with both stores played


CHANNEL = Channel(
    id=UUID(int=1),
    tenant_id=UUID(int=2),
    platform="pigeon",
    name="Pigeons",
    account_id="1",
    account={},
)


class ScriptedGateway:
    """Takes what it is given, unless it is told to fail for an address ("*": for all)."""

    def __init__(self) -> None:
        self.failing: dict[str, type[TemporalUnavailable]] = {}
        self.taken: list[tuple[str, str]] = []

    async def message_received(
        self, channel: Channel, address: str, items: Sequence[InboundItem]
    ) -> None:
        failing = self.failing.get(address) or self.failing.get("*")
        if failing is not None:
            raise failing("SCRIPTED")
        self.taken += [(address, item.event.external_id) for item in items]


class ScriptedSpool:
    """A spool in memory, which can be away."""

    def __init__(self) -> None:
        self.away = False
        self.rows: list[Spooled] = []
        self.numbers = 0

    def check(self) -> None:
        if self.away:
            raise DatabaseUnavailable("SCRIPTED")

    async def add(
        self, tenant_id: UUID, channel_id: UUID, address: str, items: list[InboundItem]
    ) -> None:
        self.check()
        self.numbers += 1
        row: dict[str, Any] = {"id": self.numbers, "tenant_id": tenant_id, "address": address}
        more = {"channel_id": channel_id, "items": items, "created_at": "2026-01-01T00:00:00Z"}
        self.rows.append(Spooled.model_validate({**row, **more}))

    async def waiting_tenants(self) -> list[UUID]:
        self.check()
        return sorted({row.tenant_id for row in self.rows})

    async def oldest(self, tenant_id: UUID) -> list[Spooled]:
        self.check()
        first: dict[str, Spooled] = {}
        for row in self.rows:
            first.setdefault(row.address, row)
        return list(first.values())

    async def remove(self, tenant_id: UUID, spooled_id: int) -> None:
        self.check()
        self.rows = [row for row in self.rows if row.id != spooled_id]


class NoPieces:
    async def hand_over_due(self, tenant_id: UUID) -> None:
        pass


class OneChannel:
    async def find(self, channel_id: UUID) -> Channel:
        return CHANNEL


class World:
    """An intake over played stores."""

    def __init__(self) -> None:
        self.gateway, self.spool = ScriptedGateway(), ScriptedSpool()
        self.intake = Intake(self.gateway, self.spool, OneChannel(), NoPieces())  # type: ignore[arg-type]  # played

    async def say(self, address: str, words: str) -> None:
        event = InboundEvent(
            kind="message",
            external_id=words,
            sender=Sender(address=address),
            content=TextContent(text=words),
        )
        await self.intake.receive(CHANNEL, address, [InboundItem(id=UUID(int=9), event=event)])


async def test_a_process_that_has_just_started_spools_until_it_has_seen_the_spool() -> None:
    world = World()
    await world.say("ana", "1")
    assert (world.gateway.taken, len(world.spool.rows)) == ([], 1)
    await world.intake.drain()
    await world.say("ana", "2")
    assert world.gateway.taken == [("ana", "1"), ("ana", "2")]


async def test_when_both_stores_are_away_the_platform_is_told_to_come_back() -> None:
    world = World()
    await world.intake.drain()
    world.gateway.failing["*"] = TemporalUnavailable
    world.spool.away = True
    with pytest.raises(DatabaseUnavailable):
        await world.say("ana", "1")


async def test_one_conversation_that_is_refused_holds_up_no_other_and_keeps_its_order() -> None:
    world = World()
    await world.intake.drain()
    world.gateway.failing["ana"] = ConversationRefused
    await world.say("ana", "1")
    await world.say("ana", "2")
    await world.say("bia", "3")
    await world.intake.drain()
    await world.say("bia", "4")
    assert world.gateway.taken == [("bia", "3"), ("bia", "4")]
    assert world.intake.spooling
    world.gateway.failing.clear()
    await world.say("ana", "5")
    await world.intake.drain()
    assert [words for address, words in world.gateway.taken if address == "ana"] == ["1", "2", "5"]
    assert not world.intake.spooling


async def test_while_temporal_is_away_everything_is_spooled_in_order() -> None:
    world = World()
    await world.intake.drain()
    world.gateway.failing["*"] = TemporalUnavailable
    await world.say("ana", "1")
    world.gateway.failing.clear()
    await world.say("bia", "2")
    assert world.gateway.taken == []
    world.gateway.failing["*"] = TemporalUnavailable
    with pytest.raises(TemporalUnavailable):
        await world.intake.drain()
    world.gateway.failing.clear()
    await world.intake.drain()
    assert sorted(world.gateway.taken) == [("ana", "1"), ("bia", "2")]
