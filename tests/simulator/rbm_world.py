"""One agent at the simulated RCS for Business, and the channel that speaks for it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.base import OutboundMessage, WebhookRequest
from platforms.rbm.account import RbmAccount as ChannelAccount
from platforms.rbm.platform import Rbm
from platforms.rbm.tokens import authorization
from simulator import clock
from simulator.rbm.account import RbmAccount
from simulator.schemas import Posted
from tests.simulator.harness import Received, World

AGENT = "padaria_lua@rbm.goog"
EMAIL = "rbm@padaria-lua.iam.gserviceaccount.com"
KEY_ID, CLIENT_TOKEN = "key-of-the-test", "CLIENT-TOKEN-1"
ANA = "5511955500101"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def account(base: str, webhook_url: str, **changed: Any) -> RbmAccount:
    known = {
        "client_email": EMAIL,
        "public_key": PUBLIC,
        "private_key_id": KEY_ID,
        "client_token": CLIENT_TOKEN,
        "api_base": base,
        "webhook_url": webhook_url,
    }
    return RbmAccount.model_validate({**known, **changed})


def settings(base: str) -> dict[str, Any]:
    """The channel's, as an administrator enters them."""
    return {
        "agent_id": AGENT,
        "client_email": EMAIL,
        "private_key": PRIVATE,
        "private_key_id": KEY_ID,
        "client_token": CLIENT_TOKEN,
        "api_base": base,
        "token_uri": f"{base}/token",
    }


class RbmWorld:
    """A running simulator with the agent, and our adapter beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.adapter = Rbm()
        self.base = world.control.url_of("rbm")
        self.channel = ChannelAccount.model_validate(settings(self.base))

    async def register(self, **changed: Any) -> None:
        url = f"{self.world.receiver.url}/hooks/rbm"
        known = account(self.base, url, **changed)
        await self.world.control.put_account("rbm", AGENT, known)

    async def say(self, text: str = "oi", **fields: Any) -> Posted:
        frame = {"platform": "rbm", "account": AGENT, "from": f"+{ANA}"}
        return await self.world.say(text, **{**frame, **fields})

    async def call(
        self, method: str, path: str, token: str | None = None, **how: Any
    ) -> httpx.Response:
        headers = await authorization(self.world.http, self.channel)
        if token is not None:
            headers = {"Authorization": f"Bearer {token}"}
        given = {**how.pop("headers", {}), **headers}
        params = {"agentId": AGENT, **how.pop("params", {})}
        return await self.world.http.request(
            method, self.base + path, headers=given, params=params, **how
        )

    async def create(self, content: dict[str, Any], **fields: Any) -> httpx.Response:
        """A message as JSON, by the API itself."""
        path, params = f"/v1/phones/+{ANA}/agentMessages", {"messageId": MESSAGE_ID}
        body = {"contentMessage": content, **fields}
        return await self.call("POST", path, params=params, json=body)

    async def send(
        self,
        content: dict[str, Any] | str,
        load: Callable[[str], Awaitable[bytes]] | None = None,
        **fields: Any,
    ) -> Receipt:
        """By our adapter. Raises its `DeliveryError`."""
        value = {"type": "text", "text": content} if isinstance(content, str) else content
        known = {
            "id": MESSAGE_ID,
            "address": f"+{ANA}",
            "content": _CONTENT.validate_python(value),
        }
        message = OutboundMessage(**{**known, **fields})
        return await self.adapter.send(self.world.http, self.channel, message, load or _no_files)

    def events(self, received: Received) -> list[InboundEvent]:
        """What our adapter makes of a webhook, once it has found the signature right."""
        request = WebhookRequest(
            headers=received.headers, body=received.body, received_at=clock.now()
        )
        self.adapter.verify(request, self.channel)
        assert self.adapter.accounts(request) == [AGENT]
        return self.adapter.parse(request)

    async def told(self, count: int) -> list[InboundEvent]:
        """The events of the first webhooks."""
        received = await self.world.receiver.count(count)
        return [event for one in received for event in self.events(one)]


async def _no_files(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")
