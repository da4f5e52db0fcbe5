"""One sender at each simulated provider, the channel that speaks for it, and what its webhooks bring."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import TypeAdapter
from starlette.types import Receive, Scope, Send

from domain.content import MessageContent
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.base import OutboundMessage, WebhookRequest
from platforms.sms.account import SmsAccount
from platforms.sms.platform import Sms
from simulator import clock
from simulator.app import create_app
from simulator.client import SimulatorClient
from simulator.schemas import Posted, Say
from simulator.sms import accounts
from tests.simulator.harness import serving
from tests.stack import eventually

ADAPTER = Sms()
ANA = "5511955500101"
NUMBER, SHORT_CODE, ALIAS = "+5511400041000", "29100", "loja-lua"
SID = "AC00112233445566778899aabbccddeeff"
PLAN = "plan-0001"
SECRETS: dict[str, dict[str, Any]] = {
    "twilio": {"account_sid": SID, "auth_token": "twilio-token-1"},
    "vonage": {
        "api_key": "k1234567",
        "api_secret": "vonage-secret-1",
        "signature_secret": "vonage-signature-1",
    },
    "zenvia": {"api_token": "zenvia-token-1", "webhook_token": "zenvia-hook-1"},
    "infobip": {"api_key": "infobip-key-1", "webhook_token": "infobip-hook-1"},
    "sinch": {
        "service_plan_id": PLAN,
        "api_token": "sinch-token-1",
        "webhook_secret": "sinch-secret-1",
    },
}
SENDERS = {"twilio": NUMBER, "zenvia": ALIAS}
PROVIDERS = ["twilio", "vonage", "vonage sms", "zenvia", "infobip", "sinch"]
"""Vonage has two APIs."""

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)
_ACCOUNTS: TypeAdapter[SmsAccount] = TypeAdapter(SmsAccount)


@dataclass
class Hooks:
    """Keeps every webhook as our API would hand it to the adapter."""

    received: list[WebhookRequest] = field(default_factory=list)
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        query = scope["query_string"].decode()
        url = f"{self.url}{scope['path']}{'?' if query else ''}{query}"
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        self.received.append(
            WebhookRequest(
                method=scope["method"],
                url=url,
                headers=headers,
                query=dict(parse_qsl(query)),
                body=body,
                received_at=clock.now(),
            )
        )
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class SmsWorld:
    """A running simulator with a sender at one provider."""

    control: SimulatorClient
    hooks: Hooks
    http: httpx.AsyncClient
    provider: str
    api: dict[str, Any]
    """The API of Vonage that is spoken, where it is Vonage."""

    @property
    def sender(self) -> str:
        return SENDERS.get(self.provider, SHORT_CODE)

    @property
    def base(self) -> str:
        return self.control.url_of("sms")

    async def register(self, **changed: Any) -> None:
        known = {
            "provider": self.provider,
            "webhook_url": f"{self.hooks.url}/hook",
            "api_base": self.base,
            **SECRETS[self.provider],
            **self.api,
            **changed,
        }
        account = accounts.SmsAccount.model_validate(known)
        await self.control.put_account("sms", self.sender, account)

    def channel(self, **changed: Any) -> SmsAccount:
        """The account as our adapter has it."""
        known = {"provider": self.provider, "sender": self.sender, "api_base": self.base}
        return _ACCOUNTS.validate_python({**known, **SECRETS[self.provider], **self.api, **changed})

    async def send(
        self,
        content: dict[str, Any] | str,
        message_id: str = "0198f0aa-0000-7000-8000-000000000042",
        to: str = f"+{ANA}",
        **channel: Any,
    ) -> Receipt:
        """By our adapter. Raises its `DeliveryError`."""
        value = {"type": "text", "text": content} if isinstance(content, str) else content
        message = OutboundMessage(
            id=message_id, address=to, content=_CONTENT.validate_python(value)
        )
        return await ADAPTER.send(self.http, self.channel(**channel), message, _no_files)

    async def say(self, text: str | None = None, **fields: Any) -> Posted:
        frame = {"platform": "sms", "account": self.sender, "from": f"+{ANA}", "text": text}
        return await self.control.say(Say.model_validate({**frame, **fields}))

    async def call(self, method: str, path: str, **how: Any) -> tuple[int, Any]:
        response = await self.http.request(method, f"{self.base}{path}", **how)
        return response.status_code, response.json()

    def events(self, request: WebhookRequest) -> list[InboundEvent]:
        """What our adapter makes of a webhook, once it has found its proof right."""
        named = request.model_copy(update={"provider": self.provider})
        ADAPTER.verify(named, self.channel())
        return ADAPTER.parse(named)

    async def receipts(self, count: int) -> list[InboundEvent]:
        """The first reports that came, in order."""

        async def look() -> list[InboundEvent] | None:
            events = [event for one in self.hooks.received for event in self.events(one)]
            found = [event for event in events if event.kind == "receipt"]
            return found[:count] if len(found) >= count else None

        return await eventually(look, f"{count} receipts")


async def _no_files(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


@contextlib.asynccontextmanager
async def sms_world(named: str) -> AsyncIterator[SmsWorld]:
    provider, _, api = named.partition(" ")
    hooks = Hooks()
    async with (
        serving(create_app(), hooks) as (base, hooks.url),
        SimulatorClient(base) as control,
        httpx.AsyncClient(trust_env=False, timeout=20) as http,
    ):
        started = SmsWorld(control, hooks, http, provider, {"api": api} if api else {})
        await started.register()
        yield started
