"""What becomes of a send when the server refuses or hangs up, step by step: nothing is ever sent twice on a guess."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.content import MediaContent, MediaRef
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaTooLarge,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.receipts import ReceiptStatus
from platforms.email import smtp_session
from platforms.email.account import EmailAccount
from platforms.email.platform import Email
from platforms.email.smtp_pool import AT_ONCE, MOST_MESSAGES, Submissions
from tests.platforms.email.connections import eventually
from tests.platforms.email.scripted import HANG_UP, OFFERS, ScriptedServer
from tests.platforms.email.support import outgoing

PASSWORD = "the password of the tests"


def account(server: ScriptedServer, **settings: Any) -> EmailAccount:
    given: dict[str, Any] = {
        "address": "atende@loja.example",
        "secret": SecretStr("s" * 32),
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "password": PASSWORD,
    }
    return EmailAccount.model_validate({**given, **settings})


async def no_file(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


class Sender:
    """Sends through one server."""

    def __init__(self, client: httpx.AsyncClient, email: Email) -> None:
        self._client = client
        self._email = email

    async def __call__(self, to: EmailAccount, **fields: Any) -> ReceiptStatus:
        receipt = await self._email.send(self._client, to, outgoing(**fields), no_file)
        assert receipt.reference == fields.get("id", outgoing().id)
        return receipt.status

    async def failure(self, to: EmailAccount, **fields: Any) -> DeliveryError:
        with pytest.raises(DeliveryError) as caught:
            await self(to, **fields)
        return caught.value


@pytest.fixture
async def send(client: httpx.AsyncClient, email: Email) -> Sender:
    return Sender(client, email)


BEFORE_THE_DOT = ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize("step", BEFORE_THE_DOT)
async def test_a_connection_lost_before_the_dot_has_sent_nothing(send: Sender, step: str) -> None:
    async with ScriptedServer({step: [HANG_UP]}) as server:
        assert type(await send.failure(account(server))) is PlatformUnavailable
        # The next one is a new connection, and goes through.
        assert await send(account(server)) is ReceiptStatus.SENT
        assert server.connections == 2
        assert len(server.messages) == 1


async def test_a_connection_lost_in_the_middle_of_the_message_has_sent_nothing(
    client: httpx.AsyncClient, email: Email
) -> None:
    async with ScriptedServer(hang_up_after=1_000_000) as server:
        with pytest.raises(PlatformUnavailable):
            await email.send(client, account(server), with_file(20), stored)
        assert server.messages == []


async def test_a_server_that_hangs_up_in_the_middle_may_have_said_why(
    client: httpx.AsyncClient, email: Email
) -> None:
    why = "552 5.3.4 that is enough\r\n"
    async with ScriptedServer(hang_up_after=1_000_000, parting=why) as server:
        with pytest.raises((MediaTooLarge, PlatformUnavailable)):
            await email.send(client, account(server), with_file(20), stored)
        assert server.messages == []


async def test_a_connection_lost_after_the_dot_leaves_it_open(send: Sender) -> None:
    async with ScriptedServer({"message": [HANG_UP]}) as server:
        error = await send.failure(account(server))
        assert type(error) is OutcomeUnknown
        assert not error.retryable
        assert len(server.messages) == 1


async def test_no_answer_to_the_dot_leaves_it_open(
    send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_session, "VERDICT_SECONDS", 0.1)
    async with ScriptedServer() as server:
        server.holding.clear()
        assert type(await send.failure(account(server))) is OutcomeUnknown
        server.holding.set()


async def test_a_send_that_is_called_off_closes_its_connection(send: Sender) -> None:
    async with ScriptedServer() as server:
        server.holding.clear()
        sending = asyncio.create_task(send(account(server)))
        await eventually(lambda: "DATA" in server.heard)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        server.holding.set()
        await eventually(lambda: server.open_now == 0)


REFUSALS: list[tuple[str, str, type[DeliveryError], str]] = [
    ("greeting", "421 4.3.2 shutting down", PlatformUnavailable, "4.3.2"),
    ("greeting", "554 5.7.1 not for you", PlatformUnavailable, "5.7.1"),
    ("AUTH", "535 5.7.8 wrong password", ChannelUnauthorized, "5.7.8"),
    ("AUTH", "535 5.7.139 SMTP is switched off for the tenant", ChannelUnauthorized, "5.7.139"),
    ("AUTH", "454 4.7.0 try again later", PlatformUnavailable, "4.7.0"),
    ("MAIL", "550 5.7.60 may not send as this sender", ChannelUnauthorized, "5.7.60"),
    ("MAIL", "452 4.3.1 no room", PlatformUnavailable, "4.3.1"),
    ("RCPT", "550 5.1.1 nobody", ContactUnreachable, "5.1.1"),
    ("RCPT", "550 nobody", ContactUnreachable, "550"),
    ("RCPT", "552 5.2.2 full", ContactUnreachable, "5.2.2"),
    ("RCPT", "451 4.7.1 greylisted for 300 seconds", Throttled, "4.7.1"),
    ("RCPT", "452 4.2.2 full", Throttled, "4.2.2"),
    ("RCPT", "553 5.7.1 sender not owned by user", ChannelUnauthorized, "5.7.1"),
    ("RCPT", "554 5.7.1 relay access denied", ChannelUnauthorized, "5.7.1"),
    ("DATA", "554 5.5.1 no valid recipients", ContentRejected, "5.5.1"),
    ("message", "554 5.7.1 spam", ContentRejected, "5.7.1"),
    ("message", "552 5.3.4 too large", MediaTooLarge, "5.3.4"),
    ("message", "550 5.4.5 daily quota", Throttled, "5.4.5"),
    ("message", "550 5.7.26 no proof of who sent it", ChannelUnauthorized, "5.7.26"),
    ("message", "451 4.3.0 try again", Throttled, "4.3.0"),
    ("message", "421 4.7.0 unusual rate of mail", Throttled, "4.7.0"),
]


@pytest.mark.parametrize(("step", "said", "meaning", "code"), REFUSALS)
async def test_a_refusal_is_what_it_means(
    send: Sender, step: str, said: str, meaning: type[DeliveryError], code: str
) -> None:
    async with ScriptedServer({step: [said]}) as server:
        error = await send.failure(account(server))
        assert type(error) is meaning
        assert error.vendor_code == code
        assert error.detail == said
        assert PASSWORD not in error.detail


async def test_a_server_may_say_how_long_to_wait(send: Sender) -> None:
    script = {"RCPT": ["451 4.7.1 greylisted for 300 seconds", "450 4.2.0 try again in 2 minutes"]}
    async with ScriptedServer(script) as server:
        waits = [await send.failure(account(server)) for _ in range(2)]
        assert [error.retry_after for error in waits if isinstance(error, Throttled)] == [
            timedelta(seconds=300),
            timedelta(minutes=2),
        ]
        assert await send(account(server)) is ReceiptStatus.SENT
        # A refused recipient is no reason to connect anew.
        assert server.connections == 1


async def test_the_password_that_a_server_repeats_is_not_shown(send: Sender) -> None:
    async with ScriptedServer({"AUTH": [f"535 5.7.8 {PASSWORD} is wrong"]}) as server:
        assert PASSWORD not in (await send.failure(account(server))).detail


async def test_both_old_ways_to_log_in_are_known(send: Sender) -> None:
    for way in ("PLAIN", "LOGIN"):
        async with ScriptedServer(offers=("scripted.example", f"AUTH {way}")) as server:
            assert await send(account(server)) is ReceiptStatus.SENT
            said = b" ".join(
                base64.b64decode(line + "==") for line in server.heard[2:4] if " " not in line
            )
            assert PASSWORD.encode() in said


async def test_a_server_that_offers_no_login_gets_no_password(send: Sender) -> None:
    async with ScriptedServer(offers=("scripted.example", "SIZE 1000000")) as server:
        assert isinstance(await send.failure(account(server)), ChannelUnauthorized)
        assert await send(account(server, password=None)) is ReceiptStatus.SENT


async def test_where_tls_was_asked_for_nothing_is_said_without_it(send: Sender) -> None:
    async with ScriptedServer() as server:
        error = await send.failure(account(server, smtp_security="starttls"))
        assert isinstance(error, ChannelUnauthorized)
        assert [line.split()[0] for line in server.heard] == ["EHLO"]


async def test_what_is_said_before_tls_is_a_strangers(send: Sender) -> None:
    offers = (*OFFERS, "STARTTLS")
    injected = "220 2.0.0 ready\r\n250 2.0.0 not from the server"
    async with ScriptedServer({"STARTTLS": [injected]}, offers) as server:
        error = await send.failure(account(server, smtp_security="starttls"))
        assert isinstance(error, PlatformUnavailable)
        assert "out of turn" in error.detail


async def test_a_message_that_is_too_large_for_the_server_is_not_even_begun(
    client: httpx.AsyncClient, email: Email
) -> None:
    async with ScriptedServer(offers=("scripted.example", "SIZE 2000000", "AUTH PLAIN")) as server:
        with pytest.raises(MediaTooLarge, match="2000000"):
            await email.send(client, account(server), with_file(5), stored)
        assert not any(line.startswith("MAIL") for line in server.heard)


async def test_an_address_of_other_letters_needs_a_server_that_takes_it(send: Sender) -> None:
    async with ScriptedServer() as server:
        error = await send.failure(account(server), address="josé@cliente.example")
        assert isinstance(error, ContactUnreachable)
    async with ScriptedServer(offers=(*OFFERS, "SMTPUTF8")) as server:
        assert await send(account(server), address="josé@cliente.example") is ReceiptStatus.SENT
        assert any("<josé@cliente.example>" in line for line in server.heard)


async def test_the_same_message_has_the_same_id_and_words_on_every_try(send: Sender) -> None:
    """And lines that begin with a dot arrive as they were written."""
    async with ScriptedServer({"message": [HANG_UP]}) as server:
        words = "uma linha\n.outra\n..e mais uma"
        assert isinstance(await send.failure(account(server), text=words), OutcomeUnknown)
        assert await send(account(server), text=words) is ReceiptStatus.SENT
        first, second = (body.split(b"\r\n", 1)[1] for body in server.messages)
        assert first == second
        assert b"\r\n.outra\r\n..e mais uma" in first
        assert b"Message-ID: <m.0198f0aa-0000-7000-8000-000000000042@loja.example>" in first


async def test_the_envelope_asks_for_reports_where_the_server_knows_them(send: Sender) -> None:
    async with ScriptedServer() as server:
        await send(account(server))
        mail, recipient = (line for line in server.heard if line[:4] in {"MAIL", "RCPT"})
        assert mail.startswith(
            "MAIL FROM:<atende+m.0198f0aa-0000-7000-8000-000000000042@loja.example> SIZE="
        )
        assert "ENVID=m.0198f0aa-0000-7000-8000-000000000042" in mail
        assert recipient == "RCPT TO:<ana@cliente.example> NOTIFY=FAILURE,DELAY"
        await send(account(server, bounce_addresses=False))
        assert any(line.startswith("MAIL FROM:<atende@loja.example>") for line in server.heard)


# --- connections that are used again


async def test_a_connection_is_used_again(send: Sender) -> None:
    async with ScriptedServer() as server:
        for _ in range(3):
            await send(account(server))
        assert server.connections == 1
        assert len(server.messages) == 3


async def test_one_that_the_server_has_closed_is_not(send: Sender) -> None:
    async with ScriptedServer() as server:
        await send(account(server))
        server.cut()
        await eventually(lambda: server.open_now == 0)
        assert await send(account(server)) is ReceiptStatus.SENT
        assert server.connections == 2


async def test_one_that_the_server_refuses_to_go_on_with_is_not(send: Sender) -> None:
    async with ScriptedServer({"RSET": ["421 4.4.2 too long idle"]}) as server:
        await send(account(server))
        assert await send(account(server)) is ReceiptStatus.SENT
        assert server.connections == 2


async def test_other_credentials_are_another_connection(send: Sender) -> None:
    async with ScriptedServer() as server:
        await send(account(server))
        await send(account(server, password="another password"))
        assert server.connections == 2


async def test_many_at_once_share_a_few_connections(send: Sender) -> None:
    async with ScriptedServer() as server:
        await asyncio.gather(*(send(account(server)) for _ in range(20)))
        assert len(server.messages) == 20
        assert server.most_open <= AT_ONCE


async def test_a_connection_that_nobody_needs_is_closed(client: httpx.AsyncClient) -> None:
    email = Email()
    email._submissions = Submissions(idle_seconds=0.05)
    async with ScriptedServer() as server:
        await email.send(client, account(server), outgoing(), no_file)
        await eventually(lambda: server.open_now == 0)
        assert server.heard[-1] == "QUIT"


async def test_a_conversation_does_not_go_on_for_ever(send: Sender) -> None:
    async with ScriptedServer() as server:
        for _ in range(MOST_MESSAGES + 1):
            await send(account(server))
        assert server.connections == 2


# --- files of these tests


def with_file(megabytes: int) -> Any:
    media = MediaRef(
        key=f"t1/{megabytes}",
        mime_type="application/pdf",
        filename="nota.pdf",
        size=megabytes * 1024 * 1024,
    )
    return outgoing(content=MediaContent(type="document", media=media))


async def stored(key: str) -> bytes:
    return bytes(range(256)) * 4096 * int(key.rpartition("/")[2])
