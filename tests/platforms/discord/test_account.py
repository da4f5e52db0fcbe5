"""An application's account: what it accepts, what it calls itself, and that it never shows its secret."""

from typing import Any

import pytest
from pydantic import ValidationError

from platforms.discord.account import DiscordAccount
from tests.platforms.discord.harness import ACCOUNT


def account(**fields: Any) -> DiscordAccount:
    return DiscordAccount.model_validate({"application_id": "138", "bot_token": "MTM4.x", **fields})


def test_it_is_the_application() -> None:
    assert ACCOUNT.account_id == "1380000000000000001"
    assert account().public_key == ""


def test_it_shows_no_secret() -> None:
    shown = f"{ACCOUNT!r} {ACCOUNT} {ACCOUNT.model_dump_json()}"
    assert ACCOUNT.secrets() == ["MTM4.token-of-nobody.x"]
    assert not any(secret in shown for secret in ACCOUNT.secrets())


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_token": ""},
        {"bot_token": "two words"},
        {"bot_token": "line\nend"},
        {"bot_token": "é"},
        {"public_key": "ab"},
        {"public_key": "zz" * 32},
        {"command_answer": " "},
        {"command_answer": "a" * 2001},
        {"api_base": "ftp://api.example"},
        {"api_base": "api.example"},
        {"api_base": "http://[::1"},
    ],
)
def test_what_could_not_work_is_refused_without_showing_it(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        account(**fields)
    assert "input_value" not in str(caught.value)


def test_a_simulator_is_reached_at_its_address() -> None:
    assert account(api_base="http://127.0.0.1:8090/discord/").api_base.endswith("/discord")
