"""What connections brought becomes messages: in order, once, through every outage that leaves one store standing."""

import asyncio
import base64
import gc
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import psycopg
import pytest
from sqlalchemy.engine import make_url
from typing_extensions import override

from api import draining
from api.dependencies import Api
from api.draining import Drain
from cli.demo import TENANT_ID
from domain.conversation import InboundItem
from domain.events import InboundEvent
from domain.ids import conversation_workflow_id
from embedded.postgres import EmbeddedPostgres
from embedded.temporal import TemporalDevServer
from platforms import registry
from platforms.base import WebhookRequest
from simulator.media import SAMPLE_PNG
from storage.arrivals import ANNOUNCED, Arrival, ArrivalStore
from storage.channels import Channel
from storage.notes import notes
from storage.turns import Turns
from tests.api.neighbours import rows
from tests.conftest import FreshDatabase
from tests.fakes import ScriptedPlatform
from tests.planting import PLATFORM
from tests.stack import Stack, eventually, running
from workflows.search import ATTRIBUTES


class ReadingPlatform(ScriptedPlatform):
    """Remembers every body that it was given to read, and breaks on one."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[bytes] = []

    @override
    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        self.read.append(request.body)
        if request.body == b"broken":
            raise RuntimeError("a bug of the platform")
        return super().parse(request)


def event(sender: str, external_id: str, kind: str = "message", **more: Any) -> dict[str, Any]:
    """As the scripted platform tells it; a message says its own id."""
    told: dict[str, Any] = {"kind": kind, "external_id": external_id, "sender": {"address": sender}}
    if kind == "message":
        told["content"] = {"type": "text", "text": external_id}
    return {**told, **more}


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps(events).encode()


@dataclass
class Line:
    """A connection of a channel of its own, as its holder keeps what it brings."""

    stack: Stack
    agent: httpx.AsyncClient
    channel: Channel
    platform: ReadingPlatform
    customer: str = field(default_factory=lambda: f"customer-{uuid4()}")
    version: int = 0

    async def brings(self, *bodies: bytes) -> None:
        store, place = self.stack.services.arrivals, (self.channel.tenant_id, self.channel.id)
        if not self.version:
            self.version = (await store.take_over(*place)).version
        for body in bodies:
            self.version = await store.keep(*place, body, {}, self.version)

    async def brings_words(self, *words: str) -> None:
        await self.brings(*(body_of(event(self.customer, one)) for one in words))

    async def said(self, number: int, customer: str | None = None) -> list[str]:
        """What a customer has said, once it is so many messages."""
        conversation = await self.stack.conversation(self.agent, customer or self.customer)
        path = f"/api/v1/conversations/{conversation['id']}"
        messages = await self.stack.transcript(self.agent, path, number)
        return [one["content"]["text"] for one in messages if one["direction"] == "in"]

    async def empty(self) -> None:
        """Everything has been taken."""

        async def look() -> bool | None:
            waiting = await self.stack.services.arrivals.count(TENANT_ID, self.channel.id)
            return None if waiting else True

        await eventually(look, "all that arrived is taken")

    async def has_read(self, number: int) -> None:
        async def look() -> bool | None:
            return True if len(self.platform.read) >= number else None

        await eventually(look, f"{number} bodies are read")

    async def raw(self) -> list[tuple[bytes, str]]:
        statement = "SELECT body, reason FROM raw_webhooks WHERE channel_id = :id ORDER BY id"
        found = await rows(self.stack, TENANT_ID, statement, id=self.channel.id)
        return [(bytes(row.body), row.reason) for row in found]


async def open_line(
    stack: Stack,
    agent: httpx.AsyncClient,
    platform: ReadingPlatform,
    speaks: str = PLATFORM,
    **account: Any,
) -> Line:
    name = f"line-{uuid4()}"
    channel = Channel(
        id=uuid4(),
        tenant_id=TENANT_ID,
        platform=speaks,
        name="A line",
        account_id=name,
        account=account or {"name": name, "token": "a secret"},
    )
    return Line(stack, agent, await stack.services.channels.add(channel), platform)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> ReadingPlatform:
    made = ReadingPlatform()
    monkeypatch.setattr(
        registry, "PLATFORMS", {**registry.PLATFORMS, made.capabilities.platform: made}
    )
    return made


@pytest.fixture
async def line(shared_stack: Stack, ana: httpx.AsyncClient, platform: ReadingPlatform) -> Line:
    return await open_line(shared_stack, ana, platform)


@asynccontextmanager
async def going_on(drain: Drain) -> AsyncIterator[None]:
    """A drain as of another process, for as long as the block runs."""
    running = asyncio.create_task(drain.run_forever())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


WORDS = [f"line {number}" for number in range(25)]


async def health(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = (await stack.http.get("/health")).json()
    return found


# --- in order


async def test_what_arrives_becomes_messages_in_order(line: Line) -> None:
    other = f"another-{uuid4()}"
    both = [
        body_of(event(line.customer, f"{number} a"), event(other, f"{number} b"))
        for number in range(20)
    ]
    await line.brings(*both)
    assert await line.said(20) == [f"{number} a" for number in range(20)]
    assert await line.said(20, other) == [f"{number} b" for number in range(20)]
    assert line.platform.read == both
    await line.empty()


async def test_it_is_taken_when_it_is_announced_and_not_at_the_next_look(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    await line.brings_words("first")
    await line.empty()
    monkeypatch.setattr(draining, "LOOK_EVERY", 3600)
    # Whoever waits for the next look still waits a second; then one is an hour away.
    await line.brings_words("second")
    await line.empty()
    await line.brings_words("third")
    await line.empty()
    assert await line.said(3) == ["first", "second", "third"]


async def test_what_comes_when_the_last_one_is_just_done_does_not_wait_for_the_next_look(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    await line.brings_words("first")
    await line.empty()
    monkeypatch.setattr(draining, "LOOK_EVERY", 3600)
    look, late = ArrivalStore.oldest, ["third"]
    async with aclosing(notes(line.stack.services.database, ANNOUNCED, "pytake-test")) as heard:
        assert await anext(heard) is None

        async def oldest(store: ArrivalStore, tenant_id: UUID, channel_id: UUID) -> Arrival | None:
            found = await look(store, tenant_id, channel_id)
            if found is None and late:
                await line.brings_words(late.pop())
                # Whoever drains has heard it too, and is at it still.
                assert await anext(heard) == ""
                await line.stack.services.database.ping()
            return found

        await line.brings_words("second")
        assert await anext(heard) == ""
        monkeypatch.setattr(ArrivalStore, "oldest", oldest)
        await line.brings_words("and another")
        assert await anext(heard) == ""
        await line.empty()
    assert sorted(await line.said(4)) == ["and another", "first", "second", "third"]


async def test_two_processes_that_drain_at_once_keep_the_order_and_take_nothing_twice(
    line: Line, shared_stack: Stack
) -> None:
    one, another = (Drain(Api.over(shared_stack.services)) for _ in range(2))
    async with going_on(one), going_on(another):
        for word in WORDS:
            await line.brings_words(word)
        assert await line.said(len(WORDS)) == WORDS
        await line.empty()
    assert [json.loads(body)[0]["external_id"] for body in line.platform.read] == WORDS


async def test_a_process_that_loses_its_turn_stops_at_once(
    line: Line, shared_stack: Stack, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has it then: what was being handed over comes twice at most, and nothing else does."""
    monkeypatch.setattr(draining, "LOOK_EVERY", 0.05)
    other = Drain(Api.over(shared_stack.services))
    other._turns = Turns(shared_stack.services.database, "pytake-other")
    words = [f"line {number}" for number in range(180)]
    await line.brings_words(*words)
    await line.has_read(5)
    async with going_on(other):
        await end_sessions(shared_stack, postgres, "pytake-drain")
        assert await line.said(len(words)) == words
    assert len(words) <= len(line.platform.read) <= len(words) + 1


