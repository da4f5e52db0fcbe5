"""Two ways to log in: two hosts, two ids, several secrets, and the same messages."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from domain.errors import ContentRejected, SignatureInvalid
from domain.events import Sender
from domain.fitting import fit
from platforms.base import WebhookRequest
from platforms.meta.graph import sign
from platforms.meta.instagram.account import InstagramAccount
from platforms.meta.instagram.facts import CAPABILITIES
from platforms.meta.instagram.platform import Instagram
from tests.platforms.instagram.support import (
    ACCOUNT,
    CONTACT,
    HERE,
    OF_PAGE,
    accepted,
    outbound_message,
)
from tests.platforms.whatsapp.support import FakeGraph, media_of, no_media, refused

BODY = (HERE / "inbound" / "text.json").read_bytes()
TEXT = {"type": "text", "text": "oi"}
PHOTO = {"type": "image", "media": {"key": "t1/a.png", "mime_type": "image/png"}}


@pytest.mark.parametrize(
    ("account", "url"),
    [
        (ACCOUNT, "https://graph.instagram.com/v25.0/17840055500011/messages"),
        (OF_PAGE, "https://graph.facebook.com/v25.0/108800555000111/messages"),
    ],
)
async def test_each_has_its_host_and_id(account: InstagramAccount, url: str) -> None:
    graph = FakeGraph(accepted("aWdfLua-new"))
    async with graph.client() as client:
        receipt = await Instagram().send(client, account, outbound_message(TEXT), no_media)
    assert receipt.message_external_id == "aWdfLua-new"
    assert str(graph.requests[0].url) == url
    assert graph.json() == {"recipient": {"id": CONTACT}, "message": {"text": "oi"}}


async def test_only_a_page_must_say_for_whom_a_file_is() -> None:
    for account, says in ((ACCOUNT, False), (OF_PAGE, True)):
        graph = FakeGraph(httpx.Response(200, json={"attachment_id": "77"}), accepted())
        async with graph.client() as client:
            await Instagram().send(client, account, outbound_message(PHOTO), media_of(b"png"))
        assert (b'name="platform"' in graph.requests[0].content) is says
        assert graph.json()["message"]["attachment"]["payload"] == {"attachment_id": "77"}


def test_an_address_that_is_given_beats_that_of_the_login() -> None:
    raw = {**OF_PAGE.model_dump(), "api_base": "http://127.0.0.1:9/instagram/"}
    account = InstagramAccount.model_validate(raw)
    assert account.edge("messages") == "http://127.0.0.1:9/instagram/v25.0/108800555000111/messages"
    assert InstagramAccount.model_validate(OF_PAGE.model_dump()) == OF_PAGE


def test_a_login_at_facebook_needs_its_page() -> None:
    with pytest.raises(ValidationError, match="page_id") as caught:
        InstagramAccount.model_validate({**ACCOUNT.model_dump(), "login": "facebook"})
    assert not any(secret in str(caught.value) for secret in ACCOUNT.secrets())


def test_either_secret_may_sign() -> None:
    for secret in ("ig-app-secret-of-nobody", "ig-second-secret-of-nobody"):
        headers = {"x-hub-signature-256": sign(BODY, secret)}
        Instagram().verify(WebhookRequest(headers=headers, body=BODY), ACCOUNT)
    account = ACCOUNT.model_copy(update={"instagram_app_secret": SecretStr("")})
    headers = {"x-hub-signature-256": sign(BODY, "")}
    with pytest.raises(SignatureInvalid):
        Instagram().verify(WebhookRequest(headers=headers, body=BODY), account)


@pytest.mark.parametrize("text", ["ã" * 501, "😀" * 251, "x" * 1001])
def test_the_limit_of_a_text_is_in_bytes(text: str) -> None:
    with pytest.raises(ContentRejected, match="bytes"):
        Instagram().render(outbound_message({"type": "text", "text": text}), ACCOUNT)
    parts = fit(outbound_message({"type": "text", "text": text}).content, CAPABILITIES)
    assert len(parts) == 2


UNSENDABLE: list[dict[str, Any]] = [
    {"type": "template", "name": "t", "language": "en"},
    {
        "type": "document",
        "media": {"url": "https://l.example/a.zip", "mime_type": "application/zip"},
    },
    {"type": "audio", "media": {"url": "https://l.example/a.ogg", "mime_type": "audio/ogg"}},
    {"type": "image", "media": {"id": "1", "mime_type": "image/png", "size": 9 * 1024 * 1024}},
]


@pytest.mark.parametrize("content", UNSENDABLE, ids=lambda content: content["type"])
def test_what_instagram_does_not_take(content: dict[str, Any]) -> None:
    with pytest.raises(ContentRejected):
        Instagram().render(outbound_message(content), ACCOUNT)


async def test_a_profile_has_a_username() -> None:
    body = {"name": "", "username": "ana.lua", "id": CONTACT}
    graph = FakeGraph(httpx.Response(200, json=body))
    async with graph.client() as client:
        found = await Instagram().fetch_profile(client, ACCOUNT, CONTACT)
    assert found == Sender(address=CONTACT, username="ana.lua")
    assert graph.requests[0].url.host == "graph.instagram.com"


async def test_who_never_wrote_has_no_profile() -> None:
    graph = FakeGraph(refused(230))
    async with graph.client() as client:
        assert await Instagram().fetch_profile(client, ACCOUNT, CONTACT) is None


def test_accounts_names_every_account_once() -> None:
    body = (HERE / "inbound" / "several_entries.json").read_bytes()
    names = Instagram().accounts(WebhookRequest(body=body))
    assert names == ["17840055500011", "17840055500012"]
    sample = (HERE / "inbound" / "test_of_dashboard.json").read_bytes()
    assert Instagram().accounts(WebhookRequest(body=sample)) == ["23245"]
