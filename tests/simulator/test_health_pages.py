"""Whether a page or an Instagram account works, asked of the simulated Graph API over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, ContentRejected, DeliveryError
from platforms.abilities import Health, Subscription
from platforms.meta.instagram.account import InstagramAccount
from platforms.meta.instagram.platform import Instagram
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.platform import SendApi
from platforms.meta.messenger.platform import Messenger
from simulator import clock
from simulator.schemas import Fault
from tests.simulator.harness import APP_SECRET, VERIFY_TOKEN, World
from tests.simulator.questions import APP, FAULTS
from tests.simulator.send_api import PAGE, PROFESSIONAL, TOKEN, account

PAGES: dict[str, SendApi] = {"messenger": Messenger(), "instagram": Instagram()}


class Desk:
    """A page or an Instagram account and the channel that speaks for it."""

    def __init__(self, sim: World, key: str) -> None:
        self.sim, self.key = sim, key
        self.hook = f"{sim.receiver.url}/hooks/{key}"
        self.adapter = PAGES[key]
        self.id = {"messenger": PAGE, "instagram": PROFESSIONAL}[key]

    async def put(self, **changed: Any) -> None:
        told = account(self.sim, self.key, **changed)
        await self.sim.control.put_account(self.key, self.id, told)

    def channel(self, **changed: Any) -> MessagingAccount:
        known = {
            {"messenger": "page_id", "instagram": "ig_id"}[self.key]: self.id,
            "access_token": TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api_base": self.sim.control.url_of(self.key),
            **changed,
        }
        return self.adapter.account_model.model_validate(known)

    async def check(self, hook: str | None = None, **changed: Any) -> Health:
        channel = self.channel(**changed)
        return await self.adapter.check(self.sim.http, channel, hook or self.hook)

    async def subscription(self, hook: str | None = None, **changed: Any) -> Subscription:
        found = (await self.check(hook, **changed)).subscription
        assert found is not None
        return found


@pytest.fixture(params=["messenger", "instagram"])
async def desk(sim: World, request: pytest.FixtureRequest) -> Desk:
    made = Desk(sim, request.param)
    await made.put()
    return made


@pytest.fixture
async def page(sim: World) -> Desk:
    made = Desk(sim, "messenger")
    await made.put()
    return made


@pytest.fixture
async def professional(sim: World) -> Desk:
    made = Desk(sim, "instagram")
    await made.put()
    return made


async def test_an_account_that_works(desk: Desk) -> None:
    health = await desk.check()
    named = {"messenger": "Padaria da Praça", "instagram": "padaria.da.praca"}
    assert health.name == named[desk.key]
    assert health.subscription == Subscription(active=True)
    assert health.notes == {}


async def test_a_revoked_token(desk: Desk) -> None:
    await desk.put(access_token="another-token")
    with pytest.raises(ChannelUnauthorized, match="Invalid OAuth access token") as raised:
        await desk.check()
    assert (raised.value.vendor_code, TOKEN in str(raised.value)) == ("190", False)


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_about_an_account_that_fails(
    desk: Desk, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await desk.sim.control.arm(Fault(platform=desk.key, on="call", **fault))
    with pytest.raises(meant):
        await desk.check()
    assert (await desk.check()).name


async def test_an_account_that_is_not_subscribed(desk: Desk) -> None:
    await desk.put(subscribed=False)
    found = await desk.subscription()
    assert (found.active, found.problem) == (
        False,
        "the app is not subscribed to the account's webhooks",
    )
    await desk.put(subscribed_fields=["messaging_postbacks"])
    found = await desk.subscription()
    assert not found.active
    assert found.problem is not None
    assert found.problem.startswith("not subscribed to messages")


async def test_without_echoes_messages_come_and_doubts_stay(page: Desk) -> None:
    fields = ["messages", "messaging_postbacks", "message_deliveries", "message_reads"]
    await page.put(subscribed_fields=fields)
    found = await page.subscription()
    assert (found.active, found.problem) == (True, "not subscribed to message_echoes")


async def test_the_token_of_another_page(page: Desk) -> None:
    with pytest.raises(ChannelUnauthorized, match=f"Padaria da Praça {PAGE}, not of page 42"):
        await page.check(page_id="42")


async def test_an_app_tells_where_its_webhooks_go(page: Desk) -> None:
    until = (clock.now() + timedelta(days=9)).replace(microsecond=0)
    await page.put(token_expires_at=until.isoformat())
    health = await page.check(f"{page.hook}/0198f0aa", app_id=APP)
    assert health.token_expires_at == until
    assert health.subscription == Subscription(active=True, url=page.hook)
    found = await page.subscription("https://elsewhere.example/hooks", app_id=APP)
    assert (found.active, found.problem) == (False, f"webhooks go to {page.hook}")
    found = await page.subscription(app_id="4242")
    assert not found.active


async def test_the_templates_of_a_page(page: Desk) -> None:
    (found,) = await Messenger().templates(page.sim.http, page.channel())
    assert (found.name, found.language, found.status) == ("visita", "pt_BR", "approved")


async def test_an_account_that_webhooks_call_otherwise(professional: Desk) -> None:
    await professional.put(scoped_id="7788")
    assert (await professional.check()).notes == {}
    health = await professional.check(ig_id="7788")
    assert "id" in health.notes
    with pytest.raises(ChannelUnauthorized, match="not of account 4242"):
        await professional.check(ig_id="4242")


async def test_an_account_that_is_reached_through_a_page(professional: Desk) -> None:
    await professional.put(page_id=PAGE)
    login = {"login": "facebook", "page_id": PAGE}
    health = await professional.check(**login, app_id=APP)
    assert (health.name, health.notes) == ("padaria.da.praca", {"page": "Padaria da Praça"})
    assert health.subscription == Subscription(active=True, url=professional.hook)
    with pytest.raises(ChannelUnauthorized, match="not of page 42"):
        await professional.check(login="facebook", page_id="42")
    with pytest.raises(ChannelUnauthorized, match="not of account 42"):
        await professional.check(**login, ig_id="42")


async def test_a_token_is_exchanged_for_one_that_works(professional: Desk) -> None:
    """The old one lives on: a process that has not heard of the new one goes on sending."""
    http, old = professional.sim.http, professional.channel()
    assert isinstance(old, InstagramAccount)
    before = clock.now().replace(microsecond=0)
    refreshed = await Instagram().refresh(http, old)
    assert refreshed is not None
    assert refreshed.expires_at is not None
    sixty = timedelta(days=60)
    assert before + sixty <= refreshed.expires_at <= clock.now() + sixty + timedelta(seconds=1)
    changed = {**old.model_dump(), **dict(refreshed.settings)}
    new = InstagramAccount.model_validate(changed)
    assert new.access_token.get_secret_value() not in {"", TOKEN}
    for one in (old, new):
        assert (await Instagram().check(http, one, professional.hook)).name == "padaria.da.praca"
    health = await Instagram().check(http, new, professional.hook)
    assert health.token_expires_at == refreshed.expires_at
    with pytest.raises(ContentRejected, match="24 hours"):
        await Instagram().refresh(http, new)


async def test_a_token_that_cannot_be_exchanged(professional: Desk) -> None:
    http = professional.sim.http
    over = clock.now() - timedelta(days=1)
    await professional.put(token_expires_at=over.isoformat())
    with pytest.raises(ChannelUnauthorized, match="expired") as raised:
        await Instagram().refresh(http, professional.channel())
    assert TOKEN not in str(raised.value)
    of_page = professional.channel(login="facebook", page_id=PAGE)
    assert await Instagram().refresh(http, of_page) is None
