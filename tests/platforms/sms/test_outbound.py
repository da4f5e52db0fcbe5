"""What may be sent, and what is refused before any call."""

from typing import Any

import pytest

from domain.errors import ContactUnreachable, ContentRejected, MediaRejected
from domain.fitting import fit
from platforms.sms.account import SmsAccount
from platforms.sms.facts import CAPABILITIES
from tests.platforms.sms.support import (
    ACCOUNTS,
    INFOBIP,
    SMS,
    TWILIO,
    VONAGE,
    changed,
    outbound_message,
)

each = pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
PNG = {"url": "https://loja.example/a.png", "mime_type": "image/png"}
IMAGE = {"type": "image", "media": PNG, "caption": "O comprovante"}
STORED = {"type": "image", "media": {"key": "t1/a.png", "mime_type": "image/png"}}


@each
@pytest.mark.parametrize("address", ["+551135500101", "Loja", "", "12"])
def test_who_gets_no_sms(account: SmsAccount, address: str) -> None:
    with pytest.raises(ContactUnreachable):
        SMS.render(outbound_message("oi", address), account)


@each
def test_a_long_text_is_one_message(account: SmsAccount) -> None:
    long = "Texto sem acentos. " * 80
    (whole,) = fit(outbound_message(long[:1370]).content, CAPABILITIES)
    assert SMS.render(outbound_message(whole.model_dump()), account).url


@each
@pytest.mark.parametrize("text", ["x" * 1378, "õ" * 604, " ", ""])
def test_a_text_over_the_limit_is_refused(account: SmsAccount, text: str) -> None:
    with pytest.raises(ContentRejected):
        SMS.render(outbound_message(text), account)


@each
def test_a_file_needs_an_address(account: SmsAccount) -> None:
    odd = {"type": "image", "media": {"url": "file:///etc/hostname"}}
    for content in (STORED, odd):
        with pytest.raises(MediaRejected):
            SMS.render(outbound_message(content), account)
    assert SMS.render(outbound_message(IMAGE), account).url
    linked = outbound_message(STORED).model_copy(
        update={"file_link": "https://chat.example/media/x"}
    )
    assert "https://chat.example/media/x" in SMS.render(linked, account).model_dump_json()


def body_of(account: SmsAccount, content: dict[str, Any]) -> dict[str, Any]:
    request = SMS.render(outbound_message(content), account)
    return request.json_body or dict(request.form or {})


def test_without_mms_a_file_is_a_link() -> None:
    words = "O comprovante\nhttps://loja.example/a.png"
    assert body_of(changed(TWILIO, mms=False), IMAGE)["Body"] == words
    assert body_of(changed(VONAGE, api="sms"), IMAGE)["text"] == words
    assert body_of(changed(INFOBIP, mms=True), IMAGE)["messages"][0]["content"] == {"text": words}


def test_twilio_by_service_and_without_callback() -> None:
    account = changed(TWILIO, messaging_service_sid="MG1", callback_url=None)
    form = body_of(account, {"type": "text", "text": "oi"})
    assert form == {"To": "+5511955500101", "MessagingServiceSid": "MG1", "Body": "oi"}
    asking = changed(TWILIO, callback_url="https://h.example/w?token=x")
    callback = body_of(asking, {"type": "text", "text": "oi"})["StatusCallback"]
    assert callback.startswith("https://h.example/w?token=x&ref=0198f0aa")


def test_infobip_may_replace_accents() -> None:
    account = changed(
        INFOBIP, transliteration="PORTUGUESE", callback_url=None, sender="5511955500100"
    )
    (message,) = body_of(account, {"type": "text", "text": "Olá"})["messages"]
    assert message["content"] == {"text": "Olá", "transliteration": "PORTUGUESE"}
    assert message["sender"] == "5511955500100"
    assert "webhooks" not in message


@pytest.mark.parametrize(("text", "kind"), [("Ola", "text"), ("Olá", "unicode")])
def test_vonages_older_api_is_told_the_alphabet(text: str, kind: str) -> None:
    form = body_of(changed(VONAGE, api="sms"), {"type": "text", "text": text})
    assert form["type"] == kind
    assert form["callback"] == VONAGE.callback_url
    assert "callback" not in body_of(
        changed(VONAGE, api="sms", callback_url=None), {"type": "text", "text": text}
    )


def test_vonage_sends_no_stickers() -> None:
    with pytest.raises(MediaRejected):
        SMS.render(outbound_message({"type": "sticker", "media": PNG}), VONAGE)