async def test_words_go_behind_what_another_process_spooled(line: Line) -> None:
    first = InboundEvent.model_validate(event(line.customer, "spooled"))
    item = InboundItem(id=uuid4(), event=first)
    await line.stack.services.spool.add(TENANT_ID, line.channel.id, line.customer, [item])
    await line.brings_words("after it")
    assert await line.said(2) == ["spooled", "after it"]


# --- what cannot be taken


async def test_a_body_nobody_can_read_is_kept_raw_and_stops_nothing(line: Line) -> None:
    before = (await health(line.stack))["counts"].get("unreadable", 0)
    await line.brings(body_of(event(line.customer, "before")), b"<html>", b"<html>")
    await line.brings_words("after")
    assert await line.said(2) == ["before", "after"]
    await line.empty()
    assert await line.raw() == [(b"<html>", "not a list of events")]
    assert (await health(line.stack))["counts"]["unreadable"] == before + 2


async def test_a_body_that_a_bug_stops_is_tried_again_then_kept_raw_and_out_of_the_way(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "TRIES", 3)
    monkeypatch.setattr(draining, "LOOK_EVERY", 0.05)
    await line.brings(b"broken", body_of(event(line.customer, "after")))
    assert await line.said(1) == ["after"]
    assert line.platform.read[:3] == [b"broken"] * 3
    assert await line.raw() == [(b"broken", "not taken: RuntimeError")]


