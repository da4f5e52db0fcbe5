"""The simulated providers of SMS against our own adapter: sends, messages of customers, reports, faults."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.content import MediaContent, TextContent
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from domain.receipts import ReceiptStatus
from simulator.client import SimulatorError
from simulator.schemas import ContactChange, Fault, Post, ReceiptPolicy
from tests.simulator.sms_world import (
    ADAPTER,
    ANA,
    PROVIDERS,
    SENDERS,
    SHORT_CODE,
    SmsWorld,
    sms_world,
)

MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
WITH_FILES = ["twilio", "vonage", "infobip", "sinch"]
NAMES_THE_REFERENCE = ["vonage", "vonage sms", "zenvia", "infobip", "sinch"]


@pytest.fixture
async def sms(request: pytest.FixtureRequest) -> AsyncIterator[SmsWorld]:
    async with sms_world(request.param) as started:
        yield started


everywhere = pytest.mark.parametrize("sms", PROVIDERS, indirect=True)


@everywhere
async def test_a_text_is_taken_and_its_reports_come_back(sms: SmsWorld) -> None:
    receipt = await sms.send("Olá, é €5 {já}!", callback_url=f"{sms.hooks.url}/reports")
    assert receipt.status is ReceiptStatus.SENT
    (entry,) = await sms.control.ledger(platform="sms", to=ANA)
    assert (entry.account, entry.to, entry.type) == (sms.sender, ANA, "sms")
    assert (entry.text, entry.external_id) == ("Olá, é €5 {já}!", receipt.message_external_id)
    sent, delivered = await sms.receipts(2)
    assert [one.receipt.status for one in (sent, delivered) if one.receipt] == [
        ReceiptStatus.SENT,
        ReceiptStatus.DELIVERED,
    ]
    for event in (sent, delivered):
        assert event.receipt is not None
        assert event.receipt.message_external_id == entry.external_id
        assert event.receipt.reference == MESSAGE_ID
        assert event.sender is not None
        assert (event.sender.address, event.account) == (f"+{ANA}", sms.sender)
    where = "/hook" if sms.provider == "zenvia" else "/reports"
    assert {f"/{one.url.split('/')[3].split('?')[0]}" for one in sms.hooks.received} == {where}


@everywhere
async def test_reports_that_no_send_sends_elsewhere_go_where_the_provider_was_told(
    sms: SmsWorld,
) -> None:
    await sms.register(status_url=f"{sms.hooks.url}/at-the-provider")
    await sms.send("oi")
    await sms.receipts(2)
    assert all("/at-the-provider" in one.url for one in sms.hooks.received)


@pytest.mark.parametrize("sms", NAMES_THE_REFERENCE, indirect=True)
async def test_the_ledger_has_our_reference(sms: SmsWorld) -> None:
    await sms.send("oi")
    (entry,) = await sms.control.ledger(to=ANA)
    assert entry.reference == MESSAGE_ID


@everywhere
async def test_a_customer_writes(sms: SmsWorld) -> None:
    said = await sms.say("Não recebi 😕 & = +", name="Ana")
    assert (said.accepted, said.contact) == (True, ANA)
    (event,) = sms.events(sms.hooks.received[-1])
    assert event.content == TextContent(text="Não recebi 😕 & = +")
    assert (event.external_id, event.account) == (said.external_id, sms.sender)
    assert event.sender is not None
    assert event.sender.address == f"+{ANA}"
    assert ADAPTER.accounts(sms.hooks.received[-1]) == [sms.sender]


@everywhere
async def test_a_choice_is_typed_and_an_id_may_be_given(sms: SmsWorld) -> None:
    said = await sms.say(choice={"id": "2", "title": "Suporte"}, message_id="m-1")
    (event,) = sms.events(sms.hooks.received[-1])
    assert (event.content, event.external_id) == (TextContent(text="Suporte"), "m-1")
    assert said.external_id == "m-1"


@everywhere
async def test_another_secret_proves_nothing(sms: SmsWorld) -> None:
    secrets = {
        "twilio": {"auth_token": "other"},
        "vonage": {"signature_secret": "another-secret"},
        "sinch": {"webhook_secret": "another-secret"},
    }
    await sms.register(**secrets.get(sms.provider, {"webhook_token": "another-secret"}))
    await sms.say("oi")
    with pytest.raises(SignatureInvalid):
        sms.events(sms.hooks.received[-1])


@pytest.mark.parametrize("method", ["md5hash", "md5", "sha1", "sha512"])
@pytest.mark.parametrize("form", ["form", "json"])
async def test_the_other_signatures_of_vonage(method: str, form: str) -> None:
    async with sms_world("vonage sms") as sms:
        sms.api |= {"signature_method": method}
        await sms.register(webhook_format=form)
        await sms.say("a=b&c, é")
        (event,) = sms.events(sms.hooks.received[-1])
        assert event.content == TextContent(text="a=b&c, é")


@pytest.mark.parametrize("sms", WITH_FILES, indirect=True)
async def test_a_file_of_a_customer_can_be_fetched(sms: SmsWorld) -> None:
    content = b"\x89PNG of nobody"
    await sms.say(
        media={
            "type": "image",
            "caption": "Olha",
            "content_base64": base64.b64encode(content).decode(),
        }
    )
    (event,) = sms.events(sms.hooks.received[-1])
    assert isinstance(event.content, MediaContent)
    assert (event.content.type, event.content.caption) == ("image", "Olha")
    fetched = await ADAPTER.fetch_media(sms.http, sms.channel(), event.content.media, 10_000)
    assert fetched.content == content


@pytest.mark.parametrize("sms", ["zenvia", "vonage sms"], indirect=True)
async def test_where_there_are_no_files_none_is_said(sms: SmsWorld) -> None:
    with pytest.raises(SimulatorError, match="files"):
        await sms.say(media={"type": "image"})


@pytest.mark.parametrize("sms", ["twilio", "vonage", "sinch"], indirect=True)
async def test_a_file_is_sent(sms: SmsWorld) -> None:
    link = "https://files.example.com/bolo.png"
    image = {"type": "image", "caption": "Bolo", "media": {"url": link, "mime_type": "image/png"}}
    await sms.send(image, mms=True)
    (entry,) = await sms.control.ledger(to=ANA)
    assert (entry.type, entry.text) == ("mms", f"Bolo\n{link}")
    await sms.receipts(2)


@everywhere
async def test_a_failure_is_reported(sms: SmsWorld) -> None:
    await sms.control.set_receipts(ReceiptPolicy(platform="sms", mode="failed"))
    await sms.send("oi")
    (failed,) = await sms.receipts(1)
    assert failed.receipt is not None
    assert failed.receipt.status is ReceiptStatus.FAILED
    assert failed.receipt.error is not None


CODES = {"twilio": 30007, "vonage": 1210, "zenvia": 7, "infobip": 12, "sinch": 410}


@everywhere
async def test_a_failure_of_a_chosen_code(sms: SmsWorld) -> None:
    code = 6 if sms.api else CODES[sms.provider]
    await sms.control.set_receipts(
        ReceiptPolicy(platform="sms", mode="failed", error_code=code, read=True)
    )
    await sms.send("oi")
    (failed,) = await sms.receipts(1)
    assert failed.receipt is not None
    assert failed.receipt.error is not None
    assert failed.receipt.error.code == str(code)


async def close_the_way(sms: SmsWorld) -> None:
    change = ContactChange(platform="sms", account=sms.sender, contact=ANA, blocked=True)
    await sms.control.change_contact(change)


@pytest.mark.parametrize("sms", ["twilio", "infobip"], indirect=True)
async def test_a_send_to_who_wants_no_messages_is_refused(sms: SmsWorld) -> None:
    await close_the_way(sms)
    with pytest.raises(ContactUnreachable) as told:
        await sms.send("oi")
    assert told.value.vendor_code == {"twilio": "21610", "infobip": "10"}[sms.provider]
    assert await sms.control.ledger(to=ANA) == []


@pytest.mark.parametrize("sms", ["vonage", "vonage sms", "zenvia", "sinch"], indirect=True)
async def test_a_send_to_who_wants_no_messages_fails_later(sms: SmsWorld) -> None:
    await close_the_way(sms)
    await sms.send("oi")
    (failed,) = await sms.receipts(1)
    assert failed.receipt is not None
    assert failed.receipt.status is ReceiptStatus.FAILED
    told = [event.kind for one in sms.hooks.received for event in sms.events(one)]
    assert ("preference" in told) is (sms.provider == "vonage")


@pytest.mark.parametrize(
    ("service", "wish"), [("", None), ("MG1", "STOP")], ids=["number", "advanced opt-out"]
)
async def test_stop_closes_the_way_at_twilio(service: str, wish: str | None) -> None:
    async with sms_world("twilio") as sms:
        await sms.register(messaging_service_sid=service)
        await sms.say("Stop")
        message, preference = sms.events(sms.hooks.received[-1])
        assert (message.kind, preference.kind) == ("message", "preference")
        assert (message.details or {}).get("opt_out_answered") is (True if wish else None)
        with pytest.raises(ContactUnreachable):
            await sms.send("oi")
        await sms.say("START")
        assert (await sms.send("oi")).status is ReceiptStatus.SENT


@everywhere
async def test_wrong_credentials_and_other_senders(sms: SmsWorld) -> None:
    wrong = {
        "twilio": {"auth_token": "wrong"},
        "vonage": {"api_secret": "wrong"},
        "zenvia": {"api_token": "wrong"},
        "infobip": {"api_key": "wrong"},
        "sinch": {"api_token": "wrong"},
    }
    with pytest.raises(ChannelUnauthorized):
        await sms.send("oi", **wrong[sms.provider])
    with pytest.raises(DeliveryError):
        await sms.send("oi", sender="other" if sms.sender == SENDERS.get("zenvia") else "29999")
    assert await sms.control.ledger() == []


@everywhere
async def test_faults(sms: SmsWorld) -> None:
    async def arm(**fields: Any) -> None:
        await sms.control.arm(Fault(platform="sms", account=sms.sender, **fields))

    await arm(kind="throttle", seconds=3)
    with pytest.raises(Throttled) as told:
        await sms.send("um")
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == 3
    await arm(kind="error")
    with pytest.raises((PlatformUnavailable, OutcomeUnknown)):
        await sms.send("dois")
    await arm(kind="drop_before")
    with pytest.raises(DeliveryError):
        await sms.send("três")
    assert await sms.control.ledger() == []
    await arm(kind="drop_after")
    with pytest.raises(OutcomeUnknown):
        await sms.send("quatro")
    await arm(kind="garbage")
    with pytest.raises(OutcomeUnknown):
        await sms.send("cinco", message_id="0198f0aa-0000-7000-8000-000000000043")
    assert [one.text for one in await sms.control.ledger()] == ["quatro", "cinco"]


async def test_what_was_accepted_unseen_is_known_by_its_report() -> None:
    """Twilio takes no reference: the address that it calls names our message."""
    async with sms_world("twilio") as sms:
        await sms.control.arm(Fault(platform="sms", kind="drop_after"))
        with pytest.raises(OutcomeUnknown):
            await sms.send("oi", callback_url=f"{sms.hooks.url}/reports?t=1")
        (sent,) = await sms.receipts(1)
        assert sent.receipt is not None
        assert sent.receipt.reference == MESSAGE_ID


@pytest.mark.parametrize("sms", ["twilio"], indirect=True)
async def test_a_signature_covers_the_public_address(sms: SmsWorld) -> None:
    await sms.register(public_url="https://pytake.example/hook")
    await sms.say("oi")
    request = sms.hooks.received[-1]
    with pytest.raises(SignatureInvalid):
        sms.events(request)
    public = request.model_copy(update={"url": "https://pytake.example/hook"})
    assert len(sms.events(public)) == 1


@everywhere
async def test_any_body_is_posted_with_its_proof(sms: SmsWorld) -> None:
    body = {"MessageSid": "SM1"} if sms.provider == "twilio" else {"messageId": "1", "x": "é"}
    order = Post(platform="sms", account=sms.sender, body=body)
    assert (await sms.control.post(order)).accepted
    broken = Post(platform="sms", account=sms.sender, body='{"broken')
    assert (await sms.control.post(broken)).accepted
    assert sms.hooks.received[-1].body == b'{"broken'
    if not (sms.provider == "vonage" and not sms.api):
        sms.events(sms.hooks.received[0])


async def test_letters_that_the_alphabet_has_not_are_lost_where_the_type_is_wrong() -> None:
    async with sms_world("vonage sms") as sms:
        form = {"api_key": "k1234567", "api_secret": "vonage-secret-1", "from": SHORT_CODE}
        send = {**form, "to": ANA, "text": "Não", "type": "text"}
        status, answer = await sms.call("POST", "/sms/json", data=send)
        assert (status, answer["messages"][0]["status"]) == (200, "0")
        (entry,) = await sms.control.ledger()
        assert entry.text == "N?o"
        assert "api_secret" not in entry.request


async def test_a_long_text_is_several_parts_at_vonage() -> None:
    async with sms_world("vonage sms") as sms:
        await sms.send("a" * 400)
        (entry,) = await sms.control.ledger()
        assert entry.text == "a" * 400


async def test_infobip_knows_a_message_by_our_id() -> None:
    async with sms_world("infobip") as sms:
        first = await sms.send("oi")
        again = await sms.send("oi")
        assert first.message_external_id == again.message_external_id == MESSAGE_ID
        assert len(await sms.control.ledger()) == 1


async def test_too_many_parts_are_aborted_at_sinch() -> None:
    async with sms_world("sinch") as sms:
        batch = {
            "from": SHORT_CODE,
            "to": [ANA],
            "body": "a" * 400,
            "max_number_of_message_parts": 1,
            "delivery_report": "full",
        }
        headers = {"authorization": "Bearer sinch-token-1"}
        path = "/xms/v1/plan-0001/batches"
        status, answer = await sms.call("POST", path, json=batch, headers=headers)
        assert (status, answer["canceled"], len(answer["id"])) == (201, False, 26)
        (failed,) = await sms.receipts(1)
        assert failed.receipt is not None
        assert failed.receipt.error is not None
        assert failed.receipt.error.code == "411"


async def test_an_account_has_what_its_provider_asks_for() -> None:
    async with sms_world("twilio") as sms:
        url = f"{sms.control.base_url}/control/accounts/sms/29100"
        for body in ({"provider": "twilio", "account_sid": "AC1"}, {"provider": "nobody"}, {}):
            assert (await sms.http.put(url, json=body)).status_code == 422
        with pytest.raises(ContentRejected):
            await sms.send("")
