"""P1 `kill_anything_ingest`: no accepted webhook is lost, none is doubled, whatever is killed meanwhile.

The size fits CI; `PYTAKE_P1_WEBHOOKS=1000` runs it larger.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bench.system import System
from cli.demo import TENANT_ID
from simulator.demo import TELEGRAM
from storage.database import Database, DatabaseUnavailable
from tests.api.payloads import URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.stack import eventually

pytestmark = [pytest.mark.promise, pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(420)]

WEBHOOKS = int(os.environ.get("PYTAKE_P1_WEBHOOKS", "300"))
CUSTOMERS = 25
AT_ONCE = 8


def whatsapp(number: int) -> tuple[str, bytes, dict[str, str]]:
    customer = f"55119500{number % CUSTOMERS:05}"
    body = envelope(text_message(customer, f"message {number}", f"wamid.P1.{number}"))
    return URL, body, signed(body)


def telegram(number: int) -> tuple[str, bytes, dict[str, str]]:
    chat = 880000 + number % CUSTOMERS
    update = {
        "update_id": 500000 + number,
        "message": {
            "message_id": number,
            "date": 1767225600,
            "from": {"id": chat, "is_bot": False, "first_name": "Ana"},
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "text": f"message {number}",
        },
    }
    secret = {"x-telegram-bot-api-secret-token": TELEGRAM.account["secret_token"]}
    content = httpx.Request("POST", "http://x", json=update).content
    return f"/api/webhooks/telegram/{TELEGRAM.id}", content, secret


class Platform:
    """Posts webhooks as platforms do: what is not answered 2xx is delivered again, with the same id."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.AsyncClient(base_url=base_url, timeout=20)
        self.answers: Counter[str] = Counter()

    async def deliver(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        for _ in range(300):
            try:
                answer = await self._client.post(url, content=body, headers=headers)
            except httpx.TransportError:
                self.answers["cut off"] += 1
            else:
                self.answers[str(answer.status_code)] += 1
                if answer.is_success:
                    return
            await asyncio.sleep(0.2)
        raise AssertionError(f"never accepted: {body[:200]!r}")

    async def close(self) -> None:
        await self._client.aclose()


async def chaos(system: System, done: asyncio.Event) -> Counter[str]:
    """Kill something at random, over and over, and every part at least once."""
    dice = random.Random(18)
    kills: Counter[str] = Counter()
    for victim in cycle(("api", "worker", "temporal", "api", "worker", "postgres")):
        if done.is_set() and len(kills) == 4:
            return kills
        await asyncio.to_thread(system.kill, victim)
        kills[victim] += 1
        away = {"temporal": 3.0, "postgres": 2.0}.get(victim, dice.uniform(0.1, 0.8))
        await asyncio.sleep(away)
        # The health of our own two processes depends on the others, which may be down in their turn.
        ours = victim in {"api", "worker"}
        start: Callable[[str], None] = system.launch if ours else system.start
        await asyncio.to_thread(start, victim)
        await asyncio.sleep(dice.uniform(0.2, 0.6))
    return kills


async def test_every_accepted_webhook_exists_once_whatever_is_killed(folder: Path) -> None:
    with System(folder) as system:
        platform = Platform(system.base_url)
        done = asyncio.Event()
        killing = asyncio.create_task(chaos(system, done))
        gate = asyncio.Semaphore(AT_ONCE)

        async def deliver(number: int) -> None:
            made = whatsapp(number) if number % 2 else telegram(number)
            async with gate:
                await platform.deliver(*made)

        try:
            await asyncio.gather(*(deliver(number) for number in range(WEBHOOKS)))
            done.set()
            kills = await killing
        finally:
            killing.cancel()
            await platform.close()
        figures = f"{WEBHOOKS} webhooks, answers {dict(platform.answers)}, kills {dict(kills)}"
        print(figures)  # noqa: T201  shown with -s
        database = Database(system.database_url, pool_size=2)
        try:
            await all_exist_once(database)
        finally:
            await database.close()


async def all_exist_once(database: Database) -> None:
    counted = text(
        "SELECT count(*) AS n, count(DISTINCT external_id) AS ids, "
        "count(DISTINCT content->>'text') AS texts FROM messages "
        "WHERE direction = 'in' AND content->>'text' LIKE 'message %'"
    )

    async def look() -> tuple[int, int, int] | None:
        try:
            async with database.transaction(TENANT_ID) as connection:
                row = (await connection.execute(counted)).one()
        except DatabaseUnavailable:
            return None
        found = (int(row.n), int(row.ids), int(row.texts))
        return found if found[2] >= WEBHOOKS else None

    patient: Awaitable[tuple[int, int, int]] = eventually(look, "all are recorded", 120)
    assert await patient == (WEBHOOKS, WEBHOOKS, WEBHOOKS)
