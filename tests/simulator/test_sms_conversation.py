"""A customer meets the flow and then an agent by SMS, over real HTTP, at each provider; reports come back."""

import json
import re
from typing import Any

import pytest

from simulator.media import SAMPLE_PNG
from simulator.schemas import Entry, Fault, Say
from simulator.sms.accounts import SmsAccount
from tests.simulator.meeting import demo_channel, hook_of, transcript
from tests.simulator.sms_world import SECRETS, SENDERS, SHORT_CODE
from tests.stack import Stack

CUSTOMER = "5511955500777"


async def connect(stack: Stack, provider: str, **account: Any) -> str:
    """Connect a channel as the administrator does, and tell the simulator of it. Its sender names it there."""
    sender, base = SENDERS.get(provider, SHORT_CODE), stack.simulator.url_of("sms")
    known = {"provider": provider, "api_base": base, **SECRETS[provider], **account}
    settings = {"sender": sender, **known}
    shown = await demo_channel(stack, "sms", f"Test of {provider}", settings)
    hooks = {"webhook_url": hook_of(stack, shown), "public_url": shown["webhook_url"]}
    known.pop("mms", None)  # whether we send files: the provider takes them from anybody
    await stack.simulator.put_account("sms", sender, SmsAccount.model_validate({**known, **hooks}))
    return sender


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        ("twilio", {}),
        ("vonage", {}),
        ("vonage", {"api": "sms"}),
        ("zenvia", {}),
        ("infobip", {}),
        ("sinch", {}),
    ],
    ids=["twilio", "vonage", "vonage sms", "zenvia", "infobip", "sinch"],
)
async def test_a_conversation_by_sms(stack: Stack, provider: str, settings: dict[str, Any]) -> None:
    sender = await connect(stack, provider, **settings)

    async def say(text: str) -> None:
        order = {"platform": "sms", "account": sender, "from": f"+{CUSTOMER}", "text": text}
        assert (await stack.simulator.say(Say.model_validate(order))).accepted

    async def heard(count: int) -> list[Entry]:
        return await stack.heard(count, CUSTOMER, "sms")

    await say("Hello")
    greeting, question = await heard(2)
    assert greeting.text.startswith("Hello, and welcome!")
    assert question.text == "What is your name?"
    await say("Lia")
    menu = (await heard(3))[2]
    assert menu.text.startswith("How can we help you, Lia?")
    assert "2. Support" in menu.text
    await say("2")
    assert (await heard(4))[3].text.startswith("I am sorry to hear that.")

    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, f"+{CUSTOMER}")
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "Eu sou a Ana. Já vejo."})
        assert reply.is_success, reply.text
        entry = (await heard(5))[4]
        assert entry.text == "Eu sou a Ana. Já vejo."
        assert entry.reference in {None, reply.json()["message_id"]}
        assert (entry.reference is None) is (provider == "twilio")
        shown = await transcript(agent, path, ["delivered"] * 5)
        assert [one["direction"] for one in shown].count("in") == 3


async def test_a_report_settles_a_send_that_nobody_answered(stack: Stack) -> None:
    sender = await connect(stack, "zenvia")
    await stack.simulator.arm(Fault(platform="sms", kind="drop_after"))
    order = {"platform": "sms", "account": sender, "from": CUSTOMER, "text": "Hello"}
    await stack.simulator.say(Say.model_validate(order))
    entries = await stack.heard(2, CUSTOMER, "sms")
    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, f"+{CUSTOMER}")
        await transcript(agent, f"/api/v1/conversations/{found['id']}", ["delivered"] * 2)
    assert len({entry.reference for entry in entries}) == 2
    assert len(await stack.heard(2, CUSTOMER, "sms")) == 2


@pytest.mark.parametrize(
    ("provider", "settings"),
    [("twilio", {"mms": True}), ("sinch", {"mms": True}), ("infobip", {})],
    ids=["twilio by MMS", "sinch by MMS", "infobip as a link"],
)
async def test_a_file_of_ours_goes_by_a_link_that_anybody_can_follow(
    stack: Stack, provider: str, settings: dict[str, Any]
) -> None:
    sender = await connect(stack, provider, **settings)
    order = {"platform": "sms", "account": sender, "from": f"+{CUSTOMER}", "text": "Hello"}
    assert (await stack.simulator.say(Say.model_validate(order))).accepted
    await stack.heard(2, CUSTOMER, "sms")
    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, f"+{CUSTOMER}")
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        picture = {"content-type": "image/png"}
        up = await agent.post("/api/v1/media?filename=a.png", content=SAMPLE_PNG, headers=picture)
        image = {"type": "image", "media": {"key": up.json()["key"]}}
        reply = await agent.post(f"{path}/messages", json={"content": image})
        assert reply.is_success, reply.text
    sent = json.dumps((await stack.heard(3, CUSTOMER, "sms"))[2].request)
    (link,) = re.findall(rf"{re.escape(stack.settings.base_url)}(/media/[\w-]+)", sent)
    got = await stack.http.get(link)
    assert (got.content, got.headers["content-type"]) == (SAMPLE_PNG, "image/png")
