"""The whole system inside the test process: API, worker and simulator over real HTTP, real PostgreSQL and Temporal."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

import worker
from api.app import create_app
from bootstrap import Services
from cli import demo
from flows.model import content_hash
from flows.validate import validate
from platforms.http import new_client
from settings import Settings
from simulator import demo as demo_accounts
from simulator.app import create_app as create_simulator
from simulator.client import SimulatorClient
from simulator.schemas import Entry, PlatformKey, Posted, Say
from storage import seeding
from storage.database import Database
from tests.simulator.harness import listening, serving

PATIENCE = 20.0
Found = TypeVar("Found")


async def eventually(
    look: Callable[[], Awaitable[Found | None]], what: str, patience: float = PATIENCE
) -> Found:
    """The first answer that is not None; fails by name when it does not come in time."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"it did not happen within {patience:.0f} s: {what}")


@dataclass
class Stack:
    """A running system, and how a test talks to it."""

    services: Services
    settings: Settings
    base_url: str
    simulator_url: str
    simulator: SimulatorClient
    http: httpx.AsyncClient
    """Speaks to the API without a token."""

    async def sign_in(self, email: str = "ana@demo.example") -> httpx.AsyncClient:
        """A client that speaks to the API as a person of the demo."""
        body = {"email": email, "password": demo.PASSWORD}
        answer = await self.http.post("/api/v1/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        token = answer.json()["access_token"]
        return httpx.AsyncClient(
            base_url=self.base_url, headers={"authorization": f"Bearer {token}"}, timeout=30
        )

    async def say(self, text: str, sender: str = "5511987654321", **more: Any) -> Posted:
        """A customer writes on WhatsApp."""
        order = {
            "platform": "whatsapp",
            "account": demo_accounts.WHATSAPP.account_id,
            "from": sender,
            "text": text,
        }
        return await self.simulator.say(Say.model_validate({**order, **more}))

    async def say_many(self, texts: list[str], sender: str = "5511987654321") -> None:
        """A customer writes several messages without waiting for anything."""
        await asyncio.gather(*(self.say(text, sender) for text in texts))

    async def greet_with(
        self, slug: str, definition: dict[str, Any], channel: UUID = demo_accounts.WHATSAPP.id
    ) -> None:
        """Let a flow greet on a channel: the WhatsApp one of the demo, unless told otherwise."""
        report = validate(definition)
        assert report.definition is not None, report.diagnostics
        flow = await self.services.flows.deploy(
            demo.TENANT_ID,
            slug,
            report.definition.model_dump(mode="json", by_alias=True, exclude_none=True),
            content_hash(report.definition),
            None,
        )
        await self.services.channels.set_flow(demo.TENANT_ID, channel, flow.id)

    async def transcript(
        self, agent: httpx.AsyncClient, path: str, inbound: int
    ) -> list[dict[str, Any]]:
        """The messages of a conversation, once it holds that many of the contact's."""

        async def look() -> list[dict[str, Any]] | None:
            answer = await agent.get(f"{path}/messages", params={"limit": 200})
            messages: list[dict[str, Any]] = answer.json()
            said = sum(message["direction"] == "in" for message in messages)
            return messages if said >= inbound else None

        return await eventually(look, f"{inbound} messages of the contact")

    async def heard(
        self, count: int, to: str = "5511987654321", platform: PlatformKey = "whatsapp"
    ) -> list[Entry]:
        """The first `count` messages the simulated platform accepted for a customer."""

        async def look() -> list[Entry] | None:
            entries = await self.simulator.ledger(platform=platform, to=to)
            return entries if len(entries) >= count else None

        return await eventually(look, f"{count} messages to {to}")

    async def conversation(self, agent: httpx.AsyncClient, address: str) -> dict[str, Any]:
        """The conversation with one address, once it exists."""

        async def look() -> dict[str, Any] | None:
            page = await agent.get("/api/v1/conversations", params={"search": address})
            items: list[dict[str, Any]] = page.json()["items"]
            return items[0] if items else None

        return await eventually(look, f"a conversation with {address}")


@asynccontextmanager
async def running(
    app_url: str,
    owner_url: str,
    temporal_address: str,
    folder: Path,
    *,
    with_worker: bool = True,
    **more: Any,
) -> AsyncIterator[Stack]:
    """Start everything and plant the demo tenant. The API knows its own address, as it does in earnest.

    `more` are other settings.
    """
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    database = Database(app_url, pool_size=10, name="pytake-test-worker")
    async with AsyncExitStack() as stack:
        own = stack.enter_context(listening())
        settings = Settings(
            public_url=f"http://127.0.0.1:{own.getsockname()[1]}",
            state_dir=folder,
            database_url=SecretStr(app_url),
            jwt_secret=SecretStr("a secret of the tests, long enough for HS256"),
            media_dir=folder / "media",
            temporal_port=int(temporal_address.rpartition(":")[2]),
            **more,
        )
        http = await stack.enter_async_context(new_client())
        services = Services(settings=settings, temporal=client, database=database, http=http)
        stack.push_async_callback(database.close)
        (simulator_url,) = await stack.enter_async_context(serving(create_simulator()))
        await asyncio.to_thread(seeding.plant, owner_url, demo.seed(simulator_url))
        app = create_app(settings)
        if with_worker:
            await stack.enter_async_context(worker.working(services))
        (base_url,) = await stack.enter_async_context(serving(app, at=own))
        simulator = await stack.enter_async_context(SimulatorClient(simulator_url))
        await demo_accounts.register(simulator, base_url)
        plain = await stack.enter_async_context(httpx.AsyncClient(base_url=base_url, timeout=30))
        yield Stack(services, settings, base_url, simulator_url, simulator, plain)
