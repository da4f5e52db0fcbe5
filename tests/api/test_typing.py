"""Showing a contact that somebody writes."""

from tests.api.test_webchat import known_user
from tests.stack import Stack


async def test_a_visitor_sees_that_the_agent_writes(shared_stack: Stack) -> None:
    agent = await shared_stack.sign_in("ana@demo.example")
    async with (await known_user(shared_stack, "waits")).online() as browser:
        await browser.say("Hello")
        await browser.hears("What is your name?")
        conversation = await shared_stack.conversation(agent, "waits")
        path = f"/api/v1/conversations/{conversation['id']}"
        assert (await agent.post(f"{path}/typing")).status_code == 409
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        assert (await agent.post(f"{path}/typing")).status_code == 204
        await browser.until(lambda frame: frame["t"] == "typing" and frame["on"])
    await agent.aclose()


async def test_whatsapp_is_told_with_the_read_mark_of_the_last_message(shared_stack: Stack) -> None:
    agent, customer = await shared_stack.sign_in("ana@demo.example"), "5511981000001"
    await shared_stack.say("Hello", customer)
    await shared_stack.heard(2, customer)
    conversation = await shared_stack.conversation(agent, customer)
    path = f"/api/v1/conversations/{conversation['id']}"
    assert (await agent.post(f"{path}/take_over")).status_code == 200
    assert (await agent.post(f"{path}/typing")).status_code == 204
    await agent.aclose()
