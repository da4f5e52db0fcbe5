"""Real servers inside the test process: the simulator, and a receiver that records every webhook."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from simulator.client import SimulatorClient
from simulator.schemas import Posted, Say, TelegramAccount, Template, WhatsAppAccount

PATIENCE = 20.0
PHONE_ID = "880055511122233"
WA_TOKEN = "wa-token-one"
APP_SECRET = "app-secret-one"
VERIFY_TOKEN = "verify-one"
BUSINESS_NUMBER = "551130304040"
CUSTOMER = "5511987650001"
BOT_ID = "7300000001"
BOT_TOKEN = "7300000001:AAtest-token"
BOT_SECRET = "bot_secret-1"
CHAT = "48151623"


class _Server(uvicorn.Server):
    """Says when it is ready, and leaves the test process's signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stop = asyncio.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @override
    async def main_loop(self) -> None:
        """Uvicorn's own looks ten times a second whether to end."""
        await self.stop.wait()

    @contextlib.contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    """A free port. asyncio turns Nagle's 40 ms off only for sockets that name their protocol."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener


@contextlib.asynccontextmanager
async def serving(*apps: ASGIApp, at: socket.socket | None = None) -> AsyncIterator[list[str]]:
    """The base URLs of those apps, each on a port of its own; they end together.

    `at`: where the first listens, for an app that must know its own address.
    """
    with contextlib.ExitStack() as stack:
        given = [at] if at is not None else []
        listeners = given + [stack.enter_context(listening()) for _ in apps[len(given) :]]
        servers = [
            _Server(
                uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
            )
            for app in apps
        ]
        running = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(servers, listeners, strict=True)
        ]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*[server.ready.wait() for server in servers])
        try:
            yield [f"http://127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]
        finally:
            for server in servers:
                server.stop.set()
            await asyncio.gather(*running)


@dataclass(frozen=True)
class Received:
    """One request as the receiver got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """An ASGI app that records webhooks; it answers the scripted statuses first, then 200."""

    script: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    url: str = ""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, answer = self._answer(scope)
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        async with self.changed:
            self.received.append(Received(scope["method"], scope["path"], headers, body, status))
            self.changed.notify_all()
        kind = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Scope) -> tuple[int, bytes]:
        if scope["method"] == "GET":
            query = parse_qs(scope["query_string"].decode())
            good = query.get("hub.verify_token") == [VERIFY_TOKEN]
            return (200, query["hub.challenge"][0].encode()) if good else (403, b"")
        return (self.script.pop(0) if self.script else 200), b""

    async def until(self, condition: Callable[[list[Received]], bool]) -> list[Received]:
        """What was received once the condition holds."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: condition(self.received))
        return self.received

    async def count(self, number: int) -> list[Received]:
        return await self.until(lambda received: len(received) >= number)


@dataclass
class World:
    """A running simulator with one account on each platform, and a receiver for both."""

    control: SimulatorClient
    receiver: Receiver
    http: httpx.AsyncClient
    """For the platforms' own APIs."""

    async def say(self, text: str = "oi", **fields: Any) -> Posted:
        frame = {"platform": "whatsapp", "account": PHONE_ID, "from": CUSTOMER, **fields}
        content = {} if {"choice", "media", "raw"} & set(fields) else {"text": text}
        return await self.control.say(Say.model_validate({**frame, **content}))

    async def tell_bot(self, text: str = "oi", **fields: Any) -> Posted:
        return await self.say(
            text, **{"platform": "telegram", "account": BOT_ID, "from": CHAT, **fields}
        )

    async def send(
        self, body: dict[str, Any], *, phone_id: str = PHONE_ID, token: str = WA_TOKEN
    ) -> httpx.Response:
        """A message over the Cloud API."""
        frame = {"messaging_product": "whatsapp", "to": f"+{CUSTOMER}"}
        return await self.http.post(
            f"{self.control.whatsapp_url}/v24.0/{phone_id}/messages",
            json={**frame, **body},
            headers={"authorization": f"Bearer {token}"},
        )

    async def send_text(self, text: str = "olá", **fields: Any) -> httpx.Response:
        return await self.send({"type": "text", "text": {"body": text}, **fields})

    async def call_bot(self, method: str, *, token: str = BOT_TOKEN, **how: Any) -> httpx.Response:
        """A call of the Bot API."""
        url = f"{self.control.telegram_url}/bot{token}/{method}"
        return await self.http.post(url, **how)

    async def send_bot(self, method: str = "sendMessage", **params: Any) -> httpx.Response:
        return await self.call_bot(method, json={"chat_id": int(CHAT), **params})


TEMPLATES = [
    Template(name="pedido_pronto", language="pt_BR", body="Olá {{1}}, o pedido {{2}} está pronto."),
    Template(name="volte_sempre", language="pt_BR"),
]


@contextlib.asynccontextmanager
async def world(app: ASGIApp) -> AsyncIterator[World]:
    receiver = Receiver()
    async with (
        serving(app, receiver) as (base, receiver.url),
        SimulatorClient(base) as control,
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http,
    ):
        await control.put_whatsapp_account(
            PHONE_ID,
            WhatsAppAccount(
                access_token=WA_TOKEN,
                app_secret=APP_SECRET,
                verify_token=VERIFY_TOKEN,
                webhook_url=f"{receiver.url}/hooks/whatsapp",
                display_phone_number=BUSINESS_NUMBER,
                templates=TEMPLATES,
            ),
        )
        await control.put_telegram_account(
            BOT_ID,
            TelegramAccount(
                token=BOT_TOKEN,
                secret_token=BOT_SECRET,
                webhook_url=f"{receiver.url}/hooks/telegram",
                username="padaria_bot",
            ),
        )
        yield World(control, receiver, http)


def signed_with(body: bytes, secret: str) -> str:
    """What the signature header must say, computed here and not by the simulator."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def graph_error(response: httpx.Response) -> tuple[int, int, int | None]:
    """HTTP status, code, subcode of a Graph refusal of the right shape."""
    error = response.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= set(error)
    return response.status_code, error["code"], error.get("error_subcode")


def statuses(received: list[Received]) -> list[dict[str, Any]]:
    """Every `statuses` item of the WhatsApp webhooks, in order of arrival."""
    values = [
        change["value"]
        for request in received
        if request.path == "/hooks/whatsapp" and request.method == "POST"
        for entry in request.json["entry"]
        for change in entry["changes"]
    ]
    return [item for value in values for item in value.get("statuses", [])]
