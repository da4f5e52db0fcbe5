"""A customer of a page meets the flow and then an agent, over real HTTP, with echoes and receipts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from cli.demo import TENANT_ID
from simulator.schemas import Fault, Post, ReceiptPolicy
from tests.simulator.connected import connect
from tests.simulator.meeting import transcript
from tests.stack import Stack, eventually

PAGE = "108800555000111"
CUSTOMER = "7300555000222001"


async def test_a_conversation_on_messenger(stack: Stack) -> None:
    desk = await connect(stack, "messenger", PAGE, CUSTOMER)
    await stack.simulator.set_receipts(ReceiptPolicy(platform="messenger", read=True))
    assert (await desk.say("Hello")).accepted
    greeting, question = await desk.heard(2)
    assert greeting.text.startswith("Hello, and welcome!")
    assert question.text == "What is your name?"
    assert greeting.reference is not None

    await desk.say("Lia")
    menu = (await desk.heard(3))[2]
    assert menu.text.startswith("How can we help you, Lia?")
    assert [one.title for one in menu.options][:2] == ["Sales", "Support"]
    await desk.say(choice={"id": menu.options[1].id})
    assert (await desk.heard(4))[3].text.startswith("I am sorry to hear that.")

    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "I am Ana. Let us look."})
        assert reply.is_success, reply.text
        entry = (await desk.heard(5))[4]
        assert (entry.text, entry.reference) == (
            "I am Ana. Let us look.",
            reply.json()["message_id"],
        )
        shown = await transcript(agent, path, ["read"] * 5)
        assert [one["direction"] for one in shown].count("in") == 3

        async def named() -> bool | None:
            shown = (await agent.get(path)).json()
            return True if shown["contact_name"] == "Lia Torres" else None

        await eventually(named, "the profile brought a name")


async def test_an_echo_settles_a_send_that_nobody_answered(stack: Stack) -> None:
    desk = await connect(stack, "messenger", PAGE, CUSTOMER)
    await stack.simulator.arm(Fault(platform="messenger", kind="drop_after"))
    await desk.say("Hello")
    entries = await desk.heard(2)
    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        await transcript(agent, path, ["delivered", "delivered"])
    assert len({entry.reference for entry in entries}) == 2
    assert len(await desk.heard(2)) == 2


async def test_what_another_app_writes_is_part_of_the_conversation(stack: Stack) -> None:
    """Such apps put words of their own where ours is found again."""
    desk = await connect(stack, "messenger", PAGE, CUSTOMER)
    await desk.say("Hello")
    await desk.heard(2)
    message = {
        "mid": "m_of_another_app",
        "text": "Your parcel is on its way.",
        "is_echo": True,
        "app_id": 700_111,
        "metadata": "parcel-4711",
    }
    parties = {
        "sender": {"id": PAGE},
        "recipient": {"id": CUSTOMER},
        "timestamp": 1_785_585_600_000,
    }
    item = {**parties, "message": message}
    body = {
        "object": "page",
        "entry": [{"id": PAGE, "time": 1_785_585_600_250, "messaging": [item]}],
    }
    posted = await stack.simulator.post(Post(platform="messenger", account=PAGE, body=body))
    assert posted.accepted
    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        shown = await transcript(agent, path, ["delivered", "delivered", "sent"], 3)
        written = shown[-1]
        assert (written["author_kind"], written["content"]["text"]) == ("account", message["text"])


@pytest.mark.parametrize("human_agent", [True, False])
async def test_a_person_answers_days_later_where_the_app_may(
    stack: Stack, *, human_agent: bool
) -> None:
    desk = await connect(stack, "messenger", PAGE, CUSTOMER, human_agent=human_agent)
    await desk.say("Hello")
    await desk.heard(2)
    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        await agent.post(f"{path}/take_over")
        await agent.post(f"{path}/resolve")
        await _silent_since(stack, timedelta(days=3))
        assert (await agent.post(f"{path}/reopen")).status_code == 200
        answer = await agent.post(f"{path}/messages", json={"text": "It is there."})
    if not human_agent:
        assert (answer.status_code, answer.json()["code"]) == (409, "window_closed")
        return
    assert answer.status_code == 202
    request = (await desk.heard(3))[2].request
    assert (request["messaging_type"], request["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


async def _silent_since(stack: Stack, span: timedelta) -> None:
    """A restarted workflow learns from PostgreSQL when the contact wrote last."""
    async with stack.services.database.transaction(TENANT_ID) as connection:
        await connection.execute(
            text("UPDATE conversations SET last_inbound_at = :at"), {"at": datetime.now(UTC) - span}
        )


async def test_a_comment_is_answered_in_private_and_then_its_author_is(stack: Stack) -> None:
    desk = await connect(stack, "messenger", PAGE, CUSTOMER)
    posted = await stack.simulator.post(Post(platform="messenger", account=PAGE, body=COMMENT))
    assert posted.accepted
    # The flow would say two things, and a comment may get one.
    (first,) = await desk.heard(1)
    assert first.request["recipient"] == {"comment_id": "880011_990022"}
    async with await stack.sign_in() as agent:
        path = await desk.conversation(agent)
        await transcript(agent, path, ["delivered", "failed"])
        await desk.say("Thank you")
        await stack.transcript(agent, path, 2)
        await agent.post(f"{path}/take_over")
        assert (await agent.post(f"{path}/messages", json={"text": "Ana here."})).is_success
    entry = (await desk.heard(2))[1]
    assert (entry.text, entry.request["recipient"]) == ("Ana here.", {"id": CUSTOMER})


COMMENT: dict[str, Any] = {
    "object": "page",
    "entry": [
        {
            "id": PAGE,
            "time": 1_785_585_600,
            "changes": [
                {
                    "field": "feed",
                    "value": {
                        "item": "comment",
                        "verb": "add",
                        "comment_id": "880011_990022",
                        "post_id": f"{PAGE}_880011",
                        "created_time": 1_785_585_599,
                        "from": {"id": CUSTOMER, "name": "Lia Torres"},
                        "message": "How much is it?",
                    },
                }
            ],
        }
    ],
}
