"""The handshake and the signature, as WhatsApp's own channels use them."""

import pytest
from pydantic import SecretStr

from domain.errors import SignatureInvalid
from platforms.base import Account, WebhookRequest
from platforms.meta.graph import sign
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import ACCOUNT, HERE

BODY = (HERE / "inbound" / "text.json").read_bytes()
SECRET = "app-secret-of-nobody"


def signed(body: bytes, header: str | None) -> WebhookRequest:
    headers = {} if header is None else {"x-hub-signature-256": header}
    return WebhookRequest(headers=headers, body=body)


def test_a_good_signature_passes() -> None:
    WhatsApp().verify(signed(BODY, sign(BODY, SECRET)), ACCOUNT)


def test_the_previous_secret_still_passes() -> None:
    WhatsApp().verify(signed(BODY, sign(BODY, "app-secret-of-last-year")), ACCOUNT)


def test_a_secret_that_was_retired_no_longer_passes() -> None:
    account = ACCOUNT.model_copy(update={"previous_app_secret": None})
    with pytest.raises(SignatureInvalid):
        WhatsApp().verify(signed(BODY, sign(BODY, "app-secret-of-last-year")), account)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + "0" * 40,
        "sha256=é✓",
        "\udcff",
        sign(BODY, SECRET).removeprefix("sha256="),
        sign(BODY, ""),
        sign(BODY + b" ", SECRET),
        sign(BODY, "verify-token-of-nobody"),
    ],
)
def test_anything_else_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureInvalid):
        WhatsApp().verify(signed(BODY, header), ACCOUNT)


def test_an_empty_previous_secret_opens_nothing() -> None:
    account = ACCOUNT.model_copy(update={"previous_app_secret": SecretStr("")})
    with pytest.raises(SignatureInvalid):
        WhatsApp().verify(signed(BODY, sign(BODY, "")), account)


def handshake(**query: str) -> WebhookRequest:
    dotted = {key.replace("_", ".", 1): value for key, value in query.items()}
    return WebhookRequest(method="GET", query=dotted)


def test_the_challenge_comes_back_as_plain_text() -> None:
    request = handshake(
        hub_mode="subscribe", hub_verify_token="verify-token-of-nobody", hub_challenge="007"
    )
    answer = WhatsApp().handshake(request, ACCOUNT)
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type) == (200, "007", "text/plain")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"hub_mode": "subscribe", "hub_verify_token": "wrong", "hub_challenge": "1"}, 403),
        ({"hub_mode": "subscribe", "hub_verify_token": "é", "hub_challenge": "1"}, 403),
        ({"hub_mode": "subscribe", "hub_challenge": "1"}, 403),
        (
            {
                "hub_mode": "unsubscribe",
                "hub_verify_token": "verify-token-of-nobody",
                "hub_challenge": "1",
            },
            403,
        ),
        ({"hub_mode": "subscribe", "hub_verify_token": "verify-token-of-nobody"}, 400),
    ],
)
def test_a_handshake_that_proves_nothing_learns_nothing(query: dict[str, str], status: int) -> None:
    answer = WhatsApp().handshake(handshake(**query), ACCOUNT)
    assert answer is not None
    assert (answer.status, answer.body) == (status, "")


def test_other_requests_are_no_handshake() -> None:
    assert WhatsApp().handshake(WebhookRequest(method="GET"), ACCOUNT) is None
    assert WhatsApp().handshake(WebhookRequest(query={"hub.mode": "subscribe"}), ACCOUNT) is None


def test_another_platforms_account_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        WhatsApp().verify(signed(BODY, None), Account())
