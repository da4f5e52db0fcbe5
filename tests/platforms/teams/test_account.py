"""An account knows where its bot's keys, tokens and conversations are, and whom to trust with a token."""

from typing import Any

import pytest
from pydantic import ValidationError

from platforms.teams.account import TeamsAccount
from platforms.teams.platform import Teams
from tests.platforms.teams.harness import ACCOUNT

SIMULATED = ACCOUNT.model_copy(update={"api_base": "http://127.0.0.1:8070"})


def made(**fields: Any) -> TeamsAccount:
    base = {"app_id": "APP-1", "tenant_id": "TENANT-1", "client_secret": "s"}
    return TeamsAccount.model_validate({**base, **fields})


def test_ids_are_written_small() -> None:
    assert made().account_id == "28:app-1"


@pytest.mark.parametrize(
    "fields",
    [
        {"app_id": ""},
        {"app_id": "../x"},
        {"tenant_id": "a/b"},
        {"client_secret": ""},
        {"cloud": "moon"},
        {"api_base": "ftp://x"},
        {"api_base": "teams"},
        {"button_answer": ""},
    ],
    ids=str,
)
def test_settings_that_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        made(**fields)
    assert "client_secret='s'" not in str(caught.value)


def test_where_things_are() -> None:
    assert Teams().keys_url(ACCOUNT) == "https://login.botframework.com/v1/.well-known/keys"
    asked = ACCOUNT.token_request
    assert asked.url == f"https://login.microsoftonline.com/{ACCOUNT.tenant_id}/oauth2/v2.0/token"
    assert asked.form == {
        "grant_type": "client_credentials",
        "client_id": ACCOUNT.app_id,
        "client_secret": ACCOUNT.client_secret.get_secret_value(),
        "scope": "https://api.botframework.com/.default",
    }
    gov = made(cloud="dod")
    assert gov.keys_url.startswith("https://login.botframework.azure.us/")
    assert gov.token_request.url.startswith("https://login.microsoftonline.us/tenant-1/")
    assert gov.service() == "https://smba.infra.dod.teams.microsoft.us/teams"


def test_a_simulator_stands_for_all_of_it() -> None:
    assert SIMULATED.keys_url == "http://127.0.0.1:8070/v1/.well-known/keys"
    assert SIMULATED.token_request.url.startswith("http://127.0.0.1:8070/")
    assert SIMULATED.service() == "http://127.0.0.1:8070"
    assert SIMULATED.service("http://127.0.0.1:8070/amer/") == "http://127.0.0.1:8070/amer"


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/amer/",
        "https://smba.trafficmanager.net:443/emea/0d9b/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
        "https://canary.botapi.skype.com/amer/",
    ],
)
def test_connectors_are_spoken_to(url: str) -> None:
    assert ACCOUNT.service(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "http://smba.trafficmanager.net/amer/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil-trafficmanager.net/",
        "https://br.smba.trafficmanager.net/",
        "https://other.trafficmanager.net/",
        "https://evilteams.microsoft.com.example/",
        "https://evilbotapi.skype.com/",
        "https://smba.trafficmanager.net:8443/",
        "https://x@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example/smba.trafficmanager.net",
        "https://169.254.169.254/",
        "http://127.0.0.1:8070/",
    ],
)
def test_strangers_never_see_a_token(url: str) -> None:
    assert not ACCOUNT.is_service(url)
    assert ACCOUNT.service(url) == "https://smba.trafficmanager.net/teams"
