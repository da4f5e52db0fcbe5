"""`say` plays a customer: it posts each text, shows every answer, and says when nobody takes it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from cli.say import say
from simulator.client import SimulatorClient
from simulator.schemas import PlatformKey, ReceiptPolicy
from tests.simulator.harness import BOT_ID, CHAT, CUSTOMER, PHONE_ID, Received, World
from tests.simulator.messages import buttons

SIDES: dict[PlatformKey, tuple[str, str]] = {
    "whatsapp": (f"+{CUSTOMER}", PHONE_ID),
    "telegram": (CHAT, BOT_ID),
}


def said_text(request: Received) -> str | None:
    """What the customer wrote; None for anything else."""
    if request.path == "/hooks/telegram":
        text: str | None = request.json.get("message", {}).get("text")
        return text
    message = request.json["entry"][0]["changes"][0]["value"]["messages"][0]
    body: str | None = message.get("text", {}).get("body")
    return body


@asynccontextmanager
async def shop(sim: World) -> AsyncIterator[None]:
    """A business that answers every text twice."""

    async def answer() -> None:
        for number in range(1, 100):
            request = (await sim.receiver.count(number))[number - 1]
            text = said_text(request)
            for line in (f"eco {text}", "mais algo?") if text else ("anotado",):
                if request.path == "/hooks/telegram":
                    await sim.send_bot(text=line)
                else:
                    await sim.send_text(line)

    await sim.control.set_receipts(ReceiptPolicy(mode="none"))
    task = asyncio.create_task(answer())
    try:
        yield
    finally:
        task.cancel()


async def run(
    sim: World, platform: PlatformKey, texts: list[str], **options: Any
) -> tuple[int, list[dict[str, Any]]]:
    shown: list[dict[str, Any]] = []
    sender, account = SIDES[platform]
    code = await say(
        platform,
        sender,
        texts,
        wait=options.pop("wait", 10),
        simulator=sim.control,
        account=account,
        emit=shown.append,
        **options,
    )
    return code, shown


@pytest.mark.parametrize("platform", SIDES)
async def test_every_answer_is_shown_in_order(sim: World, platform: PlatformKey) -> None:
    async with shop(sim):
        code, shown = await run(sim, platform, ["um", "dois"])
    assert code == 0
    assert [line["text"] for line in shown] == ["eco um", "mais algo?", "eco dois", "mais algo?"]
    for line in shown:
        assert set(line) == {"platform", "to", "external_id", "type", "text", "options"}
        assert (line["platform"], line["to"]) == (platform, SIDES[platform][0].lstrip("+"))


async def test_silence_ends_after_the_wait(sim: World) -> None:
    async with asyncio.timeout(10):
        assert await run(sim, "whatsapp", ["alô?"], wait=0.1) == (0, [])


async def test_answers_from_before_are_not_shown_but_can_be_pressed(open_sim: World) -> None:
    await open_sim.control.set_receipts(ReceiptPolicy(mode="none"))
    await open_sim.send(buttons(("s", "Sim"), ("n", "Não")))
    async with shop(open_sim):
        code, shown = await run(open_sim, "whatsapp", [], press="não")
    assert (code, [line["text"] for line in shown]) == (0, ["anotado"])
    message = open_sim.receiver.received[0].json["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["interactive"]["button_reply"] == {"id": "n", "title": "Não"}


async def test_pressing_what_is_not_offered_is_an_error(open_sim: World) -> None:
    await open_sim.send(
        buttons(
            ("s", "Sim"),
        )
    )
    code, shown = await run(open_sim, "whatsapp", [], press="talvez")
    assert (code, shown) == (1, [{"error": "there is no option 'talvez' to press; offered: Sim"}])


async def test_a_webhook_that_nobody_takes_is_an_error(sim: World) -> None:
    sim.receiver.script = [403] * 10
    code, shown = await run(sim, "telegram", ["oi", "nunca dito"])
    expected = "the webhook was not accepted after 5 attempts: it answered 403"
    assert (code, shown) == (1, [{"error": expected}])


async def test_a_simulator_that_is_not_there_is_an_error() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    shown: list[dict[str, Any]] = []
    transport = httpx.MockTransport(nobody)
    client = SimulatorClient("http://127.0.0.1:1", httpx.AsyncClient(transport=transport))
    async with client as simulator:
        code = await say(
            "telegram", CHAT, ["oi"], simulator=simulator, account=BOT_ID, emit=shown.append
        )
    assert (code, shown) == (1, [{"error": "the simulator does not answer: ConnectError"}])
