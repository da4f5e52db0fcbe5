"""A member comments under a Page's post, meets the flow and then an agent there, over real HTTP."""

from simulator.schemas import Entry, Fault, Say
from tests.simulator.linkedin_world import ANA, PAGE, account, settings
from tests.simulator.meeting import demo_channel, hook_of, transcript
from tests.stack import Stack


async def connect(stack: Stack) -> None:
    """Connect a channel as the administrator does, tell the simulator of it, and let LinkedIn check it."""
    base = stack.simulator.url_of("linkedin")
    channel = await demo_channel(stack, "linkedin", "Test of LinkedIn", settings(PAGE, base))
    hook = hook_of(stack, channel)
    await stack.simulator.put_account("linkedin", PAGE, account(PAGE, base, hook))
    url = f"{stack.simulator_url}/control/linkedin/{PAGE}/challenge"
    checked = await stack.http.post(url)
    assert checked.json() == {"verified": True, "status": 200}


async def say(stack: Stack, text: str) -> str:
    order = {"platform": "linkedin", "account": PAGE, "from": ANA, "name": "Ana Lima"}
    posted = await stack.simulator.say(Say.model_validate({**order, "text": text}))
    assert posted.accepted, posted
    return posted.external_id or ""


async def heard(stack: Stack, count: int) -> list[Entry]:
    return await stack.heard(count, ANA, "linkedin")


async def test_a_conversation_under_a_post(stack: Stack) -> None:
    await connect(stack)
    first = await say(stack, "Hello")
    greeting, question = await heard(stack, 2)
    assert greeting.text.startswith("Hello, and welcome!")
    assert question.text == "What is your name?"
    assert {one.request["parentComment"] for one in (greeting, question)} == {first}
    await say(stack, "Lia")
    menu = (await heard(stack, 3))[2]
    assert menu.text.startswith("How can we help you, Lia?")
    assert "2. Support" in menu.text
    await say(stack, "2")
    assert (await heard(stack, 4))[3].text.startswith("I am sorry to hear that.")

    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, ANA)
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "I am Ana. Let us look."})
        assert reply.is_success, reply.text
        last = (await heard(stack, 5))[4]
        assert (last.text, last.request["parentComment"]) == ("I am Ana. Let us look.", first)

        # The echoes of what we wrote are not more messages.
        shown = await transcript(agent, path, ["sent"] * 5)
        assert [one["direction"] for one in shown].count("in") == 3


async def test_a_comment_that_nobody_answered_is_made_once(stack: Stack) -> None:
    await connect(stack)
    await stack.simulator.arm(Fault(platform="linkedin", kind="drop_after"))
    await say(stack, "Hello")
    assert len(await heard(stack, 2)) == 2
    await say(stack, "Lia")
    assert len(await heard(stack, 3)) == 3