async def test_what_came_before_a_channel_was_disabled_is_taken_and_what_of_one_that_is_gone_kept(
    line: Line, platform: ReadingPlatform
) -> None:
    gone = await open_line(line.stack, line.agent, platform)
    await rows(line.stack, TENANT_ID, "DELETE FROM channels WHERE id = :id", id=gone.channel.id)
    body = body_of(event(gone.customer, "too late"))
    insert = "INSERT INTO arrivals (tenant_id, channel_id, body) VALUES (:tenant, :channel, :body)"
    place = {"tenant": TENANT_ID, "channel": gone.channel.id}
    await rows(line.stack, TENANT_ID, insert, **place, body=body)
    disable = "UPDATE channels SET disabled_at = now() WHERE id = :id"
    await rows(line.stack, TENANT_ID, disable, id=line.channel.id)
    await line.brings_words("in time")
    assert await line.said(1) == ["in time"]
    await gone.empty()
    assert await gone.raw() == [(body, "the channel is gone")]


# --- repeats


async def test_what_was_handed_over_and_not_removed_is_dropped_when_it_is_handed_over_again(
    line: Line,
) -> None:
    """As after a crash in between. The conversation's workflow is another by then, and remembers nothing."""
    stack, customer = line.stack, line.customer
    words = event(customer, f"{customer} says")
    more = {"target_external_id": words["external_id"]}
    receipt = {"status": "delivered", "message_external_id": f"{customer} was told"}
    body = body_of(
        words,
        event(customer, "e1", "edit", **more, content={"type": "text", "text": "corrected"}),
        event(customer, "r1", "reaction", **more, emoji="👍"),
        event(customer, f"{customer} d1", "receipt", receipt=receipt),
        event(customer, f"{customer} l1", "lifecycle"),
    )
    await line.brings(body)
    assert await line.said(1) == ["corrected"]
    await line.empty()
    before = await _everything(line)
    assert before["conversation_events"] >= 4
    workflow = conversation_workflow_id(TENANT_ID, line.channel.id, customer)
    await stack.services.temporal.get_workflow_handle(workflow).terminate()
    await _bring_back(line, body)
    await line.brings_words("afterwards")
    assert await line.said(2) == ["corrected", "afterwards"]
    after = await _everything(line)
    # One message more, and the fact that it came.
    one_more = {"messages": 1, "conversation_events": 1}
    assert after == {name: number + one_more.get(name, 0) for name, number in before.items()}
    assert line.platform.read.count(body) == 2


async def _everything(line: Line) -> dict[str, int]:
    """How many rows the channel has where anything that a body brings may leave one.

    Who is assigned, and when, is the conversation's own affair.
    """
    statement = """
        SELECT (SELECT count(*) FROM messages WHERE channel_id = :id) AS messages,
               (SELECT count(*) FROM channel_events WHERE channel_id = :id) AS channel_events,
               (SELECT count(*) FROM receipts WHERE channel_id = :id) AS receipts,
               (SELECT count(*) FROM conversation_events e JOIN conversations c ON c.id = e.conversation_id
                WHERE c.channel_id = :id AND e.actor_kind = 'contact') AS conversation_events
    """
    (found,) = await rows(line.stack, TENANT_ID, statement, id=line.channel.id)
    return dict(found._mapping)


async def _bring_back(line: Line, body: bytes) -> None:
    """The same row under the same number, as if it had never been removed. The ids of what it brought tell which."""
    (message,) = await rows(
        line.stack, TENANT_ID, "SELECT id FROM messages WHERE channel_id = :id", id=line.channel.id
    )
    names = (uuid5(line.channel.id, f"arrival/{number}/0") for number in range(10_000))
    number = next(number for number, name in enumerate(names) if name == message.id)
    statement = (
        "INSERT INTO arrivals (id, tenant_id, channel_id, body) OVERRIDING SYSTEM VALUE "
        "VALUES (:id, :tenant, :channel, :body)"
    )
    place = {"tenant": TENANT_ID, "channel": line.channel.id}
    await rows(line.stack, TENANT_ID, statement, **place, id=number, body=body)


