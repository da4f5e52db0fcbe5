"""A Page and a member at the simulated LinkedIn, and the channels that speak for them."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.base import OutboundMessage, WebhookRequest
from platforms.linkedin.account import LinkedInAccount as ChannelAccount
from platforms.linkedin.platform import LinkedIn
from simulator import clock
from simulator.linkedin.account import LinkedInAccount
from simulator.schemas import Posted
from tests.simulator.harness import Received, World

PAGE = "urn:li:organization:7700042"
MEMBER = "urn:li:person:M3mbro_1"
ANA = "urn:li:person:Ana-Lima_1"
BIA = "urn:li:person:Bia-Mota_2"
POST = "urn:li:activity:7100000000000000001"
TOKENS = {PAGE: "token-of-the-page", MEMBER: "token-of-the-member"}
SECRET = "client-secret-of-the-test"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def account(urn: str, base: str, webhook_url: str, **changed: Any) -> LinkedInAccount:
    known = {
        "access_token": TOKENS[urn],
        "client_secret": SECRET,
        "api_base": base,
        "webhook_url": webhook_url,
        "partner": urn == MEMBER,
        "connections": [BIA],
    }
    return LinkedInAccount.model_validate({**known, **changed})


def settings(urn: str, base: str) -> dict[str, Any]:
    """The channel's, as an administrator enters them."""
    return {
        "actor": urn,
        "access_token": TOKENS[urn],
        "client_secret": SECRET,
        "partner_access": urn == MEMBER,
        "api_base": base,
        "token_url": f"{base}/oauth/v2/accessToken",
    }


class LinkedInWorld:
    """A running simulator with a Page and a member, and our adapter beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.adapter = LinkedIn()
        self.base = world.control.url_of("linkedin")
        self.channels = {
            urn: ChannelAccount.model_validate(settings(urn, self.base)) for urn in TOKENS
        }

    async def register(self, urn: str = PAGE, *, hooked: bool = True, **changed: Any) -> None:
        url = f"{self.world.receiver.url}/hooks/linkedin" if hooked else ""
        known = account(urn, self.base, url, **changed)
        await self.world.control.put_account("linkedin", urn, known)

    async def say(self, text: str = "oi", urn: str = PAGE, **fields: Any) -> Posted:
        frame = {"platform": "linkedin", "account": urn, "from": ANA, "name": "Ana Lima"}
        return await self.world.say(text, **{**frame, **fields})

    async def call(
        self, method: str, path: str, urn: str = PAGE, token: str | None = None, **how: Any
    ) -> httpx.Response:
        known = {
            "authorization": f"Bearer {token or TOKENS[urn]}",
            "linkedin-version": "202607",
            "x-restli-protocol-version": "2.0.0",
        }
        headers = {**known, **how.pop("headers", {})}
        return await self.world.http.request(method, self.base + path, headers=headers, **how)

    async def send(
        self,
        content: dict[str, Any] | str,
        urn: str = PAGE,
        load: Callable[[str], Awaitable[bytes]] | None = None,
        **fields: Any,
    ) -> Receipt:
        """By our adapter. Raises its `DeliveryError`."""
        value = {"type": "text", "text": content} if isinstance(content, str) else content
        known = {"id": MESSAGE_ID, "address": ANA, "content": _CONTENT.validate_python(value)}
        message = OutboundMessage(**{**known, **fields})
        channel = self.channels[urn]
        return await self.adapter.send(self.world.http, channel, message, load or _no_files)

    def events(self, received: Received, urn: str = PAGE) -> list[InboundEvent]:
        """What our adapter makes of a webhook, once it has found the signature right."""
        request = WebhookRequest(
            headers=received.headers, body=received.body, received_at=clock.now()
        )
        self.adapter.verify(request, self.channels[urn])
        assert self.adapter.accounts(request) == [urn]
        return self.adapter.parse(request)

    async def comment(self, text: str = "Quanto custa?") -> InboundEvent:
        """Ana's comment; its webhook is forgotten."""
        await self.say(text)
        (event,) = self.events(self.world.receiver.received[-1])
        self.world.receiver.received.clear()
        return event


async def _no_files(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")
