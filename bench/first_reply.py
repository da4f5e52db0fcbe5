"""The hot path beside the bare loop, on one set of servers, in one run, interleaved.

    python bench/first_reply.py [--seconds 4] [--rounds 2] [--conversations 1 50 500]

Ratios compare paths of the same run; absolute figures belong to the machine. Aims: docs/performance.md.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
from rich.console import Console
from rich.table import Table
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import costs
from bench.accounting import Bill, bill
from bench.flows import ECHO
from bench.load import Outcome, Send, bursts, closed_loop, open_loop
from bench.paths import (
    Acknowledgements,
    AgentReply,
    Ours,
    OverHttp,
    Progress,
    bare,
    empty,
)
from bench.system import System
from bench.wire import Wire
from cli.demo import TENANT_ID
from embedded.ports import free_port
from embedded.process import Child, Command
from settings import environment
from simulator.client import SimulatorClient
from simulator.schemas import ReceiptPolicy, WhatsAppAccount

OPEN_RATE = 30.0
OPEN_CONVERSATIONS = 200
BURST = 10
BURST_CONVERSATIONS = 20
PATHS = (
    "bare loop",
    "inbound to a human",
    "empty shape",
    "first reply",
    "agent reply",
    "empty, no HTTP",
)
"""`empty shape` comes in over HTTP and leaves over HTTP, as the first reply does; the last one does neither."""
HUMAN, BOT = "11", "12"
"""Our two channels."""


@dataclass
class Bench:
    """Everything a measurement needs."""

    temporal: Client
    progress: Progress
    sends: dict[str, Send]
    human: Ours
    bot: Ours
    database_url: str

    async def warm_up(self, conversations: int) -> None:
        """Start what is missing of that many conversations on every path."""
        for name in ("bare loop", "empty shape", "empty, no HTTP"):
            await _at_once(self.sends[name], range(conversations))
        for ours in (self.human, self.bot):
            missing = [n for n in range(conversations) if n not in ours.conversations]
            await _at_once(ours.post, missing)
            await self._learn(ours, missing)

    async def _learn(self, ours: Ours, numbers: list[int]) -> None:
        """Find the new conversations, once each has an owner and is at rest."""
        wanted = {ours.address(number): number for number in numbers}
        settled = "owner_kind = 'agent'" if ours is self.human else "last_seq >= 4"
        query = f"SELECT address, id::text, last_seq FROM conversations WHERE {settled}"  # noqa: S608  our own words
        while wanted:
            async with await psycopg.AsyncConnection.connect(self.database_url) as connection:
                await connection.execute(
                    "SELECT set_config('app.tenant_id', %s, false)", (str(TENANT_ID),)
                )
                rows = await (await connection.execute(query)).fetchall()
            for address, conversation, seq in rows:
                if address in wanted:
                    ours.conversations[wanted.pop(address)] = conversation
                    self.progress.seq[conversation] = seq
            await asyncio.sleep(0.1)


async def _at_once(send: Callable[[int], Awaitable[None]], numbers: Any, width: int = 50) -> None:
    gate = asyncio.Semaphore(width)

    async def one(number: int) -> None:
        async with gate:
            await send(number)

    await asyncio.gather(*(one(number) for number in numbers))


@asynccontextmanager
async def prepared() -> AsyncIterator[Bench]:
    """The real stack, two channels on it, and the baselines' worker beside ours."""
    loop = asyncio.get_running_loop()
    with (
        tempfile.TemporaryDirectory(prefix="pytake-bench-") as folder,
        System(Path(folder)) as system,
    ):
        transport, acks = await loop.create_datagram_endpoint(
            Acknowledgements, local_addr=("127.0.0.1", 0)
        )
        port = transport.get_extra_info("sockname")[1]
        worker = _baseline_worker(system, Path(folder), port)
        shape_port = free_port()
        webhook = _baseline_webhook(system, Path(folder), shape_port)
        progress, listening = Progress(), asyncio.Event()
        following = asyncio.create_task(progress.follow(system.database_url, listening))
        wire = Wire("127.0.0.1", system.settings.port)
        shape_wire = Wire("127.0.0.1", shape_port)
        try:
            await _answers(f"http://127.0.0.1:{shape_port}/health")
            await listening.wait()
            client = await Client.connect(
                system.temporal_address, data_converter=pydantic_data_converter
            )
            human, bot = await _channels(system, wire, progress)
            token = system.sign_in()
            sends: dict[str, Send] = {
                "bare loop": bare(client, acks).send,
                "inbound to a human": human.send,
                "empty shape": OverHttp(shape_wire, acks).send,
                "first reply": bot.send,
                "agent reply": AgentReply(wire, progress, human, token).send,
                "empty, no HTTP": empty(client, acks).send,
            }
            yield Bench(client, progress, sends, human, bot, system.database_url)
        finally:
            following.cancel()
            wire.close()
            shape_wire.close()
            webhook.stop()
            worker.stop()
            transport.close()


