"""P18 `order`: messages arrive and leave in order per conversation."""

import asyncio

import pytest

from bench.flows import ECHO
from simulator.schemas import Fault
from tests.api.payloads import URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.stack import Stack

pytestmark = pytest.mark.promise

CUSTOMER = "5511930000001"
BURST = 20


async def test_a_burst_of_twenty_while_the_bot_replies_is_kept_in_order(stack: Stack) -> None:
    """The platform posts one webhook after the other, without waiting for any bot."""
    await stack.greet_with("echo", ECHO)
    # The bot is slow: every send takes a while, so that all twenty come while it is replying.
    await stack.simulator.arm(
        Fault(platform="whatsapp", kind="delay", seconds=0.2, times=BURST + 1)
    )
    for number in range(BURST):
        body = envelope(text_message(CUSTOMER, f"line {number}"))
        answer = await stack.http.post(URL, content=body, headers=signed(body))
        assert answer.status_code == 200
    agent = await stack.sign_in()
    conversation = await stack.conversation(agent, CUSTOMER)
    path = f"/api/v1/conversations/{conversation['id']}"
    messages = await stack.transcript(agent, path, BURST)
    said = [one["content"]["text"] for one in messages if one["direction"] == "in"]
    assert said == [f"line {number}" for number in range(BURST)]
    await agent.aclose()


async def test_text_file_text_leave_in_order(stack: Stack) -> None:
    await stack.say("Hello", CUSTOMER)
    await stack.heard(2, CUSTOMER)
    agent = await stack.sign_in()
    conversation = await stack.conversation(agent, CUSTOMER)
    path = f"/api/v1/conversations/{conversation['id']}"
    await agent.post(f"{path}/take_over")
    picture = await agent.post(
        "/api/v1/media?filename=map.png",
        content=b"\x89PNG\r\n\x1a\n" + b"0" * 2000,
        headers={"content-type": "image/png"},
    )
    key = picture.json()["key"]
    image = {
        "type": "image",
        "media": {"key": key, "mime_type": "image/png", "filename": "map.png"},
        "caption": "two",
    }
    await stack.simulator.arm(Fault(platform="whatsapp", kind="delay", seconds=0.3, times=1))
    for body in ({"text": "one"}, {"content": image}, {"text": "three"}):
        answer = await agent.post(f"{path}/messages", json=body)
        assert answer.status_code == 202, answer.text
    entries = await stack.heard(5, CUSTOMER)
    assert [entry.text for entry in entries[2:]] == ["one", "two", "three"]
    assert [entry.type for entry in entries[2:]] == ["text", "image", "text"]
    await agent.aclose()


async def test_a_batch_of_several_customers_reaches_each_in_order(stack: Stack) -> None:
    customers = [f"55119300001{number:02}" for number in range(5)]
    batch = [
        text_message(customer, f"{customer} {number}")
        for number in range(4)
        for customer in customers
    ]
    body = envelope(*batch)
    answer = await stack.http.post(URL, content=body, headers=signed(body))
    assert answer.status_code == 200
    agent = await stack.sign_in()

    async def said(customer: str) -> list[str]:
        conversation = await stack.conversation(agent, customer)
        path = f"/api/v1/conversations/{conversation['id']}"
        messages = await stack.transcript(agent, path, 4)
        return [one["content"]["text"] for one in messages if one["direction"] == "in"]

    for customer, lines in zip(customers, await asyncio.gather(*map(said, customers)), strict=True):
        assert lines == [f"{customer} {number}" for number in range(4)]
    await agent.aclose()
