"""A page or an Instagram account as a channel of the demo, with a customer who writes to it."""

from dataclasses import dataclass
from typing import Any

import httpx

from simulator.instagram.account import InstagramAccount
from simulator.messenger.account import MessengerAccount
from simulator.schemas import Entry, Posted, Say
from simulator.send_api.account import SendApiAccount
from tests.simulator.meeting import demo_channel, hook_of
from tests.stack import Stack

SECRETS = {
    "access_token": "EAA-token-of-the-channel",
    "app_secret": "app-secret-of-the-channel",
    "verify_token": "verify-token-of-the-channel",
}
MODELS: dict[str, type[SendApiAccount]] = {
    "messenger": MessengerAccount,
    "instagram": InstagramAccount,
}
IDS = {"messenger": "page_id", "instagram": "ig_id"}


@dataclass(frozen=True)
class Connected:
    """A channel with the demo's flow, and one customer."""

    stack: Stack
    key: str
    account: str
    customer: str
    name: str

    async def say(self, text: str | None = None, **content: Any) -> Posted:
        order = {
            "platform": self.key,
            "account": self.account,
            "from": self.customer,
            "name": self.name,
            "text": text,
            **content,
        }
        return await self.stack.simulator.say(Say.model_validate(order))

    async def heard(self, count: int) -> list[Entry]:
        return await self.stack.heard(count, self.customer, self.key)

    async def conversation(self, agent: httpx.AsyncClient) -> str:
        """The path of the customer's conversation."""
        found = await self.stack.conversation(agent, self.customer)
        return f"/api/v1/conversations/{found['id']}"


async def connect(
    stack: Stack, key: str, account: str, customer: str, *, human_agent: bool = False
) -> Connected:
    """Connect a channel as the administrator does, and tell the simulator of it."""
    secrets = {**SECRETS, "human_agent": human_agent}
    base = stack.simulator.url_of(key)
    settings = {IDS[key]: account, "api_base": base, **secrets}
    channel = await demo_channel(stack, key, f"Test of {key}", settings)
    hook = hook_of(stack, channel)
    known = {"api_base": base, "webhook_url": hook, **secrets}
    await stack.simulator.put_account(key, account, MODELS[key].model_validate(known))
    assert (await stack.simulator.verify_webhook(account, key)).verified
    return Connected(stack, key, account, customer, "Lia Torres")
