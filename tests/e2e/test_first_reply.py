"""The straight line of one message, against real processes: what docs/architecture.md tells, as a test."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from bench.system import System
from settings import environment
from simulator.client import SimulatorClient
from simulator.demo import TELEGRAM
from tests.api.payloads import URL, envelope, signed
from tests.api.payloads import text as text_message
from tests.conftest import own_folder
from tests.stack import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CUSTOMER = "5511987654321"
CHAT = 424242


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with own_folder() as folder, System(folder) as running:
        yield running


async def heard(simulator: SimulatorClient, to: str, words: str) -> dict[str, Any]:
    """The first message with those words that the simulated platform accepted for a customer."""

    async def look() -> dict[str, Any] | None:
        for entry in await simulator.ledger(to=to):
            if words in entry.text:
                return entry.model_dump()
        return None

    return await eventually(look, f"{to} hears {words!r}", 30)


async def owned_by_an_agent(api: httpx.AsyncClient, address: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        page = (await api.get("/api/v1/conversations", params={"search": address})).json()
        found: list[dict[str, Any]] = page["items"]
        return found[0] if found and found[0]["owner"]["kind"] == "agent" else None

    return await eventually(look, f"{address} is with an agent", 30)


@asynccontextmanager
async def signed_in(system: System, email: str) -> AsyncIterator[httpx.AsyncClient]:
    token = await asyncio.to_thread(system.sign_in, email)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=system.base_url, headers=headers, timeout=30) as api:
        yield api


async def email_of(api: httpx.AsyncClient, user_id: str) -> str:
    people = (await api.get("/api/v1/people")).json()
    return next(str(one["email"]) for one in people if one["id"] == user_id)


async def details(client: Client, workflow_id: str) -> str:
    """What Temporal's UI shows of a running workflow."""
    handle = client.get_workflow_handle(workflow_id)
    metadata: WorkflowMetadata = await handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return metadata.current_details


async def test_a_whatsapp_text_gets_a_bot_then_a_human_then_a_receipt(system: System) -> None:
    async with (
        SimulatorClient(system.simulator_url) as simulator,
        signed_in(system, "admin@demo.example") as admin,
    ):

        async def say(words: str) -> None:
            body = envelope(text_message(CUSTOMER, words))
            answer = await admin.post(URL, content=body, headers=signed(body))
            assert answer.status_code == 200

        await say("Hello")
        await heard(simulator, CUSTOMER, "What is your name?")
        await say("Ana")
        menu = await heard(simulator, CUSTOMER, "How can we help you, Ana?")
        assert "Talk to a person" in [option["title"] for option in menu["options"]]

        client = await Client.connect(
            system.temporal_address, data_converter=pydantic_data_converter
        )
        running = [one async for one in client.list_workflows("ExecutionStatus = 'Running'")]
        shown = {one.workflow_type: await details(client, one.id) for one in running}
        assert "A flow is talking to the contact" in shown["ConversationWorkflow"]
        assert "waiting at `topic`" in shown["FlowRunWorkflow"]

        await say("Talk to a person")
        conversation = await owned_by_an_agent(admin, CUSTOMER)
        email = await email_of(admin, conversation["owner"]["id"])
        path = f"/api/v1/conversations/{conversation['id']}"
        async with signed_in(system, email) as agent:
            answer = await agent.post(f"{path}/messages", json={"text": "Good morning, Ana."})
        assert answer.status_code == 202
        await heard(simulator, CUSTOMER, "Good morning, Ana.")

        async def delivered() -> str | None:
            messages = (await admin.get(f"{path}/messages")).json()
            status = str(messages[-1]["status"])
            return status if status in {"delivered", "read"} else None

        await eventually(delivered, "the receipt turns to delivered")
        by_agent = [one async for one in client.list_workflows("PytakeOwner STARTS_WITH 'agent:'")]
        assert [one.workflow_type for one in by_agent] == ["ConversationWorkflow"]


async def test_a_telegram_update_walks_the_same_line(system: System) -> None:
    async with (
        SimulatorClient(system.simulator_url) as simulator,
        signed_in(system, "admin@demo.example") as admin,
    ):
        secret = {"x-telegram-bot-api-secret-token": TELEGRAM.account["secret_token"]}

        async def say(number: int, words: str) -> None:
            person = {"id": CHAT, "is_bot": False, "first_name": "Bia"}
            message = {
                # Both sides of a chat share its numbers, and the simulator counts from 1.
                "message_id": 9000 + number,
                "date": 1767225600,
                "from": person,
                "chat": {"id": CHAT, "type": "private", "first_name": "Bia"},
                "text": words,
            }
            update = {"update_id": 1000 + number, "message": message}
            answer = await admin.post(
                f"/api/webhooks/telegram/{TELEGRAM.id}", json=update, headers=secret
            )
            assert answer.status_code == 200

        await say(1, "Hello")
        await heard(simulator, str(CHAT), "What is your name?")
        await say(2, "Bia")
        menu = await heard(simulator, str(CHAT), "How can we help you, Bia?")
        assert len(menu["options"]) == 4
        await say(3, "talk to a person")
        conversation = await owned_by_an_agent(admin, str(CHAT))
        path = f"/api/v1/conversations/{conversation['id']}"
        email = await email_of(admin, conversation["owner"]["id"])
        async with signed_in(system, email) as agent:
            await agent.post(f"{path}/messages", json={"text": "Good morning, Bia."})
        await heard(simulator, str(CHAT), "Good morning, Bia.")


def pytake(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command itself, as a person types it."""
    ports = {
        "PYTAKE_PORT": str(system.settings.port),
        "PYTAKE_SIMULATOR_PORT": str(system.settings.simulator_port),
        "PYTAKE_STATE_DIR": str(system.settings.state_dir),
    }
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=ROOT,
        env=environment() | ports,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_say_plays_a_customer_and_reply_plays_the_agent(system: System) -> None:
    said = pytake(system, "say", "--platform", "telegram", "--from", "515151", "Hello", "Caio")
    assert said.returncode == 0, said.stderr
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert lines[1]["text"] == "What is your name?"
    assert lines[2]["options"]
    replied = pytake(system, "reply", "515151", "Here is a person.")
    assert replied.returncode == 0, replied.stderr
    listed = pytake(system, "conversations", "--json")
    newest = json.loads(listed.stdout.splitlines()[0])
    assert (newest["address"], newest["preview"]) == ("515151", "Here is a person.")
    nobody = pytake(system, "reply", "0000000", "Hello")
    assert nobody.returncode == 1
    assert nobody.stderr.strip() == "pytake: no conversation with '0000000'"


def test_say_plays_a_visitor_of_the_web_chat(system: System) -> None:
    said = pytake(
        system,
        "say",
        "--platform",
        "webchat",
        "--from",
        "lia",
        "Hello",
        "Lia",
        "--press",
        "opening hours",
    )
    assert said.returncode == 0, said.stdout + said.stderr
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    texts = [line["text"] for line in lines]
    assert texts[1] == "What is your name?"
    assert "How can we help you, Lia?" in texts[2]
    assert "Talk to a person" in [option["title"] for option in lines[2]["options"]]
    assert any("Monday to Friday" in text for text in texts[3:])
    replied = pytake(system, "reply", "lia", "Here is a person.")
    assert replied.returncode == 0, replied.stderr
    odd = pytake(system, "say", "--platform", "webchat", "--from", "lia", "Hm", "--press", "moon")
    assert odd.returncode == 1
    assert "there is no option 'moon' to press" in odd.stdout
