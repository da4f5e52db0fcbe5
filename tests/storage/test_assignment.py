"""Giving waiting conversations to agents: never more than one can hold, least loaded first, longest wait next."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.conversation import Action, Actor, ConversationView, OwnerKind, Priority
from domain.errors import ConversationError, NotPossible
from domain.ids import conversation_workflow_id
from domain.lifecycle import check_action
from storage.actions import ActionStore
from storage.conversations import ConversationStore
from storage.database import Database
from storage.inbound import InboundStore
from tests.conftest import FreshDatabase
from tests.planting import Tenant, plant, said

CONVERSATIONS, CAPACITY, CONNECTIONS = 60, 3, 20


@pytest.fixture
def actions(tenant: Tenant) -> ActionStore:
    return ActionStore(tenant.database)


@pytest.fixture
async def crowded(fresh: FreshDatabase) -> AsyncIterator[Tenant]:
    """A tenant of three agents, over many connections."""
    database = Database(fresh.app_url, pool_size=CONNECTIONS, name="pytake-test-crowd")
    await asyncio.gather(*(database.ping() for _ in range(CONNECTIONS)))
    yield plant(database, fresh.owner_url, agents=3, capacity=CAPACITY)
    await database.close()


def address(number: int) -> str:
    return f"551190000{number:04}"


async def waiting(tenant: Tenant, number: int = 1) -> UUID:
    """A conversation that waits in the channel's queue."""
    batch = tenant.batch(said("Hello"), address=address(number))
    return (await InboundStore(tenant.database).record(batch)).conversation_id


def action(kind: str, **more: Any) -> Action:
    actor = Actor(kind="agent", id=uuid4())
    return Action.model_validate({"id": uuid4(), "kind": kind, "actor": actor, **more})


async def loads(tenant: Tenant) -> dict[UUID, int]:
    """What each agent's counter says."""
    rows = await tenant.rows("SELECT id, active FROM users")
    return {row["id"]: row["active"] for row in rows}


async def held(tenant: Tenant) -> dict[UUID, int]:
    """What each agent holds, counted."""
    rows = await tenant.rows("""
        SELECT u.id, count(c.id) AS held FROM users u LEFT JOIN conversations c
          ON c.owner_kind = 'agent' AND c.owner_id = u.id AND c.status <> 'resolved' GROUP BY u.id
    """)
    return {row["id"]: row["held"] for row in rows}


# --- racing


async def test_sixty_conversations_racing_never_exceed_three_agents_of_three(
    crowded: Tenant,
) -> None:
    ids = [await waiting(crowded, number) for number in range(CONVERSATIONS)]
    store = ActionStore(crowded.database)
    owners = await asyncio.gather(*(store.assign(crowded.id, one, crowded.queue) for one in ids))
    given = Counter(owner.id for owner in owners if owner.kind is OwnerKind.AGENT)
    assert given == dict.fromkeys(crowded.agents, CAPACITY)
    assert await loads(crowded) == await held(crowded) == given


async def test_one_conversation_raced_for_is_given_once(crowded: Tenant) -> None:
    conversation, store = await waiting(crowded), ActionStore(crowded.database)
    owners = await asyncio.gather(
        *(store.assign(crowded.id, conversation, crowded.queue) for _ in range(CONNECTIONS))
    )
    assert len(set(owners)) == 1
    assert sum((await loads(crowded)).values()) == 1
    facts = "SELECT count(*) AS n FROM conversation_events WHERE kind = 'assigned'"
    assert await crowded.row(facts) == {"n": 1}


async def test_agents_freed_while_others_wait_are_filled_again_but_not_beyond(
    crowded: Tenant,
) -> None:
    ids = [await waiting(crowded, number) for number in range(CONVERSATIONS)]
    store = ActionStore(crowded.database)

    async def serve(conversation: UUID) -> bool:
        owner = await store.assign(crowded.id, conversation, crowded.queue)
        if owner.kind is OwnerKind.AGENT:
            await store.apply(crowded.id, conversation, action("resolve"))
        return owner.kind is OwnerKind.AGENT

    served = await asyncio.gather(*(serve(one) for one in ids))
    assert sum(served) >= len(crowded.agents) * CAPACITY
    assert set((await loads(crowded)).values()) == {0}
    assert await held(crowded) == await loads(crowded)


# --- who gets it


async def test_the_least_loaded_agent_is_next(tenant: Tenant, actions: ActionStore) -> None:
    first, second, third = tenant.agents
    for number, agent in enumerate((first, first, second)):
        busy = await waiting(tenant, number)
        await actions.apply(tenant.id, busy, action("take_over", assignee=agent))
    order = [
        (await actions.assign(tenant.id, await waiting(tenant, number), tenant.queue)).id
        for number in range(10, 13)
    ]
    assert order[0] == third
    # Now `second` and `third` hold one each, and `second` has waited longer since its last.
    assert order[1:] == [second, third]


