"""The fakes keep the contracts they stand in for."""

import asyncio

import httpx
import pytest
from pydantic import SecretStr

from domain.content import MediaRef, TextContent
from domain.errors import (
    ContactUnreachable,
    MediaRejected,
    OutcomeUnknown,
    PayloadUnreadable,
    SignatureInvalid,
)
from domain.events import InboundEvent
from domain.platform import Idempotency
from domain.receipts import ReceiptStatus
from platforms.base import MessagingPlatform, OutboundMessage, WebhookRequest
from tests.fakes import (
    CAPABILITIES,
    ScriptedAccount,
    ScriptedPlatform,
    accept,
    hang,
    lose_answer,
    refuse,
)

ACCOUNT = ScriptedAccount(name="shop", token=SecretStr("a secret"))


def message(number: int = 1) -> OutboundMessage:
    return OutboundMessage(id=f"message-{number}", address="55", content=TextContent(text="Hi"))


async def send(platform: MessagingPlatform, number: int = 1) -> ReceiptStatus:
    async def no_media(key: str) -> bytes:
        raise FileNotFoundError(key)

    async with httpx.AsyncClient() as client:
        return (await platform.send(client, ACCOUNT, message(number), no_media)).status


async def test_a_script_is_followed_and_then_everything_is_accepted() -> None:
    platform = ScriptedPlatform(refuse(ContactUnreachable()), lose_answer(), accept())
    with pytest.raises(ContactUnreachable):
        await send(platform, 1)
    with pytest.raises(OutcomeUnknown):
        await send(platform, 2)
    assert [await send(platform, number) for number in (3, 4)] == [ReceiptStatus.SENT] * 2
    assert [call.id for call in platform.calls] == [f"message-{n}" for n in (1, 2, 3, 4)]
    assert [taken.id for taken in platform.ledger] == [f"message-{n}" for n in (2, 3, 4)]


@pytest.mark.parametrize(("idempotency", "seen"), [(Idempotency.KEY, 1), (Idempotency.ECHO, 2)])
async def test_only_a_platform_with_keys_drops_a_second_copy(
    idempotency: Idempotency, seen: int
) -> None:
    capabilities = CAPABILITIES.model_copy(update={"idempotency": idempotency})
    platform = ScriptedPlatform(capabilities=capabilities)
    for _ in range(2):
        await send(platform)
    assert len(platform.ledger) == seen


async def test_a_call_that_hangs_never_comes_back() -> None:
    platform = ScriptedPlatform(hang(takes=True))
    call = asyncio.create_task(send(platform))
    await platform.called.wait()
    assert not call.done()
    assert len(platform.ledger) == 1
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


def test_webhooks_are_events_in_our_own_words() -> None:
    platform: MessagingPlatform = ScriptedPlatform()
    body = b'[{"kind": "typing", "external_id": "1", "account": "shop"}]'
    asked = WebhookRequest(headers={"x-token": "a secret"}, body=body)
    platform.verify(asked, ACCOUNT)
    assert platform.parse(asked) == [InboundEvent(kind="typing", external_id="1", account="shop")]
    assert platform.accounts(asked) == ["shop"]


def test_webhooks_that_prove_or_say_nothing_are_refused() -> None:
    platform = ScriptedPlatform()
    with pytest.raises(SignatureInvalid):
        platform.verify(WebhookRequest(headers={"x-token": "another"}), ACCOUNT)
    with pytest.raises(PayloadUnreadable):
        platform.parse(WebhookRequest(body=b"{}"))


async def test_files_are_fetched_within_the_limit() -> None:
    platform = ScriptedPlatform(files={"media-1": b"12345"})
    async with httpx.AsyncClient() as client:
        fetched = await platform.fetch_media(client, ACCOUNT, MediaRef(id="media-1"), 5)
        assert fetched.content == b"12345"
        for media, limit in ((MediaRef(id="media-1"), 4), (MediaRef(id="gone"), 5)):
            with pytest.raises(MediaRejected):
                await platform.fetch_media(client, ACCOUNT, media, limit)
