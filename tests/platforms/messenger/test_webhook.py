"""The handshake and the signature, as a page's channel uses them."""

import pytest
from pydantic import SecretStr, ValidationError

from domain.errors import SignatureInvalid
from platforms.base import Account, MessagingPlatform, WebhookRequest
from platforms.meta.graph import sign
from platforms.meta.messenger.account import MessengerAccount
from platforms.meta.messenger.platform import Messenger
from tests.platforms.messenger.support import ACCOUNT, HERE

BODY = (HERE / "inbound" / "text.json").read_bytes()
SECRET = "page-app-secret-of-nobody"


def verify(body: bytes, header: str, account: Account = ACCOUNT) -> None:
    request = WebhookRequest(headers={"x-hub-signature-256": header}, body=body)
    Messenger().verify(request, account)


def test_meets_the_contract() -> None:
    platform: MessagingPlatform = Messenger()
    assert platform.shared_webhook
    assert platform.account_model is MessengerAccount
    assert platform.keys_url(ACCOUNT) is None
    assert platform.acknowledge(WebhookRequest(body=BODY), ACCOUNT) is None
    assert ACCOUNT.account_id == "108800555000111"


def test_both_secrets_pass_while_one_is_rotated() -> None:
    verify(BODY, sign(BODY, SECRET))
    verify(BODY, sign(BODY, "page-app-secret-of-last-year"))


def test_a_vector_worked_out_elsewhere() -> None:
    """HMAC-SHA256 of a body with escaped letters, as `openssl dgst -sha256 -hmac` prints it."""
    body = b'{"text":"ol\\u00e1 \\ud83d\\ude00 https:\\/\\/loja.example"}'
    account = ACCOUNT.model_copy(update={"app_secret": SecretStr("segredo")})
    digest = "5b2880310304e1e1e3d77ce4eb27cae51920866ab1dd13fcfc9cf0e2287e0301"
    verify(body, f"sha256={digest}", account)
    with pytest.raises(SignatureInvalid):
        verify('{"text":"olá 😀 https://loja.example"}'.encode(), f"sha256={digest}", account)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "sha1=" + "0" * 40,
        "sha256=é✓",
        sign(BODY, ""),
        sign(BODY + b" ", SECRET),
        sign(BODY, "page-verify-token-of-nobody"),
        sign(BODY, SECRET).upper(),
    ],
)
def test_anything_else_is_refused(header: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify(BODY, header)


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        (("subscribe", "page-verify-token-of-nobody", "0042"), 200, "0042"),
        (("subscribe", "wrong", "0042"), 403, ""),
        (("unsubscribe", "page-verify-token-of-nobody", "0042"), 403, ""),
        (("subscribe", "page-verify-token-of-nobody", ""), 400, ""),
    ],
)
def test_the_handshake(query: tuple[str, str, str], status: int, body: str) -> None:
    names = ("hub.mode", "hub.verify_token", "hub.challenge")
    request = WebhookRequest(method="GET", query=dict(zip(names, query, strict=True)))
    answer = Messenger().handshake(request, ACCOUNT)
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type) == (status, body, "text/plain")


def test_other_requests_are_no_handshake() -> None:
    assert Messenger().handshake(WebhookRequest(method="GET"), ACCOUNT) is None


def test_another_platforms_account_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        verify(BODY, "", Account())


@pytest.mark.parametrize(
    "change",
    [{"page_id": "1/../me"}, {"api_base": "ftp://graph.facebook.com"}, {"api_version": "25"}],
)
def test_what_cannot_be_called_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MessengerAccount.model_validate({**ACCOUNT.model_dump(), **change})
