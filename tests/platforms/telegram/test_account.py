"""A bot's account: what it accepts, what it calls itself, and that it never shows its secrets."""

from typing import Any

import pytest
from pydantic import ValidationError

from platforms.telegram.account import TelegramAccount
from tests.platforms.telegram.harness import ACCOUNT


def account(**fields: Any) -> TelegramAccount:
    given = {"token": "7000000042:AAtoken", "secret_token": "hook_secret-1", **fields}
    return TelegramAccount.model_validate(given)


def test_its_id_is_what_the_token_begins_with() -> None:
    assert ACCOUNT.account_id == "7000000042"
    assert account(token="no-colon").account_id == ""


def test_it_shows_no_secret() -> None:
    shown = f"{ACCOUNT!r} {ACCOUNT} {ACCOUNT.model_dump_json()}"
    assert len(ACCOUNT.secrets()) == 2
    assert not any(secret in shown for secret in ACCOUNT.secrets())


@pytest.mark.parametrize(
    "fields",
    [
        {"token": ""},
        {"token": "7000000042:AA/../x"},
        {"token": "7000000042:AA token"},
        {"secret_token": ""},
        {"secret_token": "with space"},
        {"secret_token": "é"},
        {"secret_token": "s" * 257},
        {"api_base": "ftp://bots.example"},
        {"api_base": "bots.example"},
        {"api_base": "https://"},
        {"api_base": "http://[::1"},
    ],
)
def test_what_could_not_work_is_refused_without_showing_it(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        account(**fields)
    value = next(iter(fields.values()))
    assert not value or f"{value!r}" not in str(caught.value)
    assert "input_value" not in str(caught.value)


def test_a_server_of_ones_own_is_reached_at_its_address() -> None:
    assert account(api_base="http://127.0.0.1:8090/telegram/").api_base.endswith("/telegram")
