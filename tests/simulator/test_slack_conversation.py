"""Slack from end to end: a person of the workspace, the flow, then an agent, over real HTTP."""

from typing import Any

import httpx
import pytest

from simulator.schemas import Entry, Fault, Posted, Say
from simulator.slack.account import SlackAccount
from tests.stack import Stack, eventually

TEAM = "T0CONVERSA"
USER = "U0BIA"
DM = f"D{USER}"
SHOP = "C0LOJA"
TOKEN = "xoxb-conversa"
SECRET = "signing-secret-of-the-conversation"


async def connect(stack: Stack) -> None:
    """A channel of the tenant, as an administrator connects it, and its app at the simulated Slack."""
    admin = await stack.sign_in("admin@demo.example")
    flow = (await admin.get("/api/v1/flows")).json()[0]["id"]
    settings = {
        "team_id": TEAM,
        "app_id": "A0CONVERSA",
        "bot_token": TOKEN,
        "signing_secret": SECRET,
        "api_base": stack.simulator.url_of("slack"),
    }
    body = {"platform": "slack", "name": "Workspace", "account": settings, "flow_id": flow}
    answer = await admin.post("/api/v1/channels", json=body)
    assert answer.status_code == 201, answer.text
    await admin.aclose()
    account = SlackAccount(
        bot_token=TOKEN,
        signing_secret=SECRET,
        app_id="A0CONVERSA",
        webhook_url=stack.base_url + httpx.URL(answer.json()["webhook_url"]).path,
        api_base=stack.simulator.url_of("slack"),
        channels={SHOP: "member"},
    )
    await stack.simulator.put_account("slack", TEAM, account)


async def say(stack: Stack, **what: Any) -> Posted:
    order = {"platform": "slack", "account": TEAM, "from": USER, "name": "Bia", **what}
    said = await stack.simulator.say(Say.model_validate(order))
    assert said.accepted, said
    return said


async def heard(stack: Stack, to: str, words: str) -> Entry:
    async def look() -> Entry | None:
        entries = await stack.simulator.ledger(platform="slack", to=to)
        return next((one for one in entries if words in one.text), None)

    return await eventually(look, f"{to} hears {words!r}")


async def named(agent: httpx.AsyncClient, path: str, name: str) -> dict[str, Any]:
    """The conversation, once its contact has that name: events bring none, the platform is asked."""

    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await agent.get(path)).json()
        return found if found["contact_name"] == name else None

    return await eventually(look, f"a contact named {name}")


async def last_status(agent: httpx.AsyncClient, path: str, status: str) -> dict[str, Any]:
    """The newest message of the conversation, once it has that status."""

    async def look() -> dict[str, Any] | None:
        messages: list[dict[str, Any]] = (await agent.get(f"{path}/messages")).json()
        return messages[-1] if messages[-1].get("status") == status else None

    return await eventually(look, f"a message that is {status}")


@pytest.mark.slow
async def test_a_person_talks_to_the_flow_and_then_to_an_agent(stack: Stack) -> None:
    await connect(stack)
    checked = await stack.http.post(f"{stack.simulator_url}/control/slack/{TEAM}/url_verification")
    assert checked.json() == {"verified": True, "status": 200}

    await say(stack, text="Hello")
    await heard(stack, USER, "What is your name?")
    await say(stack, text="Bia")
    menu = await heard(stack, USER, "How can we help you, Bia?")
    hours = next(option for option in menu.options if option.title == "Opening hours")
    await say(stack, choice={"id": hours.id})
    await heard(stack, USER, "Monday to Friday")

    agent = await stack.sign_in("ana@demo.example")
    conversation = await stack.conversation(agent, DM)
    path = f"/api/v1/conversations/{conversation['id']}"
    await named(agent, path, "Bia")
    assert (await agent.post(f"{path}/take_over")).status_code == 200

    # The answer to this send is lost: only the message that comes back tells that it arrived.
    lost = Fault.model_validate({"platform": "slack", "kind": "drop_after"})
    await stack.simulator.arm(lost)
    answer = await agent.post(f"{path}/messages", json={"text": "Good morning, Bia <3"})
    assert answer.status_code == 202
    entry = await heard(stack, USER, "Good morning, Bia <3")
    message = await last_status(agent, path, "sent")
    assert (message["direction"], entry.reference is not None) == ("out", True)

    posted = await say(stack, media={"type": "image", "caption": "Look", "filename": "cake.png"})
    messages = await stack.transcript(agent, path, 4)
    assert messages[-1]["content"]["caption"] == "Look"
    assert posted.contact == USER
    await named(agent, path, "Bia")
    await agent.aclose()


@pytest.mark.slow
async def test_each_thread_of_a_channel_is_a_conversation(stack: Stack) -> None:
    await connect(stack)
    first = await say(stack, raw={"channel": SHOP, "text": "<@U0SIMULATED> hi"})
    second = await say(stack, raw={"channel": SHOP, "text": "Is anybody here?"})
    for said in (first, second):
        assert said.contact == said.external_id
        entry = await heard(stack, said.contact or "", "What is your name?")
        assert entry.request["thread_ts"] == (said.contact or "").partition(":")[2]

    ts = (first.contact or "").partition(":")[2]
    await say(stack, raw={"channel": SHOP, "thread_ts": ts, "text": "Bia"})
    await heard(stack, first.contact or "", "How can we help you, Bia?")
    agent = await stack.sign_in("ana@demo.example")
    path = f"/api/v1/conversations/{(await stack.conversation(agent, first.contact or ''))['id']}"
    assert (await agent.post(f"{path}/take_over")).status_code == 200
    assert (await agent.post(f"{path}/typing")).status_code == 204
    # Both events of the mention are one message.
    messages = await stack.transcript(agent, path, 2)
    assert sum(one["direction"] == "in" for one in messages) == 2
    await agent.aclose()
