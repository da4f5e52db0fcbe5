"""What proves a body, what it is answered with, and whose it is."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest, WebhookResponse
from platforms.slack.inbound import SIGNATURE_HEADER, TIMESTAMP_HEADER
from platforms.slack.platform import Slack
from tests.platforms.slack.harness import ACCOUNT, SIGNED_AT, sign
from tests.platforms.slack.support import arrived

INBOUND = Path(__file__).parent / "inbound"
NOW = datetime.fromtimestamp(SIGNED_AT, UTC)
BODY = b'{"type":"event_callback","event":{"type":"message"}}'


def verify(headers: dict[str, str], body: bytes = BODY, late: float = 0) -> None:
    request = WebhookRequest(headers=headers, body=body, received_at=NOW + timedelta(seconds=late))
    Slack().verify(request, ACCOUNT)


@pytest.mark.parametrize("late", [0, 299, 300, -300])
def test_a_signature_is_good_for_five_minutes(late: float) -> None:
    verify(sign(BODY), late=late)


@pytest.mark.parametrize("late", [301, -301, 86400])
def test_and_not_longer(late: float) -> None:
    with pytest.raises(SignatureInvalid):
        verify(sign(BODY), late=late)


def test_a_delivery_that_is_repeated_is_signed_anew() -> None:
    again = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    verify({**sign(BODY, SIGNED_AT + 3600), **again}, late=3601)


@pytest.mark.parametrize(
    "change",
    [
        {SIGNATURE_HEADER: ""},
        {TIMESTAMP_HEADER: ""},
        {TIMESTAMP_HEADER: "abc"},
        {TIMESTAMP_HEADER: "-1"},
        {TIMESTAMP_HEADER: "9" * 5000},
        {TIMESTAMP_HEADER: "１７８５５８６２００"},  # noqa: RUF001  digits of another alphabet
        {TIMESTAMP_HEADER: str(SIGNED_AT + 1)},
        {SIGNATURE_HEADER: "v0=é"},
        {SIGNATURE_HEADER: "v0=\ud800"},
        {SIGNATURE_HEADER: sign(BODY)[SIGNATURE_HEADER].replace("v0", "v1")},
        {SIGNATURE_HEADER: sign(BODY)[SIGNATURE_HEADER].upper()},
        {SIGNATURE_HEADER: sign(BODY + b" ")[SIGNATURE_HEADER]},
    ],
    ids=range(12),
)
def test_anything_else_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verify({**sign(BODY), **change})


def test_a_form_is_signed_as_it_is_sent() -> None:
    body = urlencode({"payload": '{"type":"block_actions"}'}).encode()
    verify(sign(body), body)
    verify(sign(b"ssl_check=1"), b"ssl_check=1")


def test_both_secrets_count_while_they_are_changed() -> None:
    renewed = ACCOUNT.model_copy(
        update={
            "signing_secret": SecretStr("new"),
            "previous_signing_secret": ACCOUNT.signing_secret,
        }
    )
    request = WebhookRequest(headers=sign(BODY), body=BODY)
    Slack().verify(request, renewed)
    with pytest.raises(SignatureInvalid):
        Slack().verify(request, renewed.model_copy(update={"previous_signing_secret": None}))


def answered(name: str) -> WebhookResponse | None:
    body = (INBOUND / name).read_bytes()
    return Slack().acknowledge(WebhookRequest(body=body), ACCOUNT)


def test_a_challenge_is_answered_with_itself() -> None:
    answer = answered("address_check.json")
    assert answer == WebhookResponse(body="desafio-8d1f", content_type="text/plain")


def test_a_check_of_the_certificate_is_answered_although_it_names_nobody() -> None:
    assert answered("certificate_check.form") == WebhookResponse()


def test_a_menu_that_asks_gets_no_options() -> None:
    answer = answered("options_asked_for.json")
    assert answer is not None
    assert json.loads(answer.body) == {"options": []}
    assert answer.content_type == "application/json"


@pytest.mark.parametrize("name", ["text.json", "form.json", "command.form", "button.json"])
def test_everything_else_gets_an_empty_answer(name: str) -> None:
    assert answered(name) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"hello", b'{"type":"url_verification"}'])
def test_what_asks_nothing_is_answered_nothing(body: bytes) -> None:
    assert Slack().acknowledge(WebhookRequest(body=body), ACCOUNT) is None


def test_an_address_is_not_checked_by_a_get() -> None:
    request = WebhookRequest(method="GET", query={"challenge": "x"})
    assert Slack().handshake(request, ACCOUNT) is None


def accounts(body: Any) -> list[str]:
    return Slack().accounts(WebhookRequest(body=json.dumps(body).encode()))


AUTHORIZED = {"enterprise_id": "E1", "team_id": "T2", "is_enterprise_install": False}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"team_id": "T1", "api_app_id": "A1"}, ["T1"]),
        # A shared channel: the event is from T1 and we see it through T2.
        ({"team_id": "T1", "authorizations": [AUTHORIZED]}, ["T2"]),
        ({"authorizations": [{**AUTHORIZED, "is_enterprise_install": True}]}, ["E1"]),
        ({"team_id": "T1", "authorizations": [{"user_id": "U1", "is_bot": True}]}, ["T1"]),
        ({"team_id": "T1", "context_team_id": "T3"}, ["T3"]),
        ({"team": {"id": "T1"}, "is_enterprise_install": False}, ["T1"]),
        ({"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}, ["E1"]),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, ["E1"]),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "false"}, ["T1"]),
        ({"enterprise_id": "E1", "api_app_id": "A1"}, ["E1"]),
        ({"api_app_id": "A1"}, ["A1"]),
        ({"authorizations": {"0": "?"}, "team": [], "view": 3}, []),
        ([], []),
    ],
    ids=range(13),
)
def test_a_body_names_its_account(body: Any, names: list[str]) -> None:
    assert accounts(body) == names


def test_one_app_has_one_address_for_all_its_workspaces() -> None:
    assert Slack().shared_webhook is True
    assert Slack().keys_url(ACCOUNT) is None


@pytest.mark.parametrize(
    "body",
    [
        b"payload=%7Bnot",
        b"payload=3",
        b"a=1",
        b"a=" + b"&a=" * 200,
        b'{"payload": "[1]"}',
        b'"text"',
    ],
)
def test_forms_and_texts_of_others_are_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        arrived(body)


def test_a_form_reads_as_the_json_in_it() -> None:
    inner = (INBOUND / "button.json").read_text("utf-8")
    form = urlencode({"payload": inner}).encode()
    wrapped = json.dumps({"payload": inner}).encode()
    plain, posted, in_json = (arrived(body) for body in (inner.encode(), form, wrapped))
    assert plain[0].content == posted[0].content == in_json[0].content
    assert plain[0].external_id == posted[0].external_id
