"""One application at the simulated Discord, and the channel that speaks for it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.base import OutboundMessage, WebhookRequest
from platforms.discord.account import DiscordAccount as ChannelAccount
from platforms.discord.platform import Discord
from simulator import clock
from simulator.discord.account import DiscordAccount
from simulator.schemas import Posted
from tests.simulator.harness import Received, World

APPLICATION = "1380000000000000001"
TOKEN = "MTM4.token-of-the-test.x"
ANA, BIA = "1380000000000000501", "1380000000000000502"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
KEY = Ed25519PrivateKey.from_private_bytes(b"a key of nobody, for tests alone")
AGENT = "DiscordBot (https://pytake.example, 1)"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def account(base: str, webhook_url: str, **changed: Any) -> DiscordAccount:
    known = {
        "bot_token": TOKEN,
        "signing_key": KEY.private_bytes_raw().hex(),
        "members": {BIA: "Bia Mota"},
        "api_base": base,
        "webhook_url": webhook_url,
        "handed_over": True,
    }
    return DiscordAccount.model_validate({**known, **changed})


def settings(base: str) -> dict[str, Any]:
    """The channel's, as an administrator enters them."""
    public = KEY.public_key().public_bytes_raw().hex()
    return {
        "application_id": APPLICATION,
        "bot_token": TOKEN,
        "public_key": public,
        "api_base": base,
    }


class DiscordWorld:
    """A running simulator with the application, and our adapter beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.adapter = Discord()
        self.base = world.control.url_of("discord")
        self.channel = ChannelAccount.model_validate(settings(self.base))

    async def register(self, **changed: Any) -> None:
        url = changed.pop("webhook_url", f"{self.world.receiver.url}/hooks/discord")
        known = account(self.base, url, **changed)
        await self.world.control.put_account("discord", APPLICATION, known)

    async def say(self, text: str = "oi", **fields: Any) -> Posted:
        frame = {"platform": "discord", "account": APPLICATION, "from": ANA, "name": "Ana Lima"}
        return await self.world.say(text, **{**frame, **fields})

    async def call(
        self, method: str, path: str, *, token: str = TOKEN, agent: str = AGENT, **how: Any
    ) -> httpx.Response:
        headers = {"authorization": f"Bot {token}", "user-agent": agent}
        return await self.world.http.request(method, self.base + path, headers=headers, **how)

    async def write(self, channel: str, **fields: Any) -> httpx.Response:
        return await self.call("POST", f"/channels/{channel}/messages", json=fields)

    async def send(
        self,
        content: dict[str, Any] | str,
        address: str,
        load: Callable[[str], Awaitable[bytes]] | None = None,
        **fields: Any,
    ) -> Receipt:
        """By our adapter. Raises its `DeliveryError`."""
        value = {"type": "text", "text": content} if isinstance(content, str) else content
        message = OutboundMessage(
            **{
                "id": MESSAGE_ID,
                "address": address,
                "content": _CONTENT.validate_python(value),
                **fields,
            }
        )
        return await self.adapter.send(self.world.http, self.channel, message, load or _no_files)

    def events(self, received: Received) -> list[InboundEvent]:
        """What our adapter makes of a webhook, once it has found the signature right."""
        request = WebhookRequest(
            headers=received.headers, body=received.body, received_at=clock.now()
        )
        self.adapter.verify(request, self.channel)
        return self.adapter.parse(request)

    async def chat(self) -> str:
        """Ana's direct channel, once she has written; that webhook is forgotten."""
        await self.say()
        (event,) = self.events(self.world.receiver.received[-1])
        self.world.receiver.received.clear()
        assert event.thread is not None
        return event.thread


async def _no_files(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")
