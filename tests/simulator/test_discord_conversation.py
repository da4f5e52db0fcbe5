"""A person meets the flow and then an agent in a direct channel of Discord, over real HTTP."""

from typing import Any

from simulator.schemas import Entry, Fault, Say
from tests.simulator.discord_world import ANA, APPLICATION, account, settings
from tests.simulator.meeting import demo_channel, hook_of, meets_flow_and_agent
from tests.stack import Stack


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, and tell the simulator of it."""
    base = stack.simulator.url_of("discord")
    channel = await demo_channel(stack, "discord", "Test of Discord", settings(base))
    hook = hook_of(stack, channel)
    await stack.simulator.put_account("discord", APPLICATION, account(base, hook))


async def say(stack: Stack, text: str | None = None, **content: Any) -> None:
    order = {"platform": "discord", "account": APPLICATION, "from": ANA, "name": "Ana Lima"}
    posted = await stack.simulator.say(Say.model_validate({**order, "text": text, **content}))
    assert posted.accepted, posted


async def heard(stack: Stack, count: int) -> list[Entry]:
    return await stack.heard(count, ANA, "discord")


async def test_a_conversation_on_discord(stack: Stack) -> None:
    await connect(stack)
    await meets_flow_and_agent(stack, say, heard, known_as="Ana Lima", status="sent")


async def test_a_send_that_nobody_answered_is_made_once(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.arm(Fault(platform="discord", kind="drop_after"))
    await say(stack, "Hello")
    entries = await heard(stack, 2)
    assert len({entry.reference for entry in entries}) == 2
    await say(stack, "Lia")
    assert len(await heard(stack, 3)) == 3
