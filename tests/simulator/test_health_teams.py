"""Whether a bot's secret is still good, asked of the simulated Teams over HTTP."""

from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, DeliveryError
from platforms.abilities import Health, LooksUp, RefreshesTokens
from platforms.teams.account import TeamsAccount as ChannelAccount
from simulator.schemas import Fault
from tests.simulator.harness import World
from tests.simulator.questions import FAULTS
from tests.simulator.teams_world import SECRET, TeamsWorld

HOOK = "https://pytake.example/api/webhooks/teams/1"


@pytest.fixture
async def teams(sim: World) -> TeamsWorld:
    made = TeamsWorld(sim)
    await made.register()
    return made


async def check(teams: TeamsWorld, **changed: Any) -> Health:
    channel = ChannelAccount.model_validate({**teams.channel.model_dump(), **changed})
    return await teams.adapter.check(teams.world.http, channel, HOOK)


async def test_a_bot_that_works(teams: TeamsWorld) -> None:
    health = await check(teams)
    assert health == Health(notes={"checked": "the client secret alone"})


async def test_a_secret_that_has_ended_shows_though_a_token_is_left(teams: TeamsWorld) -> None:
    await check(teams)
    await teams.register(client_secret="the next one")
    with pytest.raises(ChannelUnauthorized, match="AADSTS7000215") as raised:
        await check(teams)
    assert SECRET not in str(raised.value)
    await check(teams, client_secret="the next one")


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"tenant_id": "another"}, "AADSTS700016"), ({"app_id": "another"}, "AADSTS700016")],
)
async def test_a_bot_that_nobody_knows(
    teams: TeamsWorld, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(ChannelUnauthorized, match=said):
        await check(teams, **changed)


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    teams: TeamsWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await teams.world.control.arm(Fault(platform="teams", on="call", **fault))
    with pytest.raises(meant):
        await check(teams)
    await check(teams)


def test_what_teams_does_not_offer(teams: TeamsWorld) -> None:
    assert not isinstance(teams.adapter, LooksUp)
    assert not isinstance(teams.adapter, RefreshesTokens)
