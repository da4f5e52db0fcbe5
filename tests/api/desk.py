"""One conversation of its own for a test, in an agent's hands."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from tests.stack import Stack

_customers = count(5511950000000)


@dataclass(frozen=True)
class Desk:
    """A conversation that an agent has taken over."""

    stack: Stack
    agent: httpx.AsyncClient
    address: str
    path: str

    async def post(
        self, action: str, *, headers: dict[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        return await self.agent.post(f"{self.path}/{action}", json=body, headers=headers)

    async def reply(self, text: str, key: str | None = None) -> httpx.Response:
        headers = {"idempotency-key": key} if key else None
        return await self.post("messages", headers=headers, text=text)

    async def send(self, **content: Any) -> httpx.Response:
        return await self.post("messages", content=content)

    async def now(self) -> dict[str, Any]:
        """The conversation as a list shows it."""
        found: dict[str, Any] = (await self.agent.get(self.path)).json()
        return found

    async def messages(self) -> list[str]:
        """The ids of the transcript. Receipts of earlier messages may still come and move the rest."""
        answer = await self.agent.get(f"{self.path}/messages")
        return [one["id"] for one in answer.json()]


async def open_desk(stack: Stack, agent: httpx.AsyncClient) -> Desk:
    """A new customer writes, hears the flow's first words, and is taken over."""
    address = str(next(_customers))
    await stack.say("Hello", address)
    await stack.heard(2, address)
    conversation = await stack.conversation(agent, address)
    desk = Desk(stack, agent, address, f"/api/v1/conversations/{conversation['id']}")
    taken = await desk.post("take_over")
    assert taken.status_code == 200, taken.text
    return desk