async def test_nobody_gets_two_before_everybody_has_one(
    tenant: Tenant, actions: ActionStore
) -> None:
    owners = [
        (await actions.assign(tenant.id, await waiting(tenant, number), tenant.queue)).id
        for number in range(3)
    ]
    assert set(owners) == set(tenant.agents)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET available = false",
        "UPDATE users SET disabled_at = now()",
        "UPDATE users SET capacity = 0",
        "UPDATE users SET active = capacity",
    ],
)
async def test_an_agent_without_room_gets_nothing(
    tenant: Tenant, actions: ActionStore, change: str
) -> None:
    await tenant.rows(change)
    owner = await actions.assign(tenant.id, await waiting(tenant), tenant.queue)
    assert (owner.kind, owner.id) == (OwnerKind.QUEUE, tenant.queue)


async def test_a_queue_with_members_is_served_by_them_alone(
    tenant: Tenant, actions: ActionStore
) -> None:
    member = tenant.agents[1]
    await _join(tenant, member)
    owners = [
        await actions.assign(tenant.id, await waiting(tenant, number), tenant.queue)
        for number in range(CAPACITY + 1)
    ]
    assert [owner.id for owner in owners] == [*[member] * CAPACITY, tenant.queue]


async def test_a_queue_without_members_is_served_by_everybody(
    tenant: Tenant, actions: ActionStore
) -> None:
    other = uuid4()
    await _join(tenant, tenant.agents[1], queue=other)
    owner = await actions.assign(tenant.id, await waiting(tenant), tenant.queue)
    assert owner.kind is OwnerKind.AGENT


async def test_what_an_agent_has_is_not_given_away(tenant: Tenant, actions: ActionStore) -> None:
    conversation, agent = await waiting(tenant), tenant.agents[2]
    await actions.apply(tenant.id, conversation, action("take_over", assignee=agent))
    owner = await actions.assign(tenant.id, conversation, tenant.queue)
    assert owner.id == agent
    assert sum((await loads(tenant)).values()) == 1


async def test_what_is_resolved_is_not_given_away(tenant: Tenant, actions: ActionStore) -> None:
    conversation = await waiting(tenant)
    await actions.apply(tenant.id, conversation, action("resolve"))
    owner = await actions.assign(tenant.id, conversation, tenant.queue)
    assert owner.kind is OwnerKind.QUEUE
    assert set((await loads(tenant)).values()) == {0}


async def test_an_assignment_leaves_a_fact_that_names_its_rule(
    tenant: Tenant, actions: ActionStore
) -> None:
    conversation = await waiting(tenant)
    owner = await actions.assign(tenant.id, conversation, tenant.queue)
    fact = await tenant.row("SELECT * FROM conversation_events WHERE kind = 'assigned'")
    assert fact["actor_kind"] == "system"
    assert fact["data"] == {"owner": "agent", "owner_id": str(owner.id), "rule": "least_loaded"}
    assert fact["seq"] == (await tenant.row("SELECT last_seq FROM conversations"))["last_seq"]


async def test_an_unknown_conversation_cannot_be_assigned(
    tenant: Tenant, actions: ActionStore
) -> None:
    with pytest.raises(NotPossible):
        await actions.assign(tenant.id, uuid4(), tenant.queue)


async def _join(tenant: Tenant, agent: UUID, queue: UUID | None = None) -> None:
    await tenant.rows(
        "INSERT INTO queue_members (tenant_id, queue_id, user_id) VALUES (:tenant, :queue, :user)",
        tenant=tenant.id,
        queue=queue or tenant.queue,
        user=agent,
    )


# --- whose turn it is


async def test_who_waits_longest_comes_next(tenant: Tenant, actions: ActionStore) -> None:
    for number in range(3):
        await waiting(tenant, number)
    assert await actions.next_waiting(tenant.id) == _workflow(tenant, 0)


async def test_priority_comes_before_waiting(tenant: Tenant, actions: ActionStore) -> None:
    levels = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
    waits: dict[str | None, UUID] = {}
    for number, level in enumerate(levels):
        conversation = await waiting(tenant, number)
        await actions.apply(tenant.id, conversation, action("set_priority", priority=level))
        waits[_workflow(tenant, number)] = conversation
    order = []
    while (first := await actions.next_waiting(tenant.id)) is not None:
        order.append(first)
        await actions.apply(tenant.id, waits[first], action("resolve"))
    assert order == [_workflow(tenant, number) for number in (3, 2, 1, 0)]


async def test_nobody_is_next_while_nobody_has_room(tenant: Tenant, actions: ActionStore) -> None:
    await waiting(tenant)
    await tenant.rows("UPDATE users SET available = false")
    assert await actions.next_waiting(tenant.id) is None


async def test_room_of_somebody_who_does_not_serve_the_queue_is_no_room(
    tenant: Tenant, actions: ActionStore
) -> None:
    await waiting(tenant)
    member, *others = tenant.agents
    await _join(tenant, member)
    await tenant.rows("UPDATE users SET available = id <> :member", member=member)
    assert others
    assert await actions.next_waiting(tenant.id) is None


