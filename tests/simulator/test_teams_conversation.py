"""A person meets the flow and then an agent in a private chat of Teams, over real HTTP."""

from typing import Any

import pytest

from api import keys
from simulator.schemas import Entry, Fault, Posted, ReceiptPolicy, Say
from tests.simulator.teams_world import ANA, APP, account, settings
from tests.stack import Stack, eventually


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, and tell the simulator of it."""
    base = stack.simulator.url_of("teams")
    async with await stack.sign_in("admin@demo.example") as admin:
        flows = (await admin.get("/api/v1/flows")).json()
        body = {
            "platform": "teams",
            "name": "Test of Teams",
            "account": settings(base),
            "flow_id": flows[0]["id"],
        }
        made = await admin.post("/api/v1/channels", json=body)
        assert made.status_code == 201, made.text
    hook = f"{stack.base_url}/api/webhooks/teams/{made.json()['id']}"
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
    await say(stack, "Hello")
    greeting, question = await heard(stack, 2)
    assert greeting.text.startswith("Hello, and welcome!")
    assert question.text == "What is your name?"
    await say(stack, "Lia")
    menu = (await heard(stack, 3))[2]
    assert menu.text.startswith("How can we help you, Lia?")
    assert [one.title for one in menu.options][:2] == ["Sales", "Support"]
    await say(stack, choice={"id": menu.options[1].id})
    assert (await heard(stack, 4))[3].text.startswith("I am sorry to hear that.")

    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, "Ana Lima")
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "I am Ana. Let us look."})
        assert reply.is_success, reply.text
        assert (await heard(stack, 5))[4].text == "I am Ana. Let us look."

        async def settled() -> list[dict[str, Any]] | None:
            shown: list[dict[str, Any]] = (await agent.get(f"{path}/messages")).json()
            out = [one for one in shown if one["direction"] == "out"]
            return shown if [one["status"] for one in out] == ["read"] * 5 else None

        shown = await eventually(settled, "five messages that were read")
        assert [one["direction"] for one in shown].count("in") == 3


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
