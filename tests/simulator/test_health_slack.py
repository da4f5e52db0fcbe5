"""Whether an installation works, and its next token, asked of the simulated Slack over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from domain.errors import ChannelUnauthorized, DeliveryError
from platforms.abilities import Health, Refreshed
from platforms.slack.account import SlackAccount as ChannelAccount
from platforms.slack.platform import Slack
from simulator import clock
from simulator.schemas import Fault
from simulator.slack.account import SCOPES
from tests.simulator.harness import World
from tests.simulator.questions import FAULTS
from tests.simulator.slack_world import TEAM, TOKEN, account, channel_account

HOOK = "https://pytake.example/api/webhooks/slack/1"
ROTATING = {
    "client_id": "7007.1",
    "client_secret": "client-secret-one",
    "refresh_token": "xoxe-1-the-first",
}


def channel(sim: World, **changed: Any) -> ChannelAccount:
    known = {**channel_account(sim).model_dump(), **changed}
    return ChannelAccount.model_validate(known)


async def check(sim: World, **changed: Any) -> Health:
    return await Slack().check(sim.http, channel(sim, **changed), HOOK)


async def renew(sim: World, **changed: Any) -> Refreshed | None:
    return await Slack().refresh(sim.http, channel(sim, **{**ROTATING, **changed}))


async def register(sim: World, **fields: Any) -> None:
    await sim.control.put_account("slack", TEAM, account(sim, **fields))


async def test_an_installation_that_works(sim: World) -> None:
    await register(sim)
    health = await check(sim)
    assert health == Health(name="simulated", notes={"bot": "padaria"})


@pytest.mark.parametrize(
    ("fields", "token", "said"),
    [
        ({}, "xoxb-nobody's", "invalid_auth"),
        ({"revoked": True}, TOKEN, "token_revoked"),
        ({"token_expires_at": clock.now() - timedelta(seconds=1)}, TOKEN, "token_expired"),
    ],
)
async def test_a_token_that_is_no_good(
    sim: World, fields: dict[str, Any], token: str, said: str
) -> None:
    await register(sim, **fields)
    with pytest.raises(ChannelUnauthorized, match=said) as raised:
        await check(sim, bot_token=token)
    assert raised.value.vendor_code == said
    assert token not in str(raised.value)


async def test_permissions_that_are_missing(sim: World) -> None:
    scopes = [scope for scope in SCOPES if scope not in {"files:write", "metadata.message:read"}]
    await register(sim, scopes=scopes)
    notes = (await check(sim)).notes
    assert notes["missing permissions"] == "files:write, metadata.message:read"


async def test_a_token_of_another_workspace(sim: World) -> None:
    await register(sim)
    found = (await check(sim, team_id="T0OUTRA")).subscription
    assert found is not None
    problem = f"the token is of simulated {TEAM}, not of T0OUTRA"
    assert (found.active, found.problem) == (False, problem)


async def test_a_token_that_ends_says_when(sim: World) -> None:
    until = clock.now() + timedelta(hours=7)
    await register(sim, token_expires_at=until)
    told = (await check(sim)).token_expires_at
    assert told is not None
    assert abs(told - until) < timedelta(seconds=5)
    await register(sim)
    assert (await check(sim, token_expires_at=until.isoformat())).token_expires_at == until


async def test_the_next_token_works_and_so_does_the_one_after_it(sim: World) -> None:
    await register(sim, **ROTATING)
    first = await renew(sim)
    assert first is not None
    assert first.expires_at is not None
    assert abs(first.expires_at - clock.now() - timedelta(hours=12)) < timedelta(seconds=5)
    assert (await check(sim, **first.settings)).token_expires_at is not None
    second = await renew(sim, **first.settings)
    assert second is not None
    assert second.settings["bot_token"] not in {TOKEN, first.settings["bot_token"]}
    await check(sim, **second.settings)
    await check(sim)  # the old one is good until it ends: calls that are on their way do not fail


async def test_a_refresh_token_is_good_once(sim: World) -> None:
    await register(sim, **ROTATING)
    assert await renew(sim)
    with pytest.raises(ChannelUnauthorized, match="invalid_refresh_token"):
        await renew(sim)


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"client_id": "1.1"}, "invalid_client_id"), ({"client_secret": "no"}, "bad_client_secret")],
)
async def test_an_app_that_slack_does_not_know(
    sim: World, changed: dict[str, Any], said: str
) -> None:
    await register(sim, **ROTATING)
    with pytest.raises(ChannelUnauthorized, match=said) as raised:
        await renew(sim, **changed)
    assert ROTATING["refresh_token"] not in str(raised.value)


async def test_without_a_refresh_token_nothing_is_exchanged(sim: World) -> None:
    assert await Slack().refresh(sim.http, channel_account(sim)) is None
    whole = channel(sim, **ROTATING)
    for name in ROTATING:
        lacking = whole.model_copy(update={name: None})
        assert await Slack().refresh(sim.http, lacking) is None
    assert SecretStr(ROTATING["refresh_token"]) == whole.refresh_token


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    sim: World, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await register(sim)
    await sim.control.arm(Fault(platform="slack", on="call", **fault))
    with pytest.raises(meant):
        await check(sim)
    assert (await check(sim)).name == "simulated"


REFUSED = [one for one in FAULTS if one[0]["kind"] in {"throttle", "error"}]


@pytest.mark.parametrize(("fault", "meant"), REFUSED)
async def test_an_exchange_that_was_refused_can_be_made_again(
    sim: World, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await register(sim, **ROTATING)
    await sim.control.arm(Fault(platform="slack", on="call", **fault))
    with pytest.raises(meant):
        await renew(sim)
    assert await renew(sim)
