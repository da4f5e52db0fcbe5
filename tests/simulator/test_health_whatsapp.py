"""Whether a WhatsApp number works, asked of the simulated Graph API over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import ChannelUnauthorized, ContentRejected, DeliveryError
from platforms.abilities import Health, Subscription
from platforms.meta.whatsapp.account import WhatsAppAccount as WhatsAppChannel
from platforms.meta.whatsapp.platform import WhatsApp
from simulator import clock
from simulator.schemas import Fault, Template, WhatsAppAccount
from tests.simulator.harness import APP_SECRET, PHONE_ID, VERIFY_TOKEN, WA_TOKEN, World
from tests.simulator.questions import APP, FAULTS

WABA = "100200300400500"


class Number:
    """A WhatsApp number and the channel that speaks for it."""

    def __init__(self, sim: World) -> None:
        self.sim = sim
        self.hook = f"{sim.receiver.url}/hooks/whatsapp"

    async def put(self, **changed: Any) -> None:
        known = {
            "access_token": WA_TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "webhook_url": self.hook,
            **changed,
        }
        told = WhatsAppAccount.model_validate(known)
        await self.sim.control.put_whatsapp_account(PHONE_ID, told)

    def channel(self, **changed: Any) -> WhatsAppChannel:
        known = {
            "phone_number_id": PHONE_ID,
            "waba_id": WABA,
            "access_token": WA_TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api_base": self.sim.control.whatsapp_url,
            **changed,
        }
        return WhatsAppChannel.model_validate(known)

    async def check(self, hook: str | None = None, **changed: Any) -> Health:
        return await WhatsApp().check(self.sim.http, self.channel(**changed), hook or self.hook)


@pytest.fixture
async def number(sim: World) -> Number:
    made = Number(sim)
    await made.put()
    return made


async def test_a_number_that_works(number: Number) -> None:
    health = await number.check()
    assert health.name == "Loja da Esquina"
    assert health.token_expires_at is None
    assert health.subscription == Subscription(active=True, url=number.hook)
    assert health.notes == {
        "phone number": "+15550100000",
        "quality rating": "GREEN",
        "status": "CONNECTED",
        "name status": "APPROVED",
        "code verification": "VERIFIED",
        "platform": "CLOUD_API",
        "throughput": "STANDARD",
        "can send": "AVAILABLE",
    }


async def test_the_apps_own_address_is_that_of_all_its_numbers(number: Number) -> None:
    subscription = (await number.check(f"{number.hook}/0198f0aa")).subscription
    assert subscription is not None
    assert subscription.active


async def test_an_app_may_ask_until_when_a_token_lives(number: Number) -> None:
    until = (clock.now() + timedelta(days=30)).replace(microsecond=0)
    await number.put(token_expires_at=until.isoformat())
    assert (await number.check(app_id=APP)).token_expires_at == until
    assert (await number.check()).token_expires_at is None
    told = await number.check(app_id="4242")
    assert told.token_expires_at is None
    assert "190" in told.notes["token"]
    assert told.subscription is not None
    assert told.subscription.problem == "only other apps are subscribed: Atendimento"


async def test_a_revoked_token_is_told_in_the_vendors_words(number: Number) -> None:
    await number.put(access_token="another-token")
    with pytest.raises(ChannelUnauthorized, match="Invalid OAuth access token") as raised:
        await number.check()
    assert raised.value.vendor_code == "190"
    assert WA_TOKEN not in str(raised.value)
    await number.put()
    with pytest.raises(ChannelUnauthorized, match="does not exist"):
        await number.check(phone_number_id="42")


async def test_a_system_users_token_is_exchanged_before_it_ends(number: Number) -> None:
    http, old = number.sim.http, number.channel(app_id=APP)
    assert await WhatsApp().refresh(http, old) is None
    until = clock.now() + timedelta(days=3)
    await number.put(token_expires_at=until.isoformat())
    assert await WhatsApp().refresh(http, number.channel()) is None
    refreshed = await WhatsApp().refresh(http, old)
    assert refreshed is not None
    assert refreshed.expires_at is not None
    assert timedelta(days=59) < refreshed.expires_at - clock.now() <= timedelta(days=60, seconds=1)
    token = refreshed.settings["access_token"]
    assert token not in {"", WA_TOKEN}
    for one in (WA_TOKEN, token):
        assert (await number.check(access_token=one)).name == "Loja da Esquina"
    wrong = number.channel(app_id=APP, app_secret="another-secret")
    with pytest.raises(ChannelUnauthorized, match="190") as raised:
        await WhatsApp().refresh(http, wrong)
    assert "another-secret" not in str(raised.value)


async def test_a_banned_number_is_no_better_than_a_revoked_token(number: Number) -> None:
    await number.put(status="BANNED")
    with pytest.raises(ChannelUnauthorized, match="status is BANNED"):
        await number.check()
    await number.put(status="FLAGGED", quality_rating="RED")
    notes = (await number.check()).notes
    assert (notes["status"], notes["quality rating"], notes["can send"]) == (
        "FLAGGED",
        "RED",
        "BLOCKED",
    )


async def test_webhooks_that_do_not_come_here(number: Number) -> None:
    await number.put(subscribed=False)
    subscription = (await number.check()).subscription
    assert subscription == Subscription(
        active=False, url=number.hook, problem="no app is subscribed"
    )
    other = (await number.check("https://elsewhere.example/hooks")).subscription
    assert other is not None
    assert (other.active, other.problem) == (False, f"webhooks go to {number.hook}")
    silent = await number.check(waba_id=None)
    assert silent.subscription is None
    assert "waba_id" in silent.notes["webhooks"]


async def test_a_number_that_is_not_subscribed_hears_nothing(number: Number) -> None:
    await number.put(subscribed=False)
    assert not (await number.sim.say(attempts=1)).accepted


@pytest.mark.parametrize("waba_id", ["42", "../me", "a?b=c"])
async def test_another_business_account_leaves_the_number_well(
    number: Number, waba_id: str
) -> None:
    health = await number.check(waba_id=waba_id)
    assert (health.name, health.subscription) == ("Loja da Esquina", None)
    assert "cannot be asked" in health.notes["webhooks"]


@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    number: Number, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await number.sim.control.arm(Fault(platform="whatsapp", on="call", **fault))
    with pytest.raises(meant):
        await number.check()
    assert (await number.check()).name == "Loja da Esquina"


async def test_every_page_of_the_templates(number: Number) -> None:
    many = [
        Template(name=f"aviso_{n}", language="pt_BR", body="Olá {{1}}", status="PENDING")
        for n in range(250)
    ]
    await number.put(templates=[one.model_dump() for one in many])
    found = await WhatsApp().templates(number.sim.http, number.channel())
    assert [one.name for one in found] == [one.name for one in many]
    assert len({one.external_id for one in found}) == 250
    last = found[-1]
    assert (last.language, last.status, last.category) == ("pt_BR", "pending", "utility")
    assert last.components == [{"type": "BODY", "text": "Olá {{1}}"}]
    await number.put(templates=[])
    assert await WhatsApp().templates(number.sim.http, number.channel()) == []


async def test_templates_need_the_business_account_and_the_token(number: Number) -> None:
    with pytest.raises(ContentRejected, match="waba_id"):
        await WhatsApp().templates(number.sim.http, number.channel(waba_id=None))
    with pytest.raises(ChannelUnauthorized, match="190"):
        await WhatsApp().templates(number.sim.http, number.channel(access_token="x"))


async def test_a_template_that_is_not_approved_is_not_sent(number: Number) -> None:
    await number.put(templates=[Template(name="a", language="pt", status="PAUSED").model_dump()])
    body = {"type": "template", "template": {"name": "a", "language": {"code": "pt"}}}
    assert (await number.sim.send(body)).json()["error"]["code"] == 132001
