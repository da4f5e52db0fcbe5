"""An account shows no secret, and takes only what can be called."""

import pickle

import pytest
from pydantic import SecretStr, ValidationError

from platforms.base import MessagingPlatform
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import ACCOUNT, SECRETS, outbound_message


def test_meets_the_contract() -> None:
    platform: MessagingPlatform = WhatsApp()
    assert platform.shared_webhook
    assert platform.account_model is WhatsAppAccount
    assert platform.capabilities.platform == "whatsapp"
    assert ACCOUNT.account_id == "301555000777001"


def test_no_secret_is_shown() -> None:
    assert len(SECRETS) == 4
    request = WhatsApp().render(outbound_message({"type": "text", "text": "oi"}), ACCOUNT)
    shown = [repr(ACCOUNT), str(ACCOUNT), ACCOUNT.model_dump_json(), str(request.masked(SECRETS))]
    assert not any(secret in each for secret in SECRETS for each in shown)


def test_a_refused_account_shows_no_secret() -> None:
    values = {**ACCOUNT.model_dump(), "api_base": "nowhere"}
    with pytest.raises(ValidationError) as caught:
        WhatsAppAccount.model_validate(values)
    assert not any(secret in str(caught.value) for secret in SECRETS)


def test_travels_whole() -> None:
    assert pickle.loads(pickle.dumps(ACCOUNT)) == ACCOUNT  # noqa: S301  our own bytes


@pytest.mark.parametrize(
    "change",
    [
        {"phone_number_id": ""},
        {"phone_number_id": "1/../me"},
        {"access_token": SecretStr("")},
        {"app_secret": SecretStr("")},
        {"verify_token": SecretStr("")},
        {"api_base": "graph.facebook.com"},
        {"api_base": "ftp://graph.facebook.com"},
        {"api_base": "https://[::1"},
        {"api_version": "25"},
        {"api_version": "v25.0/me"},
    ],
)
def test_what_cannot_be_called_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WhatsAppAccount.model_validate({**ACCOUNT.model_dump(), **change})


def test_the_base_loses_its_last_slash() -> None:
    values = {**ACCOUNT.model_dump(), "api_base": "http://127.0.0.1:8090/whatsapp/"}
    account = WhatsAppAccount.model_validate(values)
    assert account.edge("messages") == (
        "http://127.0.0.1:8090/whatsapp/v25.0/301555000777001/messages"
    )
