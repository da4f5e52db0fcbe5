"""Whether an agent's service account works and where its webhooks go, asked of the simulated RBM over HTTP."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.errors import ChannelUnauthorized, DeliveryError, OutcomeUnknown, PlatformUnavailable
from platforms.abilities import Health, KeepsTemplates, LooksUp, RefreshesTokens, Subscription
from platforms.rbm.account import RbmAccount as ChannelAccount
from platforms.rbm.tokens import MANAGEMENT_SCOPE, authorization
from simulator.schemas import Fault
from tests.simulator.harness import World
from tests.simulator.questions import FAULTS
from tests.simulator.rbm_world import AGENT, ANA, PRIVATE, RbmWorld

BRAND = "4d5e6f70-brand"


@pytest.fixture
async def rbm(sim: World) -> RbmWorld:
    made = RbmWorld(sim)
    await made.register()
    return made


async def check(rbm: RbmWorld, hook: str | None = None, **changed: Any) -> Health:
    known = {**rbm.channel.model_dump(), "brand_id": BRAND, "management_base": rbm.base}
    channel = ChannelAccount.model_validate({**known, **changed})
    url = hook or f"{rbm.world.receiver.url}/hooks/rbm"
    return await rbm.adapter.check(rbm.world.http, channel, url)


async def test_an_agent_that_works(rbm: RbmWorld) -> None:
    health = await check(rbm)
    url = f"{rbm.world.receiver.url}/hooks/rbm"
    subscription = Subscription(active=True, url=url)
    assert health == Health(name="Simulated agent", subscription=subscription)


async def test_without_its_brand_only_the_service_account_is_checked(rbm: RbmWorld) -> None:
    health = await check(rbm, brand_id=None)
    assert health == Health(notes={"checked": "the service account alone"})


@pytest.mark.parametrize("brand", [None, BRAND])
async def test_a_key_that_was_taken_back(rbm: RbmWorld, brand: str | None) -> None:
    """Though a token that was given before would still be good for a while."""
    await check(rbm)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    await rbm.register(public_key=pem)
    with pytest.raises(ChannelUnauthorized, match="Invalid JWT Signature") as raised:
        await check(rbm, brand_id=brand)
    assert PRIVATE not in str(raised.value)


async def test_webhooks_that_go_elsewhere(rbm: RbmWorld) -> None:
    found = (await check(rbm, "https://pytake.example/api/webhooks/rbm/1")).subscription
    assert found is not None
    url = f"{rbm.world.receiver.url}/hooks/rbm"
    expected = Subscription(active=False, url=url, problem=f"webhooks go to {url}")
    assert found == expected


async def test_the_address_that_all_agents_share(rbm: RbmWorld) -> None:
    found = (await check(rbm, f"{rbm.world.receiver.url}/hooks/rbm/7")).subscription
    assert found is not None
    assert found.active


async def test_a_webhook_that_is_switched_off(rbm: RbmWorld) -> None:
    await rbm.register(webhook_status="DISABLED")
    found = (await check(rbm)).subscription
    assert found is not None
    assert (found.active, found.problem) == (False, "the webhook is DISABLED")


async def test_the_webhook_of_the_partner_cannot_be_asked_for(rbm: RbmWorld) -> None:
    await rbm.register(own_webhook=False)
    health = await check(rbm)
    assert health.subscription is None
    assert health.notes == {"webhook": "the partner's, which cannot be asked for"}


@pytest.mark.parametrize(
    ("fields", "brand", "said"),
    [({"manages": False}, BRAND, "PERMISSION_DENIED"), ({}, "another", "NOT_FOUND")],
)
async def test_who_may_send_need_not_be_allowed_to_ask(
    rbm: RbmWorld, fields: dict[str, Any], brand: str, said: str
) -> None:
    await rbm.register(**fields)
    health = await check(rbm, brand_id=brand)
    assert (health.name, health.subscription) == (None, None)
    assert said in health.notes["agent"]


async def test_each_api_takes_a_token_of_its_own(rbm: RbmWorld) -> None:
    agent = AGENT.partition("@")[0]
    path = f"/v1/brands/{BRAND}/agents/{agent}"
    sending = await authorization(rbm.world.http, rbm.channel)
    managing = await authorization(rbm.world.http, rbm.channel, MANAGEMENT_SCOPE)
    url = f"{rbm.base}/v1/phones/+{ANA}/capabilities"
    query = {"agentId": AGENT, "requestId": "0198f0aa-0000-7000-8000-000000000001"}
    for address, params, good, bad in (
        (f"{rbm.base}{path}", {}, managing, sending),
        (url, query, sending, managing),
    ):
        answers = [
            await rbm.world.http.get(address, params=params, headers=headers)
            for headers in (good, bad)
        ]
        assert [answer.status_code for answer in answers] == [200, 403]
        assert "insufficient authentication scopes" in answers[1].text


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    rbm: RbmWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await rbm.world.control.arm(Fault(platform="rbm", on="call", **fault))
    with pytest.raises(meant):
        await check(rbm)
    assert (await check(rbm)).name == "Simulated agent"


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
async def test_a_send_in_doubt_is_settled_by_sending_it_again(rbm: RbmWorld, kind: str) -> None:
    """The id is the key: the second is refused as a copy (409), which says that the first was taken."""
    await rbm.world.control.arm(Fault.model_validate({"platform": "rbm", "kind": kind}))
    with pytest.raises((OutcomeUnknown, PlatformUnavailable)):
        await rbm.send("oi")
    again = await rbm.send("oi")
    (entry,) = await rbm.world.control.ledger()
    assert (again.message_external_id, again.status) == (entry.external_id, "sent")


def test_what_rbm_does_not_offer(rbm: RbmWorld) -> None:
    for kind in (LooksUp, KeepsTemplates, RefreshesTokens):
        assert not isinstance(rbm.adapter, kind)
