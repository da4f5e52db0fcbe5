"""The hot path is lean: exact Temporal actions, history events and SQL statements per message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import text

from bench.accounting import Bill, bill, histories
from bench.flows import ECHO
from cli.demo import TENANT_ID
from simulator.schemas import ReceiptPolicy
from tests.stack import Stack, eventually

CUSTOMER = "5511987654321"


@dataclass
class Cost:
    """What one block cost."""

    actions: dict[str, int] = field(default_factory=dict)
    events: int = 0
    sql: int = 0
    """Statements of the whole process."""

    @property
    def total(self) -> int:
        return sum(self.actions.values())


@asynccontextmanager
async def measured(stack: Stack) -> AsyncIterator[Cost]:
    """The cost of the block, once everything it set off has settled."""
    before = await settled(stack)
    cost, database = Cost(), stack.services.database
    sent = database.statements
    yield cost
    after = await settled(stack)
    cost.sql = database.statements - sent
    # Counter subtraction keeps what grew.
    cost.actions = dict(after - before)
    cost.events = after.events - before.events


async def settled(stack: Stack) -> Bill:
    """The bill once every workflow waits or is over, twice in a row."""
    client = stack.services.temporal

    async def look() -> Bill | None:
        first = await bill(client)
        # Event types 2 and 7: the workflow, or its last task, is completed; 25: with what a local activity left.
        at_rest = all(one.events[-1].event_type in {2, 7, 25} for one in await histories(client))
        second = await bill(client)
        return first if at_rest and first.events == second.events else None

    return await eventually(look, "everything settles")


@pytest.fixture
async def echo(stack: Stack) -> Stack:
    """A channel whose flow answers every message with one; and no receipts, which are the API's business."""
    await stack.simulator.set_receipts(ReceiptPolicy(platform="whatsapp", mode="none"))
    await stack.greet_with("echo", ECHO)
    return stack


async def owned_by_ana(stack: Stack) -> tuple[httpx.AsyncClient, str]:
    await stack.say("Hello")
    await stack.heard(1)
    agent = await stack.sign_in()
    conversation = await stack.conversation(agent, CUSTOMER)
    path = f"/api/v1/conversations/{conversation['id']}"
    assert (await agent.post(f"{path}/take_over")).status_code == 200
    return agent, path


@asynccontextmanager
async def nothing_recorded(stack: Stack) -> AsyncIterator[None]:
    """Recording stands still while the block runs: what comes meanwhile waits in its inbox."""
    async with stack.services.database.transaction(TENANT_ID) as connection:
        await connection.execute(text("SELECT id FROM conversations FOR UPDATE"))
        yield


async def test_a_message_to_a_human_costs_two_actions(echo: Stack) -> None:
    agent, _ = await owned_by_ana(echo)
    async with measured(echo) as cost:
        await echo.say("Are you there?")
    assert cost.actions == {"signal": 1, "local activity": 1}
    assert cost.events == 5
    assert cost.sql == 2
    await agent.aclose()


async def test_ten_messages_at_once_are_recorded_together(echo: Stack) -> None:
    agent, path = await owned_by_ana(echo)
    async with measured(echo) as cost:
        async with nothing_recorded(echo):
            await echo.say_many([f"line {number}" for number in range(10)])
        await echo.transcript(agent, path, 11)
    assert cost.actions["signal"] == 10
    # What had come when the first was begun, and what came meanwhile.
    assert cost.actions["local activity"] <= 2
    await agent.aclose()


async def test_the_first_bot_turn_costs_five_actions(echo: Stack) -> None:
    async with measured(echo) as cost:
        await echo.say("Hello")
        await echo.heard(1)
    assert cost.actions == {"signal": 1, "local activity": 1, "activity": 1, "child": 2}
    assert cost.total == 5


async def test_a_bot_turn_costs_four_actions(echo: Stack) -> None:
    await echo.say("Hello")
    await echo.heard(1)
    async with measured(echo) as cost:
        await echo.say("Hello again")
        await echo.heard(2)
    assert cost.actions == {"signal": 2, "local activity": 1, "activity": 1}
    assert cost.total == 4
    assert cost.events == 15
    # Recording: lock, store. Sending: begin, finish.
    assert cost.sql == 4


async def test_an_agent_reply_costs_two_actions(echo: Stack) -> None:
    agent, path = await owned_by_ana(echo)
    async with measured(echo) as cost:
        answer = await agent.post(f"{path}/messages", json={"text": "Here I am."})
        assert answer.status_code == 202
        await echo.heard(2)
    assert cost.actions == {"update": 1, "activity": 1}
    assert cost.sql == 2
    await agent.aclose()
