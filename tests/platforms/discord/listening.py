"""Listens to the simulated Gateway over real sockets, keeps what comes as a worker does, and dies when told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.content import TextContent
from domain.events import InboundEvent
from platforms.base import Arrived, HoldsConnection, WebhookRequest
from platforms.discord.account import DiscordAccount as ChannelAccount
from platforms.discord.gateway_pace import Pace
from platforms.discord.platform import Discord
from simulator.app import create_app
from simulator.discord.gateway.control import GatewayState
from tests.simulator.discord_world import ANA, APPLICATION, DiscordWorld
from tests.simulator.harness import PATIENCE, world

QUICK = Pace(
    life=0.2,
    hello=PATIENCE,
    goodbye=1.0,
    settled=3600.0,
    slowly=(0.01, 0.02),
    first_delay=0.01,
    longest_delay=0.05,
    tries=5,
    identify_apart=0.02,
    identify_longest=0.1,
)
"""The real one's proportions, without its patience."""
RULES = {"heartbeat_seconds": 5.0, "identify_seconds": 0.0}


@dataclass
class Kept:
    """What a worker keeps in one transaction: bodies, and the cursor after the last of them."""

    bodies: list[bytes] = field(default_factory=list)
    cursor: Mapping[str, Any] | None = None
    signs: int = 0
    error: Exception | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep(self, arrived: Arrived) -> None:
        async with self.changed:
            self.cursor = arrived.cursor
            self.signs += 1
            if arrived.body is not None:
                self.bodies.append(arrived.body)
            self.changed.notify_all()

    async def fail(self, error: Exception) -> None:
        async with self.changed:
            self.error = error
            self.changed.notify_all()

    async def until(self, condition: Callable[["Kept"], bool]) -> "Kept":
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: condition(self) or self.error is not None)
        return self

    @property
    def events(self) -> list[InboundEvent]:
        adapter = Discord()
        return [one for body in self.bodies for one in adapter.parse(WebhookRequest(body=body))]

    @property
    def texts(self) -> list[str]:
        return [one.content.text for one in self.events if isinstance(one.content, TextContent)]

    @property
    def state(self) -> list[str]:
        """What it was told of the connection itself."""
        return [
            str((one.details or {}).get("type")) for one in self.events if one.kind == "channel"
        ]


class GatewayWorld(DiscordWorld):
    """An application whose messages go over the Gateway, and workers that listen."""

    pace = QUICK

    async def begin(self, **rules: Any) -> None:
        await self.register(handed_over=False, webhook_url="", gateway={**RULES, **rules})

    @contextlib.asynccontextmanager
    async def listening(
        self, kept: Kept | None = None, *, adapter: HoldsConnection | None = None, **settings: Any
    ) -> AsyncIterator[Kept]:
        """A worker that goes on where the last one stopped, until it is killed."""
        kept = kept or Kept()
        account = self.channel.model_copy(update=settings)
        adapter = adapter or Discord(self.pace)
        working = asyncio.create_task(self._work(adapter, account, kept))
        try:
            yield kept
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self, adapter: HoldsConnection, account: ChannelAccount, kept: Kept) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
            frames = adapter.listen(client, account, kept.cursor)
            try:
                async for arrived in frames:
                    await kept.keep(arrived)
            except Exception as error:  # noqa: BLE001  the test looks at it
                await kept.fail(error)
            finally:
                await frames.aclose()

    async def refused(self, **settings: Any) -> Exception:
        """What a worker ends with."""
        async with self.listening(**settings) as kept:
            await kept.until(lambda _: False)
        assert kept.error is not None
        return kept.error

    async def heard(self, kept: Kept, *texts: str) -> None:
        await kept.until(lambda so_far: len(so_far.texts) >= len(texts))
        assert (kept.texts, kept.error) == (list(texts), None)

    async def ready(self, kept: Kept, times: int = 1) -> None:
        await kept.until(lambda so_far: so_far.state.count("connected") >= times)
        assert kept.error is None

    async def resumed(self, kept: Kept, times: int = 1) -> None:
        await kept.until(lambda so_far: so_far.state.count("resumed") >= times)
        assert kept.error is None

    async def order(self, action: str, **how: Any) -> GatewayState:
        url = f"{self.world.control.base_url}/control/discord/{APPLICATION}/gateway"
        answer = await self.world.http.post(url, json={"action": action, **how})
        assert answer.is_success, answer.text
        return GatewayState.model_validate(answer.json())

    async def state(self) -> GatewayState:
        url = f"{self.world.control.base_url}/control/discord/{APPLICATION}/gateway"
        return GatewayState.model_validate((await self.world.http.get(url)).json())

    async def told(self, text: str, **fields: Any) -> None:
        said = await self.say(text, **fields)
        assert said.accepted, said


@contextlib.asynccontextmanager
async def gateway_world(**rules: Any) -> AsyncIterator[GatewayWorld]:
    async with world(create_app()) as running:
        started = GatewayWorld(running)
        await started.begin(**rules)
        yield started


__all__ = ["ANA", "APPLICATION", "GatewayWorld", "Kept", "gateway_world"]
