"""A page and an Instagram account at the simulator, and how a test speaks as either."""

from dataclasses import dataclass
from typing import Any

import httpx

from domain.events import InboundEvent
from platforms import registry
from platforms.base import Account, MessagingPlatform, WebhookRequest
from simulator.instagram.account import InstagramAccount
from simulator.messenger.account import MessengerAccount
from simulator.schemas import Entry, Posted, SimulatedAccount, Template
from tests.simulator.harness import APP_SECRET, VERIFY_TOKEN, Received, World

TOKEN = "EAA-token-one"
CUSTOMER = "7300555000222001"
PAGE = "108800555000111"
PROFESSIONAL = "17840055500011"
LINK = "https://files.example.com/a.png"


@dataclass(frozen=True)
class Desk:
    """One account, by its customers' and by its own API."""

    sim: World
    key: str
    account_id: str

    @property
    def url(self) -> str:
        return self.sim.control.url_of(self.key)

    async def say(self, text: str = "oi", **fields: Any) -> Posted:
        frame = {"platform": self.key, "account": self.account_id, "from": CUSTOMER}
        return await self.sim.say(text, **{**frame, **fields})

    async def call(
        self, method: str, path: str, token: str | None = TOKEN, **how: Any
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.sim.http.request(method, f"{self.url}/{path}", headers=headers, **how)

    async def post(self, body: Any, node: str | None = None, **how: Any) -> httpx.Response:
        """A call of the Send API, whole."""
        path = f"v25.0/{node or self.account_id}/messages"
        return await self.call("POST", path, json=body, **how)

    async def send(self, message: dict[str, Any] | None = None, **fields: Any) -> httpx.Response:
        """A message to the customer."""
        frame = {"recipient": {"id": CUSTOMER}, "messaging_type": "RESPONSE"}
        return await self.post({**frame, "message": message or {"text": "olá"}, **fields})

    async def upload(
        self, kind: str, content: bytes, mime_type: str, **fields: str
    ) -> httpx.Response:
        described = f'{{"attachment": {{"type": "{kind}", "payload": {{"is_reusable": true}}}}}}'
        path = f"v25.0/{self.account_id}/message_attachments"
        files = {"filedata": ("a.bin", content, mime_type)}
        return await self.call("POST", path, data={"message": described, **fields}, files=files)

    async def last(self) -> Entry:
        return (await self.sim.control.ledger(platform=self.key))[-1]

    async def items(self, count: int, about: str) -> list[dict[str, Any]]:
        """The first `count` items about one thing, once they are there."""

        def found(received: list[Received]) -> list[dict[str, Any]]:
            entries = [entry for one in received for entry in one.json["entry"]]
            return [
                item for entry in entries for item in entry.get("messaging", []) if about in item
            ]

        return found(await self.sim.receiver.until(lambda all_: len(found(all_)) >= count))

    @property
    def adapter(self) -> MessagingPlatform:
        found = registry.find(self.key)
        assert found is not None
        return found

    @property
    def channel(self) -> Account:
        """The account as a channel of ours has it."""
        ids = {"messenger": "page_id", "instagram": "ig_id"}
        return self.adapter.account_model.model_validate(
            {
                ids[self.key]: self.account_id,
                "access_token": TOKEN,
                "app_secret": APP_SECRET,
                "verify_token": VERIFY_TOKEN,
                "api_base": self.url,
            }
        )

    def read(self, received: Received) -> list[InboundEvent]:
        """A webhook as the adapter verifies and reads it."""
        request = WebhookRequest(headers=received.headers, body=received.body)
        self.adapter.verify(request, self.channel)
        return self.adapter.parse(request)


def account(sim: World, key: str, **more: Any) -> SimulatedAccount:
    common = {
        "access_token": TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
        "webhook_url": f"{sim.receiver.url}/hooks/{key}",
        "api_base": sim.control.url_of(key),
        **more,
    }
    if key == "instagram":
        return InstagramAccount.model_validate(common)
    templates = [Template(name="visita", language="pt_BR", body="Até {{dia}}, às {{hora}}.")]
    return MessengerAccount.model_validate({"templates": templates, **common})


async def open_desk(sim: World, key: str, **more: Any) -> Desk:
    """The customer has written, and that is forgotten."""
    desk = Desk(sim, key, {"messenger": PAGE, "instagram": PROFESSIONAL}[key])
    await sim.control.put_account(key, desk.account_id, account(sim, key, **more))
    assert (await desk.say(name="Ana Lua")).accepted
    sim.receiver.received.clear()
    return desk


def buttons(*pairs: tuple[str, str], text: str = "Escolha") -> dict[str, Any]:
    shown = [{"type": "postback", "title": title, "payload": key} for key, title in pairs]
    return template(template_type="button", text=text, buttons=shown)


def cards(*elements: dict[str, Any]) -> dict[str, Any]:
    return template(template_type="generic", elements=list(elements))


def template(**payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def quick_replies(count: int, **extra: Any) -> dict[str, Any]:
    replies = [
        {"content_type": "text", "title": f"Opção {n}", "payload": f"o{n}", **extra}
        for n in range(count)
    ]
    return {"text": "Qual?", "quick_replies": replies}


def file(kind: str = "image", **payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": payload or {"url": LINK}}}
