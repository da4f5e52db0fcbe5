"""What the conversations with simulated platforms share: the demo's channel, and how a person meets flow and agent."""

from collections.abc import Awaitable
from typing import Any, Protocol

import httpx

from simulator.schemas import Entry
from tests.stack import PATIENCE, Stack, eventually


class Saying(Protocol):
    """The customer writes, or presses a choice."""

    def __call__(
        self, stack: Stack, text: str | None = None, **content: Any
    ) -> Awaitable[object]: ...


class Hearing(Protocol):
    """What the platform has taken for the customer, once it is so many messages."""

    def __call__(self, stack: Stack, count: int) -> Awaitable[list[Entry]]: ...


async def demo_channel(
    stack: Stack, platform: str, name: str, account: dict[str, Any]
) -> dict[str, Any]:
    """A channel with the demo's flow, connected as the administrator does it."""
    async with await stack.sign_in("admin@demo.example") as admin:
        flows = (await admin.get("/api/v1/flows")).json()
        body = {"platform": platform, "name": name, "account": account, "flow_id": flows[0]["id"]}
        made = await admin.post("/api/v1/channels", json=body)
        assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


def hook_of(stack: Stack, channel: dict[str, Any]) -> str:
    """Where the simulator posts a channel's webhooks."""
    return f"{stack.base_url}/api/webhooks/{channel['platform']}/{channel['id']}"


async def transcript(
    agent: httpx.AsyncClient, path: str, statuses: list[str], patience: float = PATIENCE
) -> list[dict[str, Any]]:
    """The transcript, once the messages that went out stand so."""
    shown: list[dict[str, Any]] = []

    async def look() -> list[dict[str, Any]] | None:
        shown[:] = (await agent.get(f"{path}/messages", params={"limit": 200})).json()
        found = [one["status"] for one in shown if one["direction"] == "out"]
        return shown if found == statuses else None

    return await eventually(look, f"{statuses}; the last seen were {shown}", patience)


async def meets_flow_and_agent(
    stack: Stack, say: Saying, heard: Hearing, *, known_as: str, status: str
) -> None:
    """Greeting, a question, a menu that is pressed, a take-over, a reply; five messages end in that status."""
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
        found = await stack.conversation(agent, known_as)
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        reply = await agent.post(f"{path}/messages", json={"text": "I am Ana. Let us look."})
        assert reply.is_success, reply.text
        assert (await heard(stack, 5))[4].text == "I am Ana. Let us look."
        shown = await transcript(agent, path, [status] * 5)
        assert [one["direction"] for one in shown].count("in") == 3
