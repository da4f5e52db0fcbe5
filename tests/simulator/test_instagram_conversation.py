"""A customer of an Instagram account meets the flow and then an agent, over real HTTP, with echoes and seen marks."""

from simulator.schemas import ReceiptPolicy
from tests.simulator.connected import connect
from tests.simulator.meeting import transcript
from tests.stack import Stack, eventually

PROFESSIONAL = "17840055500011"
CUSTOMER = "880055500022"


async def test_a_conversation_on_instagram(stack: Stack) -> None:
    desk = await connect(stack, "instagram", PROFESSIONAL, CUSTOMER)
    await stack.simulator.set_receipts(ReceiptPolicy(platform="instagram", read=True))
    assert (await desk.say("Hello")).accepted
    greeting, question = await desk.heard(2)
    assert greeting.text.startswith("Hello, and welcome!")
    assert (question.text, question.reference) == ("What is your name?", None)

    await desk.say("Lia")
    menu = (await desk.heard(3))[2]
    assert [one.title for one in menu.options][:2] == ["Sales", "Support"]
    await desk.say(choice={"id": menu.options[1].id})
    assert (await desk.heard(4))[3].text.startswith("I am sorry to hear that.")

    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "I am Ana. Let us look."})
        assert reply.is_success, reply.text
        assert (await desk.heard(5))[4].text == "I am Ana. Let us look."
        # Each message is there once, although its echo came back.
        shown = await transcript(agent, path, ["read"] * 5)
        assert [one["direction"] for one in shown].count("in") == 3

        async def named() -> bool | None:
            shown = (await agent.get(path)).json()
            return True if shown["contact_name"] == "Lia Torres" else None

        await eventually(named, "the profile brought a name")