def _baseline_worker(system: System, folder: Path, port: int) -> Child:
    send_url = f"{system.simulator_url}/whatsapp/v23.0/9900{BOT}/messages"
    order = [system.temporal_address, str(port), send_url, f"bench-token-{BOT}"]
    return _process("shapes", ["-m", "bench.shape_worker", *order], folder)


def _baseline_webhook(system: System, folder: Path, port: int) -> Child:
    order = [system.temporal_address, str(port)]
    return _process("shape-api", ["-m", "bench.shape_api", *order], folder)


def _process(name: str, arguments: list[str], folder: Path) -> Child:
    log = folder / "logs" / f"{name}.log"
    root = Path(__file__).parent.parent
    argv = [sys.executable, *arguments]
    return Child(Command(name=name, argv=argv, log=log, env=environment(), folder=root))


async def _answers(url: str) -> None:
    """Until a process of ours is up."""
    async with httpx.AsyncClient() as client:
        for _ in range(200):
            with suppress(httpx.TransportError):
                (await client.get(url)).raise_for_status()
                return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"nobody answers at {url}")


async def _channels(system: System, wire: Wire, progress: Progress) -> tuple[Ours, Ours]:
    """One channel that people answer, one that the smallest flow answers."""
    await _only_ana(system)
    admin = {"authorization": f"Bearer {system.sign_in('admin@demo.example')}"}
    async with (
        httpx.AsyncClient(base_url=system.base_url, headers=admin, timeout=30) as api,
        SimulatorClient(system.simulator_url) as simulator,
    ):
        await simulator.set_receipts(ReceiptPolicy(platform="whatsapp", mode="none"))
        deployed = await api.post("/api/v1/flows", json={"slug": "echo", "definition": ECHO})
        flow = deployed.raise_for_status().json()["flow"]["id"]
        human = await _channel(api, simulator, HUMAN, None)
        bot = await _channel(api, simulator, BOT, flow)
    return Ours(wire, progress, human, 1), Ours(wire, progress, bot, 3)


async def _channel(
    api: httpx.AsyncClient, simulator: SimulatorClient, prefix: str, flow: UUID | None
) -> dict[str, Any]:
    account = {
        "phone_number_id": f"9900{prefix}",
        "access_token": f"bench-token-{prefix}",
        "app_secret": f"bench-secret-{prefix}",
        "verify_token": "bench-verify",
        "api_base": simulator.whatsapp_url,
    }
    body = {"platform": "whatsapp", "name": f"Bench {prefix}", "account": account, "flow_id": flow}
    made = (await api.post("/api/v1/channels", json=body)).raise_for_status().json()
    path = f"/api/webhooks/whatsapp/{made['id']}"
    await simulator.put_whatsapp_account(
        account["phone_number_id"],
        WhatsAppAccount(
            access_token=account["access_token"],
            app_secret=account["app_secret"],
            verify_token=account["verify_token"],
            webhook_url=f"{api.base_url}{path}",
            trusting=True,
        ),
    )
    return {**account, "prefix": prefix, "path": path}


async def _only_ana(system: System) -> None:
    """Every conversation goes to one agent, who has room for all of them."""
    async with await psycopg.AsyncConnection.connect(system.database_url) as connection:
        await connection.execute("SELECT set_config('app.tenant_id', %s, false)", (str(TENANT_ID),))
        await connection.execute(
            "UPDATE users SET available = (email LIKE 'ana@%'), capacity = 1000000"
        )