# --- files that bodies bring along

MAIL = """From: Rita Lopes <{sender}>
To: ajuda@loja.example
Subject: Meu pedido
Message-ID: <{sender}-{number}>
Date: Tue, 24 Nov 2026 10:00:00 -0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Veja a foto.
--b
Content-Type: image/png; name="foto.png"
Content-Disposition: attachment; filename="foto.png"
Content-Transfer-Encoding: base64

{picture}
--b--
"""


async def test_an_attachment_of_a_mail_that_was_read_from_its_mailbox_can_be_opened(
    shared_stack: Stack, ana: httpx.AsyncClient, platform: ReadingPlatform
) -> None:
    mailbox = {"address": "ajuda@loja.example", "secret": "a secret of the mailbox, long enough"}
    line = await open_line(shared_stack, ana, platform, "email", **mailbox)
    sender = "rita.arrives@cliente.example"
    picture = base64.encodebytes(SAMPLE_PNG).decode()
    mail = MAIL.format(sender=sender, number=1, picture=picture)
    await line.brings(mail.replace("\n", "\r\n").encode())
    conversation = await shared_stack.conversation(ana, sender)
    path = f"/api/v1/conversations/{conversation['id']}/messages"

    async def key() -> str | None:
        messages: list[dict[str, Any]] = (await ana.get(path)).json()
        files = [one["content"].get("media") for one in messages]
        return next((one["key"] for one in files if one and one.get("key")), None)

    found = await eventually(key, "the file is in our store")
    assert (await ana.get(f"/api/v1/media/{found}")).content == SAMPLE_PNG


# --- outages


async def test_while_temporal_is_away_everything_is_held_and_arrives_in_order(
    fresh: FreshDatabase, folder: Path, platform: ReadingPlatform
) -> None:
    with TemporalDevServer(folder / "temporal", search_attributes=ATTRIBUTES) as temporal:
        async with running(fresh.app_url, fresh.owner_url, temporal.address, folder) as stack:
            agent = await stack.sign_in()
            line = await open_line(stack, agent, platform)
            await line.brings_words("line 0")
            await line.said(1)
            await asyncio.to_thread(temporal.kill)
            await line.brings_words(*WORDS[1:10])
            await line.empty()
            assert (await health(stack))["spooling"] is True
            await line.brings_words(*WORDS[10:15])
            await asyncio.to_thread(temporal.start)
            await line.brings_words(*WORDS[15:])
            assert await line.said(len(WORDS)) == WORDS
            await agent.aclose()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_when_postgresql_ends_every_session_again_and_again_nothing_is_lost_or_swapped(
    shared_stack: Stack, line: Line, postgres: EmbeddedPostgres
) -> None:
    words = [f"line {number}" for number in range(120)]
    await line.brings_words(*words)
    for _ in range(3):
        await line.has_read(min(len(line.platform.read) + 10, len(words)))
        await end_sessions(shared_stack, postgres, "pytake-%")

    async def all_said() -> list[str] | None:
        # The API may answer 503 for a moment.
        try:
            return await line.said(len(words))
        except (KeyError, TypeError):
            return None

    assert await eventually(all_said, "all of it is there") == words
    await line.empty()
    # Pools that were given up meanwhile go with the dead connections that were brought back to them; here, not later.
    gc.collect()


async def end_sessions(stack: Stack, postgres: EmbeddedPostgres, names: str) -> None:
    """As an administrator of PostgreSQL: whose application is called so is cut off."""
    url = stack.settings.database_url
    assert url is not None
    owner_url = postgres.owner_url(make_url(url.get_secret_value()).database or "")
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner:
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE %s",
            (names,),
        )


async def test_health_says_how_many_wait(
    line: Line, shared_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "LOOK_EVERY", 0.05)
    other = Turns(shared_stack.services.database, "pytake-test")
    async with other.turn(TENANT_ID, f"arrivals/{line.channel.id}") as turn:
        assert turn is not None
        await line.brings_words("one", "two", "three")

        async def three() -> bool | None:
            return True if (await health(shared_stack))["arrivals"] == 3 else None

        await eventually(three, "three wait")
        assert line.platform.read == []

    async def none() -> bool | None:
        return True if (await health(shared_stack))["arrivals"] == 0 else None

    await eventually(none, "none waits")
    await other.close()
    assert await line.said(3) == ["one", "two", "three"]
