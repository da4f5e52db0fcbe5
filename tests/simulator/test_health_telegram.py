"""Whether a bot works, asked of the simulated Bot API over HTTP."""

from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, DeliveryError
from platforms.abilities import Health, Subscription
from platforms.telegram.account import TelegramAccount
from platforms.telegram.platform import Telegram
from simulator.schemas import Fault
from tests.simulator.harness import BOT_SECRET, BOT_TOKEN, World
from tests.simulator.questions import FAULTS


async def check(sim: World, hook: str | None = None, **changed: Any) -> Health:
    known = {
        "token": BOT_TOKEN,
        "secret_token": BOT_SECRET,
        "api_base": sim.control.telegram_url,
        **changed,
    }
    channel = TelegramAccount.model_validate(known)
    return await Telegram().check(sim.http, channel, hook or f"{sim.receiver.url}/hooks/telegram")


async def test_a_bot_that_works(sim: World) -> None:
    health = await check(sim)
    assert health.name == "padaria_bot"
    assert health.notes == {"username": "@padaria_bot", "updates waiting": "0"}
    url = f"{sim.receiver.url}/hooks/telegram"
    assert health.subscription == Subscription(active=True, url=url)


async def test_a_revoked_token(sim: World) -> None:
    with pytest.raises(ChannelUnauthorized, match="401: Unauthorized") as raised:
        await check(sim, token="7300000001:AAanother-token")
    assert "AAanother" not in str(raised.value)


async def test_a_bot_whose_updates_go_elsewhere(sim: World) -> None:
    found = (await check(sim, "https://pytake.example/api/webhooks/telegram/1")).subscription
    assert found is not None
    elsewhere = f"updates go to {sim.receiver.url}/hooks/telegram"
    assert (found.active, found.problem) == (False, elsewhere)
    await sim.call_bot("deleteWebhook")
    gone = (await check(sim)).subscription
    assert gone == Subscription(active=False, problem="no webhook is set")


@pytest.mark.parametrize(
    ("allowed", "active", "problem"),
    [
        (["message", "callback_query"], True, None),
        (["message"], True, "not asked for: callback_query"),
        (["callback_query"], False, "not asked for: message"),
    ],
)
async def test_a_bot_that_asks_for_too_little(
    sim: World, allowed: list[str], *, active: bool, problem: str | None
) -> None:
    url = f"{sim.receiver.url}/hooks/telegram"
    await sim.call_bot("setWebhook", json={"url": url, "allowed_updates": allowed})
    assert (await check(sim)).subscription == Subscription(active=active, url=url, problem=problem)


async def test_updates_that_wait_are_told_with_the_reason(sim: World) -> None:
    sim.receiver.script.extend([502] * 50)
    await sim.tell_bot(wait=False)
    await sim.receiver.count(1)
    health = await check(sim)
    assert health.notes["updates waiting"] == "1"
    assert "502" in health.notes["last error"]
    assert health.subscription is not None
    assert health.subscription.active
    assert health.subscription.problem is not None
    assert health.subscription.problem.startswith("1 updates wait: ")


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    sim: World, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await sim.control.arm(Fault(platform="telegram", on="call", **fault))
    with pytest.raises(meant):
        await check(sim)
    assert (await check(sim)).name == "padaria_bot"