async def counts(bench: Bench, messages: int = 10) -> dict[str, Bill]:
    """Actions and events of each path, one message after the other in one conversation."""
    await bench.warm_up(1)
    found: dict[str, Bill] = {}
    for name in PATHS:
        before = await _at_rest(bench.temporal)
        for _ in range(messages):
            await bench.sends[name](0)
        after = await _at_rest(bench.temporal)
        cost = Bill(after - before)
        cost.events = after.events - before.events
        found[name] = cost
    return found


async def _at_rest(client: Client) -> Bill:
    """The bill once it has stopped growing."""
    last = await bill(client)
    while True:
        await asyncio.sleep(0.3)
        now = await bill(client)
        if now.events == last.events:
            return now
        last = now


async def closed(
    bench: Bench, conversations: int, seconds: float, rounds: int
) -> dict[str, Outcome]:
    await bench.warm_up(conversations)
    total: dict[str, Outcome] = defaultdict(Outcome)
    for _ in range(rounds):
        for name in PATHS:
            total[name] += await closed_loop(bench.sends[name], conversations, seconds)
    return total


async def opened(bench: Bench, seconds: float, rounds: int) -> dict[str, Outcome]:
    await bench.warm_up(OPEN_CONVERSATIONS)
    total: dict[str, Outcome] = defaultdict(Outcome)
    for _ in range(rounds):
        for name in PATHS:
            total[name] += await open_loop(
                bench.sends[name], OPEN_CONVERSATIONS, OPEN_RATE, seconds
            )
    return total


async def in_bursts(bench: Bench, seconds: float, rounds: int) -> tuple[Outcome, Outcome]:
    """One at a time, and ten at once, of the same conversations."""
    await bench.warm_up(BURST_CONVERSATIONS)
    single, burst = Outcome(), Outcome()
    for _ in range(rounds):
        single += await closed_loop(bench.human.send, BURST_CONVERSATIONS, seconds)
        burst += await bursts(bench.human.send_many, BURST_CONVERSATIONS, BURST, seconds)
    return single, burst


def show_counts(console: Console, found: dict[str, Bill], messages: int = 10) -> None:
    prices = {
        "inbound to a human": costs.INBOUND,
        "first reply": costs.BOT_TURN,
        "agent reply": costs.AGENT_REPLY,
    }
    table = Table("path", "actions", "of which", "events", "SQL", title="Exact, per message")
    for name, cost in found.items():
        price = prices.get(name)
        parts = ", ".join(f"{kind} {count / messages:g}" for kind, count in sorted(cost.items()))
        sql = str(price.sql) if price else "-"
        table.add_row(
            name, f"{cost.actions / messages:g}", parts, f"{cost.events / messages:g}", sql
        )
    console.print(table)


def show(console: Console, title: str, found: dict[str, Outcome]) -> None:
    base, shape = found["bare loop"], found["empty shape"]
    table = Table(
        "path", "messages/s", "of the bare loop", "of the empty shape", "p50 ms", "p99 ms",
        "p50 / bare", title=title,
    )  # fmt: skip
    for name in PATHS:
        one = found[name]
        table.add_row(
            name,
            f"{one.rate:.0f}",
            f"{one.rate / base.rate:.2f}",
            f"{one.rate / shape.rate:.2f}",
            f"{one.percentile(0.5):.0f}",
            f"{one.percentile(0.99):.0f}",
            f"{one.percentile(0.5) / base.percentile(0.5):.2f}",
        )
    console.print(table)


async def main(arguments: argparse.Namespace) -> None:
    console = Console(width=120)
    async with prepared() as bench:
        show_counts(console, await counts(bench))
        for conversations in arguments.conversations:
            found = await closed(bench, conversations, arguments.seconds, arguments.rounds)
            show(console, f"Closed loop, {conversations} conversations", found)
        found = await opened(bench, arguments.seconds * 2, arguments.rounds)
        show(console, f"Open loop, {OPEN_RATE:g} messages/s", found)
        single, burst = await in_bursts(bench, arguments.seconds, arguments.rounds)
        console.print(
            f"Bursts of {BURST} in {BURST_CONVERSATIONS} conversations: {burst.rate:.0f} messages/s, "
            f"one at a time {single.rate:.0f}: {burst.rate / single.rate:.2f} times"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--conversations", type=int, nargs="+", default=[1, 50, 500])
    asyncio.run(main(parser.parse_args()))
