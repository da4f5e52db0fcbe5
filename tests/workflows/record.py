"""Records the histories that the replay gate (P10) replays: one per life a conversation can lead.

Run it after a workflow gained something new, with a new folder name; never record over a released folder:

    python -m tests.workflows.record 0.2
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import WorkflowHistory

from embedded.postgres import EmbeddedPostgres
from embedded.temporal import TemporalDevServer
from storage import migrate
from tests.stack import Stack, eventually, running
from workflows.search import ATTRIBUTES

HISTORIES = Path(__file__).parent / "histories"


async def handed_over_and_resolved(stack: Stack, agent: httpx.AsyncClient, who: str) -> None:
    """A flow asks, hands over; an agent replies, notes, tags, resolves; the contact comes back."""
    for words in ("Hello", "Ana", "Talk to a person"):
        await _say(stack, words, who)
    path = await _path(stack, agent, who)
    await agent.post(f"{path}/take_over")
    await agent.post(f"{path}/messages", json={"text": "Good morning"})
    await agent.post(f"{path}/note", json={"text": "Likes tea"})
    await agent.post(f"{path}/tag", json={"add": ["vip"]})
    await agent.post(f"{path}/set_priority", json={"priority": "high"})
    await stack.heard(5, who)
    await agent.post(f"{path}/resolve")
    await _say(stack, "One more thing", who)


async def taken_over_from_the_flow(stack: Stack, agent: httpx.AsyncClient, who: str) -> None:
    """An agent takes over while the flow waits for an answer."""
    await _say(stack, "Hello", who)
    path = await _path(stack, agent, who)
    await agent.post(f"{path}/take_over")
    await stack.say("And now?", who)
    await agent.post(f"{path}/messages", json={"text": "Now it is me"})
    await stack.heard(3, who)


async def snoozed_and_woken(stack: Stack, agent: httpx.AsyncClient, who: str) -> None:
    """A conversation sleeps for a second, and is reopened after it was resolved."""
    await _say(stack, "Hello", who)
    path = await _path(stack, agent, who)
    await agent.post(f"{path}/take_over")
    until = datetime.now(UTC) + timedelta(seconds=1)
    await agent.post(f"{path}/snooze", json={"until": until.isoformat()})

    async def awake() -> bool | None:
        return True if (await agent.get(path)).json()["status"] == "open" else None

    await eventually(awake, "it wakes")
    await agent.post(f"{path}/assign", json={})
    await agent.post(f"{path}/resolve")
    await agent.post(f"{path}/reopen")


async def several_at_once_with_a_picture(stack: Stack, agent: httpx.AsyncClient, who: str) -> None:
    """A burst, and a file that is fetched beside it."""
    await _say(stack, "Hello", who)
    await stack.say_many([f"line {number}" for number in range(6)], who)
    await stack.transcript(agent, await _path(stack, agent, who), 7)


LIVES: tuple[Callable[[Stack, httpx.AsyncClient, str], Awaitable[None]], ...] = (
    handed_over_and_resolved,
    taken_over_from_the_flow,
    snoozed_and_woken,
    several_at_once_with_a_picture,
)


async def _say(stack: Stack, words: str, who: str) -> None:
    """Say it, and let the flow finish its answer."""
    before = len(await stack.simulator.ledger(to=who))
    await stack.say(words, who)
    await stack.heard(before + 1, who)


async def _path(stack: Stack, agent: httpx.AsyncClient, who: str) -> str:
    return f"/api/v1/conversations/{(await stack.conversation(agent, who))['id']}"


async def record(folder: Path) -> None:
    """Live each life once and write down every workflow's history."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        with (
            EmbeddedPostgres(here / "pg", fsync=False) as postgres,
            TemporalDevServer(here / "temporal", search_attributes=ATTRIBUTES) as temporal,
        ):
            migrate.upgrade(postgres.owner_url(), postgres.app_url())
            urls = postgres.app_url(), postgres.owner_url()
            async with running(*urls, temporal.address, here) as stack:
                await _live(stack, folder)


async def _live(stack: Stack, folder: Path) -> None:
    agent = await stack.sign_in()
    for number, life in enumerate(LIVES):
        await life(stack, agent, f"551196000000{number}")
    await agent.aclose()
    histories = [one async for one in stack.services.temporal.list_workflows().map_histories()]
    write(folder, histories)


def write(folder: Path, histories: list[WorkflowHistory]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    counted: dict[str, Any] = {}
    for history in histories:
        kind = history.workflow_id.split("/")[0]
        counted[kind] = counted.get(kind, 0) + 1
        # Workflows look at their own id, so it is part of what must be replayed.
        kept = {"workflow_id": history.workflow_id, **history.to_json_dict()}
        file = folder / f"{kind}-{counted[kind]:02}.json"
        file.write_text(json.dumps(kept, separators=(",", ":")) + "\n", "utf-8")
    print(f"recorded in {folder}: {counted}")  # noqa: T201  for whoever runs it


if __name__ == "__main__":
    asyncio.run(record(HISTORIES / sys.argv[1]))