@pytest.mark.parametrize("kind", ["take_over", "resolve", "snooze"])
async def test_what_nobody_has_to_wait_for_is_not_next(
    tenant: Tenant, actions: ActionStore, kind: str
) -> None:
    conversation = await waiting(tenant)
    later = datetime.now(UTC) + timedelta(days=1)
    asked = action(kind, assignee=tenant.agents[0], until=later)
    await actions.apply(tenant.id, conversation, asked)
    assert await actions.next_waiting(tenant.id) is None


async def test_who_frees_an_agent_hears_whose_turn_it_is(
    tenant: Tenant, actions: ActionStore
) -> None:
    ids = [await waiting(tenant, number) for number in range(10)]
    for conversation in ids:
        await actions.assign(tenant.id, conversation, tenant.queue)
    assert await actions.next_waiting(tenant.id) is None
    result = await actions.apply(tenant.id, ids[0], action("resolve"))
    assert result.next_waiting == _workflow(tenant, 9)


def _workflow(tenant: Tenant, number: int) -> str:
    return conversation_workflow_id(tenant.id, tenant.channel, address(number))


# --- counters


async def test_an_action_applied_twice_counts_once(tenant: Tenant, actions: ActionStore) -> None:
    conversation, agent = await waiting(tenant), tenant.agents[0]
    asked = action("take_over", assignee=agent)
    first = await actions.apply(tenant.id, conversation, asked)
    assert await actions.apply(tenant.id, conversation, asked) == first
    assert (await loads(tenant))[agent] == 1
    facts = "SELECT count(*) AS n FROM conversation_events WHERE kind = 'taken_over'"
    assert await tenant.row(facts) == {"n": 1}


async def test_a_conversation_passed_on_moves_the_load_with_it(
    tenant: Tenant, actions: ActionStore
) -> None:
    conversation = await waiting(tenant)
    for agent in tenant.agents:
        await actions.apply(tenant.id, conversation, action("take_over", assignee=agent))
        assert await loads(tenant) == {**dict.fromkeys(tenant.agents, 0), agent: 1}


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


class Crew:
    """What happens to a handful of conversations, at random but always the same for one seed."""

    KINDS = ("assign", "take_over", "resolve", "reopen", "snooze", "wake", "note", "hand_over")

    def __init__(self, tenant: Tenant, seed: int) -> None:
        self._tenant = tenant
        self._dice = random.Random(seed)
        self._actions = ActionStore(tenant.database)
        self._views: dict[UUID, ConversationView] = {}
        self._numbers: dict[UUID, int] = {}

    async def arrive(self, number: int) -> UUID:
        conversation = await waiting(self._tenant, number)
        self._numbers[conversation] = number
        await self._look(conversation)
        return conversation

    async def step(self, conversation: UUID) -> None:
        """One thing that is possible now; sometimes twice, as an activity whose answer was lost."""
        now = datetime.now(UTC)
        chosen = self._dice.choice(("message", "look_for_agent", *self.KINDS))
        twice = self._dice.random() < 0.2
        if chosen == "message":
            batch = self._tenant.batch(said("Hi"), address=address(self._numbers[conversation]))
            for _ in range(1 + twice):
                await InboundStore(self._tenant.database).record(batch)
        elif chosen == "look_for_agent":
            await self._actions.assign(self._tenant.id, conversation, self._tenant.queue)
        else:
            asked = self._action(chosen, now)
            try:
                check_action(self._views[conversation], asked, now)
            except ConversationError:
                return
            for _ in range(1 + twice):
                await self._actions.apply(self._tenant.id, conversation, asked)
        await self._look(conversation)

    def _action(self, kind: str, now: datetime) -> Action:
        agent: UUID | None = self._dice.choice(self._tenant.agents)
        if kind in {"assign", "reopen"} and self._dice.random() < 0.3:
            agent = None
        text = "A note" if kind == "note" else None
        return action(kind, assignee=agent, until=now + timedelta(hours=1), text=text)

    async def _look(self, conversation: UUID) -> None:
        store = ConversationStore(self._tenant.database)
        found = await store.get(self._tenant.id, conversation)
        assert found is not None
        self._views[conversation] = ConversationView.model_validate(found.model_dump())


@pytest.mark.parametrize("seed", range(4))
async def test_counters_tell_the_truth_after_anything(tenant: Tenant, seed: int) -> None:
    crew, dice = Crew(tenant, seed), random.Random(seed)
    ids = [await crew.arrive(number) for number in range(6)]
    for _ in range(20):
        for _ in range(6):
            await crew.step(dice.choice(ids))
        assert await loads(tenant) == await held(tenant)


@pytest.mark.parametrize("seed", range(2))
async def test_counters_tell_the_truth_after_anything_at_once(crowded: Tenant, seed: int) -> None:
    """Each conversation's own life is in order, as one workflow is its only writer; all of them race."""

    async def life(number: int) -> None:
        crew = Crew(crowded, seed * 100 + number)
        conversation = await crew.arrive(number)
        for _ in range(20):
            await crew.step(conversation)

    await asyncio.gather(*(life(number) for number in range(CONNECTIONS)))
    assert await loads(crowded) == await held(crowded)
