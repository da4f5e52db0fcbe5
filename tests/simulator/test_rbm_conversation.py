"""A person meets the flow and then an agent in RCS, over real HTTP."""

from typing import Any

from simulator.schemas import Entry, Fault, ReceiptPolicy, Say
from tests.simulator.meeting import demo_channel, hook_of, meets_flow_and_agent
from tests.simulator.rbm_world import AGENT, ANA, account, settings
from tests.stack import Stack


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, tell the simulator of it, and let the console check it."""
    base = stack.simulator.url_of("rbm")
    channel = await demo_channel(stack, "rbm", "Test of RCS", settings(base))
    hook = hook_of(stack, channel)
    await stack.simulator.put_account("rbm", AGENT, account(base, hook))
    url = f"{stack.simulator_url}/control/rbm/{AGENT}/webhook_check"
    checked = await stack.http.post(url)
    assert checked.json() == {"verified": True, "status": 200}


async def say(stack: Stack, text: str | None = None, **content: Any) -> None:
    order = {"platform": "rbm", "account": AGENT, "from": ANA}
    posted = await stack.simulator.say(Say.model_validate({**order, "text": text, **content}))
    assert posted.accepted, posted


async def heard(stack: Stack, count: int) -> list[Entry]:
    return await stack.heard(count, ANA, "rbm")


async def test_a_conversation_in_rcs(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.set_receipts(ReceiptPolicy(platform="rbm", read=True))
    await meets_flow_and_agent(stack, say, heard, known_as=ANA, status="read")


async def test_a_send_that_nobody_answered_is_made_again_and_counts_once(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.arm(Fault(platform="rbm", kind="drop_after"))
    await say(stack, "Hello")
    entries = await heard(stack, 2)
    assert len({entry.reference for entry in entries}) == 2
    await say(stack, "Lia")
    assert len(await heard(stack, 3)) == 3
