"""A page or an Instagram account as a channel of the demo, with a customer who writes to it."""

from dataclasses import dataclass
from typing import Any

import httpx

from simulator.instagram.account import InstagramAccount
from simulator.messenger.account import MessengerAccount
from simulator.schemas import Entry, Posted, Say
from simulator.send_api.account import SendApiAccount
from tests.stack import PATIENCE, Stack, eventually

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

    async def messages(
        self, agent: httpx.AsyncClient, path: str, statuses: list[str], patience: float = PATIENCE
    ) -> list[dict[str, Any]]:
        """The transcript, once the messages that went out stand so."""
        shown: list[dict[str, Any]] = []

        async def look() -> list[dict[str, Any]] | None:
            shown[:] = (await agent.get(f"{path}/messages", params={"limit": 200})).json()
            found = [one["status"] for one in shown if one["direction"] == "out"]
            return shown if found == statuses else None

        return await eventually(look, f"{statuses}; the last seen were {shown}", patience)


async def connect(
    stack: Stack, key: str, account: str, customer: str, *, human_agent: bool = False
) -> Connected:
    """Connect a channel as the administrator does, and tell the simulator of it."""
    secrets = {**SECRETS, "human_agent": human_agent}
    base = stack.simulator.url_of(key)
    async with await stack.sign_in("admin@demo.example") as admin:
        flows = (await admin.get("/api/v1/flows")).json()
        body = {
            "platform": key,
            "name": f"Test of {key}",
            "account": {IDS[key]: account, "api_base": base, **secrets},
            "flow_id": flows[0]["id"],
        }
        made = await admin.post("/api/v1/channels", json=body)
        assert made.status_code == 201, made.text
    hook = f"{stack.base_url}/api/webhooks/{key}/{made.json()['id']}"
    known = {"api_base": base, "webhook_url": hook, **secrets}
    await stack.simulator.put_account(key, account, MODELS[key].model_validate(known))
    assert (await stack.simulator.verify_webhook(account, key)).verified
    return Connected(stack, key, account, customer, "Lia Torres")
