"""E-mail behind the contract: it says that it cannot send yet; accounts are checked."""

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


async def test_it_says_that_it_cannot_send_yet() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(ChannelUnauthorized, match="no SMTP connection") as caught:
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
