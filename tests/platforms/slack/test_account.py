"""Settings that could not work are refused, and the token goes to Slack alone."""

import pytest
from pydantic import ValidationError

from platforms.slack.account import SlackAccount
from tests.platforms.slack.harness import ACCOUNT

SETTINGS = {"team_id": "T1", "bot_token": "bot-token", "signing_secret": "secret"}


def test_the_workspace_is_the_account() -> None:
    account = SlackAccount.model_validate(SETTINGS)
    assert account.account_id == "T1"
    assert account.api_base == "https://slack.com/api"
    assert SlackAccount.group_setting == "app_id"


@pytest.mark.parametrize(
    "wrong",
    [
        {"team_id": ""},
        {"team_id": "T1/../x"},
        {"bot_token": ""},
        {"bot_token": "two words"},
        {"bot_token": "line\nend"},
        {"bot_token": "tôken"},
        {"signing_secret": ""},
        {"api_base": "slack.com/api"},
        {"api_base": "ftp://slack.com"},
    ],
    ids=repr,
)
def test_what_cannot_work_is_refused_without_showing_it(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        SlackAccount.model_validate({**SETTINGS, **wrong})
    assert "two words" not in str(refused.value)
    assert "line" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/download/a.png",
        "https://luminaria.slack.com/files/U1/F1/a.png",
        "https://slack-files.com/T1-F1-abc",
        "https://slack.com/api/files.info",
    ],
)
def test_these_are_addresses_of_slack(url: str) -> None:
    assert ACCOUNT.is_of_slack(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://files.slack.com/a.png",
        "https://files.slack.com:8443/a.png",
        "https://files.slack.com@evil.example/a.png",
        "https://user:word@files.slack.com/a.png",
        "https://evilslack.com/a.png",
        "https://slack.com.evil.example/a.png",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[::1/a",
    ],
)
def test_these_are_not(url: str) -> None:
    assert not ACCOUNT.is_of_slack(url)


def test_a_simulator_counts_as_slack_where_it_is_configured() -> None:
    account = SlackAccount.model_validate({**SETTINGS, "api_base": "http://127.0.0.1:9000/api/"})
    assert account.is_of_slack("http://127.0.0.1:9000/files/F1")
    assert not account.is_of_slack("http://127.0.0.1:9001/files/F1")
