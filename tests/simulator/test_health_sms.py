"""Whether a sender of SMS works, asked of the five simulated providers over HTTP; and what they can say of a send."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.content import TextContent
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
)
from domain.receipts import Receipt, ReceiptStatus
from platforms.abilities import Health, Subscription
from platforms.base import OutboundMessage
from simulator.schemas import ContactChange, Fault
from tests.simulator.questions import FAULTS
from tests.simulator.sms_world import (
    ADAPTER,
    ANA,
    PROVIDERS,
    SHORT_CODE,
    SmsWorld,
    sms_world,
)

REFERENCE = "0198f0aa-0000-7000-8000-000000000042"
SECRET = {
    "twilio": "auth_token",
    "vonage": "api_secret",
    "zenvia": "api_token",
    "infobip": "api_key",
    "sinch": "api_token",
}
TELLS = ["twilio", "vonage", "vonage sms", "zenvia"]
"""Who says where messages go."""


@pytest.fixture
async def sms(request: pytest.FixtureRequest) -> AsyncIterator[SmsWorld]:
    async with sms_world(request.param) as started:
        yield started


def at(*providers: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sms", providers, indirect=True)


async def check(sms: SmsWorld, hook: str | None = None, **changed: Any) -> Health:
    channel = sms.channel(**changed)
    return await ADAPTER.check(sms.http, channel, hook or f"{sms.hooks.url}/hook")


async def subscription(sms: SmsWorld, hook: str | None = None, **changed: Any) -> Subscription:
    found = (await check(sms, hook, **changed)).subscription
    assert found is not None
    return found


@at(*PROVIDERS)
async def test_a_sender_that_works(sms: SmsWorld) -> None:
    health = await check(sms)
    told = Subscription(active=True, url=f"{sms.hooks.url}/hook")
    assert health.subscription == (told if sms.provider in TELLS else None)
    balances = {"twilio": "42.50 USD", "vonage": "10.28 EUR", "infobip": "47.79 EUR"}
    assert health.notes.get("balance") == balances.get(sms.provider)


@at(*PROVIDERS)
async def test_a_revoked_token(sms: SmsWorld) -> None:
    secret = "revoked-secret-1"
    with pytest.raises(ChannelUnauthorized) as raised:
        await check(sms, **{SECRET[sms.provider]: secret})
    said = {
        "twilio": "20003: Authenticate",
        "vonage": "You did not provide correct credentials",
        "zenvia": "Invalid token",
        "infobip": "lacks valid authentication credentials",
        "sinch": "The token is not valid for the service plan",
    }
    assert said[sms.provider] in raised.value.detail
    assert secret not in str(raised.value)


@at(*PROVIDERS)
@pytest.mark.parametrize(("fault", "meant"), FAULTS)
async def test_a_question_that_fails_is_asked_again(
    sms: SmsWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await sms.control.arm(Fault(platform="sms", on="call", **fault))
    with pytest.raises(meant):
        await check(sms)
    await check(sms)


@at(*TELLS)
async def test_messages_that_go_elsewhere(sms: SmsWorld) -> None:
    found = await subscription(sms, "https://pytake.example/api/webhooks/sms/1")
    assert not found.active
    assert f"{sms.hooks.url}/hook" in (found.problem or "")


@at("twilio", "zenvia")
async def test_messages_that_go_nowhere(sms: SmsWorld) -> None:
    await sms.register(webhook_url="")
    found = await subscription(sms)
    said = {
        "twilio": "the sender has no address for messages",
        "zenvia": "no subscription of messages; no subscription of receipts",
    }
    assert (found.active, found.problem) == (False, said[sms.provider])


@at("twilio", "vonage", "vonage sms")
async def test_a_sender_that_the_account_does_not_have(sms: SmsWorld) -> None:
    found = await subscription(sms, sender="+5511400049999")
    assert not found.active
    assert (found.problem or "").startswith("the account has no such")


@at("twilio")
async def test_an_account_that_is_suspended(sms: SmsWorld) -> None:
    await sms.register(status="suspended")
    with pytest.raises(ChannelUnauthorized, match="the account is suspended"):
        await check(sms)
    with pytest.raises(ChannelUnauthorized, match="not active"):
        await sms.send("oi")


@at("twilio")
async def test_an_api_key_is_not_asked_for_the_account(sms: SmsWorld) -> None:
    keys = {"api_key_sid": "SK0001", "api_key_secret": "key-secret-0001"}
    await sms.register(**keys)
    health = await check(sms, **keys)
    assert (health.name, health.subscription and health.subscription.active) == (None, True)
    with pytest.raises(ChannelUnauthorized, match="20003"):
        await check(sms, **{**keys, "api_key_secret": "another-secret"})


@at("twilio")
async def test_a_messaging_service_has_its_own_address_or_none(sms: SmsWorld) -> None:
    service = {"messaging_service_sid": "MG0001"}
    await sms.register(**service)
    assert (await subscription(sms, **service)).active
    await sms.register(**service, on_number=True)
    assert (await subscription(sms, **service)).active
    unknown = await check(sms, messaging_service_sid="MG9999")
    assert unknown.subscription is None
    assert "20404" in unknown.notes["webhooks"]


@at("twilio")
async def test_a_short_code_and_a_name(sms: SmsWorld) -> None:
    found = await subscription(sms, sender=SHORT_CODE)
    assert found.problem == "the account has no such sender"
    assert (await check(sms, sender="LOJA")).subscription is None


@at("vonage")
async def test_a_number_that_is_linked_to_an_application(sms: SmsWorld) -> None:
    await sms.register(application_id="78d335fa-323d-0114-9c3d-d6f0d48968cf")
    assert (await subscription(sms)).active
    assert not (await subscription(sms, "https://elsewhere.example/hook")).active


@at("zenvia")
@pytest.mark.parametrize("status", ["DEGRADED", "INACTIVE"])
async def test_a_subscription_that_failed_too_often(sms: SmsWorld, status: str) -> None:
    await sms.register(subscription_status=status)
    found = await subscription(sms)
    assert not found.active
    assert f"the subscription of messages is {status}" in (found.problem or "")


@at("zenvia")
async def test_messages_without_receipts(sms: SmsWorld) -> None:
    await sms.register(status_url="")
    found = await subscription(sms)
    assert (found.active, found.problem) == (True, "no subscription of receipts")


@at("infobip")
async def test_a_key_that_may_only_send_is_well(sms: SmsWorld) -> None:
    await sms.register(sends_only=True)
    health = await check(sms)
    assert "cannot be asked" in health.notes["balance"]
    assert (await sms.send("oi")).status is ReceiptStatus.SENT


def message(message_id: str = REFERENCE) -> OutboundMessage:
    return OutboundMessage(id=message_id, address=f"+{ANA}", content=TextContent(text="oi"))


async def find(sms: SmsWorld, message_id: str = REFERENCE) -> Receipt | None:
    return await ADAPTER.find_sent(sms.http, sms.channel(), message(message_id))


@at("infobip", "sinch")
async def test_a_doubtful_send_is_found_by_our_reference(sms: SmsWorld) -> None:
    """The answer was lost, the message was not."""
    await sms.control.arm(Fault(platform="sms", kind="drop_after"))
    with pytest.raises(OutcomeUnknown):
        await sms.send("oi", message_id=REFERENCE)
    (entry,) = await sms.control.ledger(platform="sms")
    await sms.send("oi", message_id="0198f0aa-0000-7000-8000-000000000043")
    found = await find(sms)
    assert found == Receipt(
        status=ReceiptStatus.SENT, message_external_id=entry.external_id, reference=REFERENCE
    )


@at("infobip", "sinch")
async def test_what_is_not_found_may_still_come(sms: SmsWorld) -> None:
    """No page says how soon a message is listed: that it is not sent would be a guess, and a second one the price."""
    await sms.send("oi", message_id="0198f0aa-0000-7000-8000-000000000043")
    with pytest.raises(OutcomeUnknown):
        await find(sms)


@at("infobip")
async def test_a_message_that_failed_meanwhile(sms: SmsWorld) -> None:
    await sms.send("oi", message_id=REFERENCE)
    change = ContactChange(platform="sms", account=sms.sender, contact=ANA, blocked=True)
    await sms.control.change_contact(change)
    found = await find(sms)
    assert found is not None
    assert found.status is ReceiptStatus.FAILED
    assert found.error is not None
    assert (found.error.code, found.error.retryable) == ("27", True)


@at("twilio", "vonage", "zenvia")
async def test_who_has_no_such_list_says_so(sms: SmsWorld) -> None:
    """Receipts with our reference settle a doubtful send there, or nobody does."""
    await sms.send("oi", message_id=REFERENCE)
    with pytest.raises(OutcomeUnknown, match="our reference"):
        await find(sms)


@at(*PROVIDERS)
async def test_a_doubtful_send_is_settled_by_its_receipts(sms: SmsWorld) -> None:
    """At every provider: our own id comes back, although the answer never came."""
    await sms.control.arm(Fault(platform="sms", kind="drop_after"))
    with pytest.raises(OutcomeUnknown):
        await sms.send("oi", message_id=REFERENCE, callback_url=f"{sms.hooks.url}/hook")
    (first,) = await sms.receipts(1)
    assert first.receipt is not None
    assert first.receipt.reference == REFERENCE
