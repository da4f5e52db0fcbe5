"""A person meets the flow and then an agent in a private chat of Teams, over real HTTP."""

from typing import Any

import pytest

from api import keys
from simulator.schemas import Entry, Fault, Posted, ReceiptPolicy, Say
from tests.simulator.meeting import demo_channel, hook_of, meets_flow_and_agent
from tests.simulator.teams_world import ANA, APP, account, settings
from tests.stack import Stack, eventually


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, and tell the simulator of it."""
    base = stack.simulator.url_of("teams")
    channel = await demo_channel(stack, "teams", "Test of Teams", settings(base))
    hook = hook_of(stack, channel)
    await stack.simulator.put_account("teams", APP, account(base, hook))


async def post(stack: Stack, text: str | None = None, **content: Any) -> Posted:
    order = {"platform": "teams", "account": APP, "from": ANA, "name": "Ana Lima", "text": text}
    return await stack.simulator.say(Say.model_validate({**order, **content}))


async def say(stack: Stack, text: str | None = None, **content: Any) -> None:
    posted = await post(stack, text, **content)
    assert posted.accepted, posted
    assert posted.deliveries == 1


async def heard(stack: Stack, count: int) -> list[Entry]:
    return await stack.heard(count, ANA, "teams")


async def change_key(stack: Stack, *, keep_old: bool) -> None:
    url = f"{stack.simulator_url}/control/teams/signing_key"
    changed = await stack.http.post(url, json={"keep_old": keep_old})
    assert changed.is_success, changed.text


async def test_a_conversation_on_teams(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.set_receipts(ReceiptPolicy(platform="teams", read=True))
    await meets_flow_and_agent(stack, say, heard, known_as="Ana Lima", status="read")


async def test_microsoft_changes_the_key_that_it_signs_with(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    await connect(stack)
    await say(stack, "Hello")
    await change_key(stack, keep_old=False)
    refused = await post(stack, "Lia", message_id="1785585600100", attempts=1)
    assert (refused.accepted, refused.status) == (False, 401), refused
    assert len(await heard(stack, 2)) == 2
    # The keys were fetched a moment ago; in earnest the next ones are published long before they sign.
    monkeypatch.setattr(keys, "REFRESH_SECONDS", 0.0)
    await say(stack, "Lia", message_id="1785585600100")
    assert (await heard(stack, 3))[2].text.startswith("How can we help you, Lia?")
    await change_key(stack, keep_old=True)
    await say(stack, "1")
    assert len(await heard(stack, 4)) >= 4


async def test_a_send_that_nobody_answered_is_not_repeated(stack: Stack) -> None:
    """Teams cannot be asked: a person decides."""
    await connect(stack)
    await stack.simulator.arm(Fault(platform="teams", kind="drop_after"))
    await say(stack, "Hello")
    greeting, *_ = await heard(stack, 1)
    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, "Ana Lima")
        path = f"/api/v1/conversations/{found['id']}/messages"

        async def doubtful() -> list[str] | None:
            shown: list[dict[str, Any]] = (await agent.get(path)).json()
            out = [str(one["status"]) for one in shown if one["direction"] == "out"]
            return out if out and out[0] == "unconfirmed" else None

        await eventually(doubtful, "a message whose fate is not known")
    entries = await stack.simulator.ledger(platform="teams", to=ANA)
    assert [entry.text for entry in entries].count(greeting.text) == 1
