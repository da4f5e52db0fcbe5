"""Whether a bot works and where its interactions go, asked of the simulated Discord over HTTP."""

from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, DeliveryError
from platforms.abilities import Health, Subscription
from platforms.discord.account import DiscordAccount as ChannelAccount
from platforms.discord.gateway_protocol import Intent
from simulator.schemas import Fault
from tests.simulator.discord_world import APPLICATION, TOKEN, DiscordWorld
from tests.simulator.harness import World
from tests.simulator.questions import FAULTS


@pytest.fixture
async def discord(sim: World) -> DiscordWorld:
    made = DiscordWorld(sim)
    await made.register()
    return made


async def check(discord: DiscordWorld, hook: str | None = None, **changed: Any) -> Health:
    known = {**discord.channel.model_dump(), **changed}
    channel = ChannelAccount.model_validate(known)
    url = hook or f"{discord.world.receiver.url}/hooks/discord"
    return await discord.adapter.check(discord.world.http, channel, url)


async def test_a_bot_that_works(discord: DiscordWorld) -> None:
    health = await check(discord)
    assert health.name == "simulated_bot"
    assert health.notes == {"bot": "simulatedbot", "webhook events": "enabled", "servers": "1"}
    url = f"{discord.world.receiver.url}/hooks/discord"
    assert health.subscription == Subscription(active=True, url=url)


async def test_a_token_that_was_reset(discord: DiscordWorld) -> None:
    await discord.register(bot_token="another-token-of-the-bot")
    with pytest.raises(ChannelUnauthorized, match="401: Unauthorized") as raised:
        await check(discord)
    assert TOKEN not in str(raised.value)


async def test_without_an_address_interactions_come_by_the_gateway(discord: DiscordWorld) -> None:
    await discord.register(webhook_url="")
    health = await check(discord)
    assert health.subscription == Subscription(active=True)
    assert health.notes["webhook events"] == "disabled"


async def test_interactions_that_go_elsewhere(discord: DiscordWorld) -> None:
    found = (await check(discord, "https://pytake.example/api/webhooks/discord/1")).subscription
    assert found is not None
    url = f"{discord.world.receiver.url}/hooks/discord"
    assert (found.active, found.url) == (False, url)
    assert found.problem == f"interactions go to {url}; webhook events go to {url}"


async def test_intents_that_are_not_switched_on(discord: DiscordWorld) -> None:
    await discord.register(gateway={"privileged": int(Intent.GUILD_MEMBERS)})
    found = (await check(discord)).subscription
    assert found is not None
    problem = "the message content intent is not switched on in the developer portal"
    assert (found.active, found.problem) == (False, problem)
    modest = await check(discord, intents=int(Intent.GUILD_MEMBERS | Intent.DIRECT_MESSAGES))
    assert modest.subscription == Subscription(active=True, url=found.url)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"public_key": "0" * 64}, "public_key is not that of the application"),
        ({"public_key": ""}, "public_key is not that of the application"),
        (
            {"application_id": "1380000000000000999"},
            f"the token is of application {APPLICATION}, not of 1380000000000000999",
        ),
    ],
)
async def test_settings_of_another_application(
    discord: DiscordWorld, changed: dict[str, str], problem: str
) -> None:
    found = (await check(discord, **changed)).subscription
    assert found is not None
    assert not found.active
    assert problem in (found.problem or "")


async def test_webhook_events_that_discord_gave_up(discord: DiscordWorld) -> None:
    await discord.register(event_webhooks_status=3)
    found = (await check(discord)).subscription
    assert found is not None
    assert (found.active, found.problem) == (True, "webhook events are disabled by Discord")


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    discord: DiscordWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await discord.world.control.arm(Fault(platform="discord", on="call", **fault))
    with pytest.raises(meant):
        await check(discord)
    assert (await check(discord)).name == "simulated_bot"
