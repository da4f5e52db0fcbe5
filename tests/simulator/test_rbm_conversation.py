"""A person meets the flow and then an agent in RCS, over real HTTP."""

from typing import Any

from simulator.schemas import Entry, Fault, ReceiptPolicy, Say
from tests.simulator.rbm_world import AGENT, ANA, account, settings
from tests.stack import Stack, eventually


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, tell the simulator of it, and let the console check it."""
    base = stack.simulator.url_of("rbm")
    async with await stack.sign_in("admin@demo.example") as admin:
        flows = (await admin.get("/api/v1/flows")).json()
        body = {
            "platform": "rbm",
            "name": "Test of RCS",
            "account": settings(base),
            "flow_id": flows[0]["id"],
        }
        made = await admin.post("/api/v1/channels", json=body)
        assert made.status_code == 201, made.text
    hook = f"{stack.base_url}/api/webhooks/rbm/{made.json()['id']}"
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
        found = await stack.conversation(agent, ANA)
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


async def test_a_send_that_nobody_answered_is_made_again_and_counts_once(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.arm(Fault(platform="rbm", kind="drop_after"))
    await say(stack, "Hello")
    entries = await heard(stack, 2)
    assert len({entry.reference for entry in entries}) == 2
    await say(stack, "Lia")
    assert len(await heard(stack, 3)) == 3
