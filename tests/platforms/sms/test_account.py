"""One model of settings that becomes each provider's own."""

from typing import Any

import pytest
from pydantic import ValidationError

from cli.payloads import placeholders
from platforms.sms.account import SmsAccount
from platforms.sms.providers.sinch.account import SinchAccount
from platforms.sms.providers.vonage.account import VonageAccount
from tests.platforms.sms.support import ACCOUNTS, SINCH, TWILIO, VONAGE, changed

SETTINGS: dict[str, dict[str, Any]] = {
    "twilio": {"account_sid": "AC1", "auth_token": "token-of-nobody"},
    "zenvia": {"api_token": "token-of-nobody", "webhook_token": "hook-of-nobody"},
    "infobip": {"api_key": "key-of-nobody", "webhook_token": "hook-of-nobody"},
    "vonage": {"api_key": "k1", "api_secret": "secret-x", "signature_secret": "signature-x"},
    "sinch": {"service_plan_id": "p", "api_token": "token-x", "webhook_secret": "secret-of-x"},
}


@pytest.mark.parametrize("provider", ACCOUNTS)
def test_the_provider_decides_the_settings(provider: str) -> None:
    raw = {"provider": provider, "sender": "5511955500100", **SETTINGS[provider]}
    account = SmsAccount.model_validate(raw)
    assert type(account) is type(ACCOUNTS[provider]) is SmsAccount.of_provider(provider)
    assert account.account_id == "+5511955500100"
    assert account.provider_name == provider
    assert SmsAccount.model_validate(account) == account


@pytest.mark.parametrize("provider", ACCOUNTS)
def test_what_is_missing_is_named_and_no_secret_shown(provider: str) -> None:
    required = [name for name in SETTINGS[provider] if name != "account_sid"]
    for name in required:
        rest = {key: value for key, value in SETTINGS[provider].items() if key != name}
        with pytest.raises(ValidationError) as caught:
            SmsAccount.model_validate({"provider": provider, "sender": "1", **rest})
        assert [problem["loc"] for problem in caught.value.errors()] == [(name,)]
        assert not any(str(value) in str(caught.value) for value in rest.values() if len(value) > 4)


@pytest.mark.parametrize("provider", ACCOUNTS)
def test_an_account_of_placeholders_will_do(provider: str) -> None:
    model = SmsAccount.of_provider(provider)
    account = model.model_validate(placeholders(model))
    assert account.provider_name == provider


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"provider": "pigeon", "sender": "1"},
        {"provider": "twilio"},
        {"provider": "twilio", "sender": ""},
        {"provider": "twilio", "sender": "1", "api_base": "ftp://x", **SETTINGS["twilio"]},
        {"provider": "twilio", "sender": "1", "callback_url": "https://", **SETTINGS["twilio"]},
        {"provider": "sinch", "sender": "1", "region": "mars", **SETTINGS["sinch"]},
    ],
)
def test_what_is_no_account(raw: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SmsAccount.model_validate(raw)


def test_one_provider_is_not_another() -> None:
    with pytest.raises(ValidationError):
        VonageAccount.model_validate({"provider": "twilio", "sender": "1", **SETTINGS["vonage"]})
    assert SmsAccount.of_provider("pigeon") is SmsAccount
    assert SmsAccount.of_provider(None) is type(TWILIO)


def test_secrets_as_headers_hold_them_are_secrets() -> None:
    assert TWILIO.authorization["Authorization"].removeprefix("Basic ") in TWILIO.secrets()
    assert VONAGE.authorization["Authorization"].removeprefix("Basic ") in VONAGE.secrets()


def test_calls_may_use_a_key_of_their_own() -> None:
    keyed = changed(TWILIO, api_key_sid="SK1", api_key_secret="key-secret-of-nobody")
    assert keyed.authorization != TWILIO.authorization
    assert "key-secret-of-nobody" in keyed.secrets()


def test_addresses() -> None:
    assert isinstance(SINCH, SinchAccount)
    assert isinstance(VONAGE, VonageAccount)
    moved = changed(SINCH, api_base="http://127.0.0.1:8090/sinch/")
    assert isinstance(moved, SinchAccount)
    assert moved.batches_url == "http://127.0.0.1:8090/sinch/xms/v1/plan-0001/batches"
    by_sms = changed(VONAGE, api="sms")
    assert isinstance(by_sms, VonageAccount)
    assert by_sms.base == "https://rest.nexmo.com"
