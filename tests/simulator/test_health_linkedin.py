"""Whether a token works, its next one, and a Page's webhooks, asked of the simulated LinkedIn over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, DeliveryError
from platforms.abilities import Health, LooksUp, Refreshed, Subscription
from platforms.linkedin.account import LinkedInAccount as ChannelAccount
from platforms.linkedin.calls import TOKENS, refreshing
from simulator import clock
from simulator.schemas import Fault
from tests.simulator.harness import World
from tests.simulator.linkedin_world import MEMBER, PAGE, SECRET, LinkedInWorld
from tests.simulator.linkedin_world import TOKENS as GIVEN
from tests.simulator.questions import FAULTS

APP = "77simulated0001"
REFRESH = "refresh-token-of-the-page"
SCOPES = "r_organization_social,rw_organization_admin,w_organization_social"


@pytest.fixture
async def linkedin(sim: World) -> LinkedInWorld:
    made = LinkedInWorld(sim)
    await made.register()
    await made.register(MEMBER)
    return made


def channel(linkedin: LinkedInWorld, urn: str = PAGE, **changed: Any) -> ChannelAccount:
    known = {**linkedin.channels[urn].model_dump(), "client_id": APP, **changed}
    made = ChannelAccount.model_validate(known)
    renewal = refreshing(made)
    if renewal is not None:  # another test may have left a token of another simulator
        TOKENS.forget(renewal)
    return made


async def check(
    linkedin: LinkedInWorld, urn: str = PAGE, hook: str | None = None, **changed: Any
) -> Health:
    url = hook or f"{linkedin.world.receiver.url}/hooks/linkedin"
    speaker = channel(linkedin, urn, **changed)
    return await linkedin.adapter.check(linkedin.world.http, speaker, url)


async def renew(linkedin: LinkedInWorld, **changed: Any) -> Refreshed | None:
    speaker = channel(linkedin, **{"refresh_token": REFRESH, **changed})
    return await linkedin.adapter.refresh(linkedin.world.http, speaker)


async def test_a_page_that_works(linkedin: LinkedInWorld) -> None:
    until = clock.now().replace(microsecond=0) + timedelta(days=40)
    await linkedin.register(token_expires_at=until)
    health = await check(linkedin)
    assert (health.name, health.token_expires_at) == ("Simulated page", until)
    url = f"{linkedin.world.receiver.url}/hooks/linkedin"
    assert health.subscription == Subscription(active=True, url=url)
    assert health.notes == {"permissions": SCOPES}


async def test_a_member_has_no_webhooks(linkedin: LinkedInWorld) -> None:
    health = await check(linkedin, MEMBER)
    assert (health.subscription, health.token_expires_at) == (None, None)


async def test_without_the_apps_id_nobody_says_until_when(linkedin: LinkedInWorld) -> None:
    await linkedin.register(token_expires_at=clock.now() + timedelta(days=40))
    health = await check(linkedin, client_id=None)
    assert (health.name, health.token_expires_at) == ("Simulated page", None)
    assert health.subscription is not None


ENDED = {"token_expires_at": clock.now() - timedelta(seconds=1)}
BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"revoked": True}, {}, "the token is revoked"),
    (ENDED, {}, "the token is expired"),
    ({}, {"access_token": "nobody's-token"}, "the token is not active"),
    ({}, {"client_secret": "no-secret-of-it"}, "Client authentication failed"),
    ({"revoked": True}, {"client_id": None}, "REVOKED_ACCESS_TOKEN: The token has been revoked"),
    (ENDED, {"client_id": None}, "EXPIRED_ACCESS_TOKEN"),
    ({}, {"client_id": None, "access_token": "nobody's-token"}, "INVALID_ACCESS_TOKEN"),
    ({"oldest_version": "202608"}, {}, "NONEXISTENT_VERSION"),
]


@pytest.mark.parametrize(("fields", "changed", "said"), BAD)
@pytest.mark.parametrize("urn", [PAGE, MEMBER])
async def test_a_token_that_is_no_good(
    linkedin: LinkedInWorld, urn: str, fields: dict[str, Any], changed: dict[str, Any], said: str
) -> None:
    await linkedin.register(urn, **fields)
    with pytest.raises(ChannelUnauthorized, match=said) as raised:
        await check(linkedin, urn, **changed)
    secrets = [SECRET, GIVEN[urn], *(value for value in changed.values() if value)]
    assert [one for one in secrets if one in str(raised.value)] == []


async def test_a_page_that_nobody_subscribed(linkedin: LinkedInWorld) -> None:
    await linkedin.register(subscribed=False)
    found = (await check(linkedin)).subscription
    assert found is not None
    assert not found.active
    assert "not subscribed" in (found.problem or "")


async def test_notifications_that_go_elsewhere(linkedin: LinkedInWorld) -> None:
    found = (await check(linkedin, hook="https://pytake.example/x/linkedin/1")).subscription
    url = f"{linkedin.world.receiver.url}/hooks/linkedin"
    expected = Subscription(active=False, url=url, problem=f"notifications go to {url}")
    assert found == expected
    shared = (await check(linkedin, hook=f"{url}/0198f0aa")).subscription
    assert shared is not None
    assert shared.active


async def test_a_subscription_that_ended(linkedin: LinkedInWorld) -> None:
    await linkedin.register(subscription_ends_at=clock.now() - timedelta(days=1))
    found = (await check(linkedin)).subscription
    assert found is not None
    assert not found.active
    assert (found.problem or "").startswith("the subscription ended at ")


async def test_a_token_that_may_not_ask_for_everything_still_works(linkedin: LinkedInWorld) -> None:
    await linkedin.register(may_look_up=False, portability=False)
    health = await check(linkedin)
    assert (health.name, health.subscription) == (None, None)
    assert "ACCESS_DENIED" in health.notes["webhook"]


async def test_the_next_token_works(linkedin: LinkedInWorld) -> None:
    await linkedin.register(refresh_token=REFRESH)
    made = await renew(linkedin)
    assert made is not None
    assert made.settings["refresh_token"] == REFRESH
    assert made.expires_at is not None
    assert abs(made.expires_at - clock.now() - timedelta(days=60)) < timedelta(minutes=5)
    await linkedin.register(access_token="the old one has ended", refresh_token=REFRESH)
    health = await check(linkedin, **made.settings)
    assert health.token_expires_at is not None
    assert abs(health.token_expires_at - made.expires_at) < timedelta(seconds=5)
    assert made.settings["access_token"] != GIVEN[PAGE]


async def test_a_refused_token_is_no_fault_where_another_can_be_had(
    linkedin: LinkedInWorld,
) -> None:
    await linkedin.register(access_token="another", refresh_token=REFRESH)
    health = await check(linkedin, refresh_token=REFRESH)
    assert (health.name, health.token_expires_at is not None) == ("Simulated page", True)


async def test_a_refresh_token_that_was_taken_back(linkedin: LinkedInWorld) -> None:
    await linkedin.register(revoked=True, refresh_token=REFRESH)
    said = "invalid, expired or revoked"
    with pytest.raises(ChannelUnauthorized, match=said) as raised:
        await renew(linkedin)
    assert REFRESH not in str(raised.value)
    with pytest.raises(ChannelUnauthorized, match=said):
        await check(linkedin, refresh_token=REFRESH)


async def test_without_a_refresh_token_nothing_is_exchanged(linkedin: LinkedInWorld) -> None:
    assert await renew(linkedin, refresh_token=None) is None
    assert await renew(linkedin, client_id=None) is None


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
@pytest.mark.parametrize("client_id", [APP, None])
async def test_a_question_that_fails_is_asked_again(
    linkedin: LinkedInWorld,
    client_id: str | None,
    fault: dict[str, Any],
    meant: type[DeliveryError],
) -> None:
    await linkedin.world.control.arm(Fault(platform="linkedin", on="call", **fault))
    with pytest.raises(meant):
        await check(linkedin, client_id=client_id)
    assert (await check(linkedin, client_id=client_id)).name == "Simulated page"


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_an_exchange_that_fails_is_made_again(
    linkedin: LinkedInWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await linkedin.register(refresh_token=REFRESH)
    await linkedin.world.control.arm(Fault(platform="linkedin", on="call", **fault))
    with pytest.raises(meant):
        await renew(linkedin)
    assert await renew(linkedin)


def test_linkedin_cannot_be_asked_for_what_was_sent(linkedin: LinkedInWorld) -> None:
    assert not isinstance(linkedin.adapter, LooksUp)
