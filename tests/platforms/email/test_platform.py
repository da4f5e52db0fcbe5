"""E-mail behind the contract: what it says without a server to send through; accounts are checked."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from domain.content import MediaRef, TextContent
from domain.errors import ChannelUnauthorized, ContentRejected, MediaRejected
from platforms.base import BringsFiles, WebhookRequest
from platforms.email.account import EmailAccount
from platforms.email.platform import Email
from platforms.webchat.account import WebchatAccount
from tests.platforms.email.harness import ACCOUNT
from tests.platforms.email.support import outgoing

EMAIL = Email()
SECRET = SecretStr("s" * 32)


async def no_file(key: str) -> bytes:
    raise AssertionError(f"no file may be read, least of all {key}")


async def test_without_a_server_it_says_that_it_cannot_send() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(ChannelUnauthorized, match="no SMTP server") as caught:
            await EMAIL.send(client, ACCOUNT, outgoing(), no_file)
        assert not caught.value.retryable
        with pytest.raises(ContentRejected):
            await EMAIL.send(client, ACCOUNT, outgoing(content=TextContent(text=" ")), no_file)


async def test_there_is_nothing_to_fetch() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(MediaRejected):
            await EMAIL.fetch_media(client, ACCOUNT, MediaRef(url="https://x.example/a"), 9)
        assert await EMAIL.fetch_profile(client, ACCOUNT, "a@x.example") is None


def test_its_files_are_in_its_bodies() -> None:
    assert isinstance(EMAIL, BringsFiles)
    assert EMAIL.accounts(WebhookRequest(body=b"To: a@x.example\n\noi")) == []


@pytest.mark.parametrize(
    "address",
    ["", "a b@x.example", "a@x.example\nBcc: b@x.example", "Ana <a@x.example>", "@x.example"],
)
def test_an_account_has_an_address(address: str) -> None:
    with pytest.raises(ValidationError):
        EmailAccount(address=address, secret=SECRET)


def test_an_account_is_named_by_its_address() -> None:
    assert (
        EmailAccount(address="Atende@Loja.example", secret=SECRET).account_id
        == "atende@loja.example"
    )
    assert EmailAccount(address="atende", secret=SECRET).account_id == "atende@localhost"


def test_an_account_of_another_platform_is_a_bug() -> None:
    with pytest.raises(TypeError):
        EMAIL.render(outgoing(), WebchatAccount(inbox="i", secret=SECRET))


def settings(**given: Any) -> EmailAccount:
    return EmailAccount.model_validate({"address": "a@x.example", "secret": SECRET, **given})


def test_ports_are_those_of_the_security() -> None:
    for security, read, sent in (("tls", 993, 465), ("starttls", 143, 587)):
        account = settings(
            imap_host="mail.x.example",
            smtp_host="mail.x.example",
            imap_security=security,
            smtp_security=security,
            password="p",
        )
        assert (account.mailbox.port, account.submission.port) == (read, sent)
    assert settings(smtp_host="h", smtp_port=2525).submission.port == 2525


BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"imap_host": "mail.x.example"}, "needs a password"),
    ({"imap_host": "mail.x.example", "password": "p", "imap_security": "none"}, "another machine"),
    ({"smtp_host": "10.0.0.9", "smtp_security": "none"}, "another machine"),
    ({"smtp_host": "https://mail.x.example"}, "pattern"),
    ({"oauth_token_url": "https://login.x.example"}, "oauth_client_id"),
    ({"oauth_token_url": "https://login.x.example", "oauth_client_id": "c"}, "refresh token"),
    ({"ca": "/etc/ssl/cert.pem"}, "PEM"),
    ({"smtp_port": 70000}, "65535"),
]


@pytest.mark.parametrize(("given", "words"), BAD_SETTINGS)
def test_settings_that_cannot_work_are_told(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        settings(**given)
    assert SECRET.get_secret_value() not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_no_tls(host: str) -> None:
    assert settings(smtp_host=host, smtp_security="none").submission.security == "none"


def test_plain_text_may_cross_a_network_only_when_somebody_says_so() -> None:
    given = {"smtp_host": "10.0.0.9", "smtp_security": "none", "allow_plaintext": True}
    assert settings(**given).submission.host == "10.0.0.9"


async def test_why_there_is_no_token_is_told_in_the_endpoints_words() -> None:
    def endpoint(request: httpx.Request) -> httpx.Response:
        said = f"Token has been revoked: {'refresh-me-please'}"
        return httpx.Response(400, json={"error": "invalid_grant", "error_description": said})

    account = settings(
        smtp_host="127.0.0.1",
        oauth_token_url="https://login.x.example/token",
        oauth_client_id="our app",
        oauth_refresh_token="refresh-me-please",
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as client:
        with pytest.raises(
            ChannelUnauthorized, match="invalid_grant Token has been revoked"
        ) as caught:
            await Email().send(client, account, outgoing(), no_file)
    assert "refresh-me-please" not in str(caught.value)
