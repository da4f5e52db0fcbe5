"""Who may post to us, and what LinkedIn must be answered when it asks whether we are there."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.inbound import SIGNATURE_HEADER
from platforms.linkedin.platform import LinkedIn
from tests.platforms.linkedin.harness import ACCOUNT
from tests.platforms.linkedin.support import arrived

SECRET = ACCOUNT.client_secret.get_secret_value()
BODY = b'{"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": []}'


def by_hand(content: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def posted(signature: str | None, body: bytes = BODY) -> WebhookRequest:
    headers = {} if signature is None else {SIGNATURE_HEADER: signature}
    return WebhookRequest(headers=headers, body=body)


SIGNED = by_hand(b"hmacsha256=" + BODY)


@pytest.mark.parametrize("signature", [SIGNED, f"hmacsha256={SIGNED}"])
def test_the_signature_covers_its_own_name_and_the_body(signature: str) -> None:
    LinkedIn().verify(posted(signature), ACCOUNT)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        by_hand(BODY),
        by_hand(b"hmacsha256=" + BODY, "another"),
        SIGNED.upper(),
        "é",
        "x" * 64,
    ],
)
def test_anything_else_is_refused(signature: str | None) -> None:
    with pytest.raises(SignatureInvalid):
        LinkedIn().verify(posted(signature), ACCOUNT)


def test_one_byte_more_is_another_body() -> None:
    with pytest.raises(SignatureInvalid):
        LinkedIn().verify(posted(SIGNED, BODY + b" "), ACCOUNT)


def test_the_secret_before_still_counts() -> None:
    changed = ACCOUNT.model_copy(
        update={"client_secret": SecretStr("new"), "previous_client_secret": ACCOUNT.client_secret}
    )
    LinkedIn().verify(posted(SIGNED), changed)


def test_the_challenge_is_signed() -> None:
    request = WebhookRequest(method="GET", query={"challengeCode": "5d1c", "applicationId": "7"})
    answer = LinkedIn().handshake(request, ACCOUNT)
    assert answer is not None
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {
        "challengeCode": "5d1c",
        "challengeResponse": by_hand(b"5d1c"),
    }


@pytest.mark.parametrize(
    "request_",
    [
        WebhookRequest(method="GET"),
        WebhookRequest(method="GET", query={"challengeCode": ""}),
        WebhookRequest(method="POST", query={"challengeCode": "5d1c"}),
    ],
)
def test_nothing_else_is_a_challenge(request_: WebhookRequest) -> None:
    assert LinkedIn().handshake(request_, ACCOUNT) is None


def test_events_are_answered_empty() -> None:
    assert LinkedIn().acknowledge(posted(SIGNED), ACCOUNT) is None
    assert LinkedIn().keys_url(ACCOUNT) is None


def test_whom_a_body_is_for() -> None:
    pages = [{"organizationalEntity": "urn:li:organization:1"}] * 2
    body = {"notifications": [*pages, {"organizationalEntity": "urn:li:organization:2"}, 3]}
    request = WebhookRequest(body=json.dumps(body).encode())
    assert LinkedIn().accounts(request) == ["urn:li:organization:1", "urn:li:organization:2"]
    lead = {"type": "LEAD_ACTION", "owner": {"organization": "urn:li:organization:3"}}
    request = WebhookRequest(body=json.dumps(lead).encode())
    assert LinkedIn().accounts(request) == ["urn:li:organization:3"]
    assert LinkedIn().accounts(WebhookRequest(body=b"?")) == []


@pytest.mark.parametrize("body", [b"", b"a=b", b"\xff", b"3", b"&" * 200 + b"challengeCode=1"])
def test_what_is_not_linkedins_is_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        arrived(body)


def test_the_same_comment_told_to_two_administrators_is_one() -> None:
    name = "urn:li:comment:(urn:li:activity:1,2)"
    told = [
        {"notificationId": number, "action": "COMMENT", "generatedActivity": name}
        for number in (1, "2")
    ]
    assert {event.external_id for event in arrived({"notifications": told})} == {name}


SETTINGS: dict[str, Any] = {"actor": "7700042", "access_token": "t", "client_secret": "s"}


def test_a_page_is_known_by_its_number() -> None:
    assert LinkedInAccount.model_validate(SETTINGS).account_id == "urn:li:organization:7700042"
    member = {**SETTINGS, "actor": "urn:li:person:a_-1"}
    assert LinkedInAccount.model_validate(member).account_id == "urn:li:person:a_-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": ""},
        {"actor": "a b"},
        {"api_version": "v2"},
        {"api_base": "ftp://x"},
        {"token_url": "https://"},
        {"access_token": ""},
        {"client_secret": ""},
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LinkedInAccount.model_validate({**SETTINGS, **wrong})
