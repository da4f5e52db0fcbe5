"""Whole conversations over Postfix and Dovecot: what is sent arrives, is answered, and comes back when it cannot."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.content import MediaContent, MediaRef, TextContent
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    DeliveryError,
    PlatformUnavailable,
    Throttled,
)
from domain.receipts import ReceiptStatus
from platforms.base import OutboundMessage
from platforms.email.platform import Email
from tests.platforms.email.configuration import DOMAIN, REFUSALS
from tests.platforms.email.connections import Listener, Proxy, events_of
from tests.platforms.email.servers import MailServers
from tests.platforms.email.support import outgoing

FILE = bytes(range(256)) * 4096 * 20
PIXEL = bytes.fromhex("89504e470d0a1a0a") + b"a picture"
OTHER_ID = "0198f0aa-0000-7000-8000-000000000043"


async def stored(key: str) -> bytes:
    return {"t1/big": FILE, "t1/pixel": PIXEL}[key]


Send = Callable[..., Awaitable[Any]]


@pytest.fixture
def send(client: httpx.AsyncClient, email: Email, postfix: MailServers) -> Send:
    async def sent(user: str, message: OutboundMessage, **settings: Any) -> Any:
        return await email.send(client, postfix.account(user, **settings), message, stored)

    return sent


async def test_a_conversation_keeps_its_thread(
    postfix: MailServers, client: httpx.AsyncClient, send: Send
) -> None:
    """We write, they answer, we answer that: each knows what it is an answer to."""
    shop, ana = postfix.user(), postfix.customer()
    async with (
        Listener(client, postfix.account(shop)) as ours,
        Listener(client, postfix.account(ana)) as theirs,
    ):
        await ours.started()
        await theirs.started()
        receipt = await send(shop, outgoing("Olá, Ana", address=ana))
        assert receipt.status is ReceiptStatus.SENT
        arrived = events_of((await theirs.until(1))[0])[0]
        assert arrived.external_id == receipt.message_external_id
        assert arrived.sender is not None
        assert arrived.sender.address == shop

        answer = outgoing("Oi, loja", id=OTHER_ID, address=shop, answers=arrived.raw)
        await send(ana, answer, name="Ana")
        back = events_of((await ours.until(1))[0])[0]
        assert back.reply_to == receipt.message_external_id
        assert back.thread == receipt.message_external_id
        assert back.content == TextContent(text="Oi, loja")
        # It came to the signed address that names the message it answers.
        assert str((back.details or {})["reply_tag"]).startswith("r.")

        last = outgoing("Até", id="third", address=ana, answers=back.raw, thread=back.thread)
        await send(shop, last)
        end = events_of((await theirs.until(2))[1])[0]
        assert end.reply_to == back.external_id
        assert end.thread == receipt.message_external_id
        assert (end.details or {})["subject"].count("Re:") == 1


@pytest.mark.slow
async def test_twenty_megabytes_leave_and_arrive(
    postfix: MailServers, client: httpx.AsyncClient, email: Email, send: Send
) -> None:
    shop, ana = postfix.user(), postfix.customer()
    media = MediaRef(
        key="t1/big", mime_type="application/pdf", filename="fotos.pdf", size=len(FILE)
    )
    async with Listener(client, postfix.account(ana)) as theirs:
        await theirs.started()
        content = MediaContent(type="document", media=media, caption="Seguem as fotos")
        await send(shop, outgoing(content=content, address=ana))
        body = (await theirs.until(1))[0]
    words, file = events_of(body)
    assert words.content == TextContent(text="Seguem as fotos")
    assert isinstance(file.content, MediaContent)
    assert file.content.media.filename == "fotos.pdf"
    assert email.cut(body, file.content.media, len(FILE)).content == FILE


async def test_a_picture_stands_within_the_words(
    postfix: MailServers, client: httpx.AsyncClient, email: Email, send: Send
) -> None:
    shop, ana = postfix.user(), postfix.customer()
    media = MediaRef(key="t1/pixel", mime_type="image/png", filename="lua.png", size=len(PIXEL))
    async with Listener(client, postfix.account(ana)) as theirs:
        await theirs.started()
        content = MediaContent(type="image", media=media, caption="A lua")
        await send(shop, outgoing(content=content, address=ana))
        body = (await theirs.until(1))[0]
    picture = events_of(body)[1]
    assert (picture.details or {})["inline"] is True
    assert isinstance(picture.content, MediaContent)
    assert email.cut(body, picture.content.media, 1000).content == PIXEL


MEANINGS: dict[str, type[DeliveryError]] = {
    "later": Throttled,
    "full": Throttled,
    "unknown": ContactUnreachable,
    "closed": ContactUnreachable,
    "spam": ContactUnreachable,
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refused_recipient(postfix: MailServers, send: Send, name: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(postfix.user(), outgoing(address=f"{name}@{DOMAIN}"))
    assert type(caught.value) is MEANINGS[name]
    assert caught.value.vendor_code == REFUSALS[name].split()[1]
    if name == "later":
        assert isinstance(caught.value, Throttled)
        assert caught.value.retry_after == timedelta(seconds=90)


async def test_what_cannot_be_delivered_later_comes_back_as_a_failed_receipt(
    postfix: MailServers, client: httpx.AsyncClient, send: Send
) -> None:
    """Postfix takes it, Dovecot does not: a report comes to the address that names the message."""
    shop = postfix.user()
    async with Listener(client, postfix.account(shop)) as ours:
        await ours.started()
        receipt = await send(shop, outgoing(address=f"nobody-is-here@{DOMAIN}"))
        assert receipt.status is ReceiptStatus.SENT
        event = events_of((await ours.until(1))[0])[0]
    assert event.kind == "receipt"
    assert event.receipt is not None
    assert event.receipt.status is ReceiptStatus.FAILED
    assert event.receipt.message_external_id == receipt.message_external_id
    assert event.receipt.error is not None
    assert event.receipt.error.code == "5.1.1"
    assert (event.details or {})["hard"] is True


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", "submit"), ("tls", "smtps"), ("none", "submit")]
)
async def test_it_leaves_over_every_kind_of_connection(
    postfix: MailServers, send: Send, security: str, port: str
) -> None:
    user = postfix.user()
    given = {"smtp_security": security, "smtp_port": postfix.ports[port]}
    receipt = await send(user, outgoing(address=postfix.user()), **given)
    assert receipt.status is ReceiptStatus.SENT


async def test_a_wrong_password_is_the_channels_and_in_the_servers_words(
    postfix: MailServers, send: Send
) -> None:
    with pytest.raises(ChannelUnauthorized, match=r"535 5\.7\.8") as caught:
        await send(postfix.user(), outgoing(address=postfix.user()), password="not the one")
    assert caught.value.vendor_code == "5.7.8"
    assert not caught.value.retryable


async def test_a_token_logs_in(postfix: MailServers, send: Send) -> None:
    user = postfix.user()
    given = {"password": None, "access_token": postfix.token(user)}
    receipt = await send(user, outgoing(address=postfix.user()), **given)
    assert receipt.status is ReceiptStatus.SENT
    wrong = postfix.token(user, key="not the key of these servers at all")
    with pytest.raises(ChannelUnauthorized) as caught:
        await send(user, outgoing(), password=None, access_token=wrong)
    assert wrong not in str(caught.value)


async def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    postfix: MailServers, send: Send
) -> None:
    with pytest.raises(PlatformUnavailable, match="certificate"):
        await send(postfix.user(), outgoing(), ca=None)


async def test_messages_follow_each_other_over_one_connection(
    postfix: MailServers, send: Send
) -> None:
    user, other = postfix.user(), postfix.user()
    async with Proxy(postfix.ports["submit"]) as proxy:
        for number in range(3):
            await send(user, outgoing(f"{number}", address=other), smtp_port=proxy.port)
        assert proxy.connections == 1
        proxy.cut()
        await send(user, outgoing(address=other), smtp_port=proxy.port)
        assert proxy.connections == 2
