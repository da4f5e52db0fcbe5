"""Listening to a mailbox, against Dovecot: nothing is lost, nothing comes twice, whatever happens to the connection."""

import asyncio
import os
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.content import TextContent
from domain.errors import ChannelUnauthorized, PlatformUnavailable
from platforms.base import HoldsConnection
from platforms.email import imap, imap_mail
from platforms.email.imap_sent import find_sent
from platforms.email.platform import Email
from platforms.oauth import AccessTokens
from tests.platforms.email.connections import (
    Listener,
    Proxy,
    events_of,
    eventually,
    read_all,
)
from tests.platforms.email.servers import PASSWORD, MailServers
from tests.platforms.email.support import raw

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROUND = imap.ROUND_SECONDS


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quiet lines are asked sooner than in earnest."""
    monkeypatch.setattr(imap, "ROUND_SECONDS", 0.3)


def letter(number: int, **headers: str) -> bytes:
    return raw(f"mensagem {number}\n", message_id=f"<{number}@cliente.example>", **headers)


def id_of(number: int) -> str:
    return f"<{number}@cliente.example>"


def post(mail: MailServers, address: str, *numbers: int) -> None:
    for number in numbers:
        mail.deliver(address, letter(number))


def test_it_holds_a_connection() -> None:
    assert isinstance(Email(), HoldsConnection)


async def test_it_begins_with_now(mail: MailServers, client: httpx.AsyncClient) -> None:
    user = mail.user()
    post(mail, user, 1, 2)
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        post(mail, user, 3)
        await listener.until(1)
        assert listener.ids == [id_of(3)]


async def test_an_empty_mailbox_is_a_place_too(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        post(mail, user, 1)
        await listener.until(1)
        assert listener.ids == [id_of(1)]


async def test_many_come_in_order(mail: MailServers, client: httpx.AsyncClient) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        post(mail, user, *range(12))
        await listener.until(12)
        assert listener.ids == [id_of(number) for number in range(12)]
        # As they lie in the mailbox, octet by octet.
        assert all(
            body.endswith(f"mensagem {n}\r\n\r\n".encode())
            for n, body in enumerate(listener.bodies)
        )


async def test_a_message_wakes_it_at_once(
    mail: MailServers, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "ROUND_SECONDS", ROUND)
    user = mail.user()
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        waiting = asyncio.create_task(listener.until(1))
        await asyncio.to_thread(post, mail, user, 1)
        posted = time.monotonic()
        await waiting
        # Half a second by itself; without IDLE it would be a round of many.
        assert time.monotonic() - posted < ROUND / 5


async def test_the_next_one_goes_on_without_gap_or_repeat(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    account = mail.account(user)
    async with Listener(client, account) as first:
        await first.started()
        post(mail, user, 1, 2)
        await first.until(2)
    post(mail, user, 3)
    second = await read_all(client, account, first.cursor, 1)
    third = await read_all(client, account, second.cursor, 0)
    assert [first.ids, second.ids, third.ids] == [[id_of(1), id_of(2)], [id_of(3)], []]


async def test_what_was_not_kept_comes_again(mail: MailServers, client: httpx.AsyncClient) -> None:
    user = mail.user()
    account = mail.account(user)
    async with Listener(client, account) as first:
        await first.started()
        kept = first.cursor
        post(mail, user, 1)
        await first.until(1)
    again = await read_all(client, account, kept, 1)
    assert again.ids == [id_of(1)]


async def test_a_killed_session_is_an_outage_and_costs_nothing(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    account = mail.account(user)
    before = {one.pid for one in mail.sessions()}
    async with Listener(client, account) as first:
        await first.started()
        breaking = asyncio.create_task(first.broken())
        await asyncio.sleep(0)
        for one in mail.sessions():
            if one.pid not in before:
                one.kill()
        error = await breaking
    assert isinstance(error, PlatformUnavailable)
    post(mail, user, 1)
    assert (await read_all(client, account, first.cursor, 1)).ids == [id_of(1)]


async def test_a_connection_that_vanishes_is_an_outage(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    async with Proxy(mail.ports["imap"]) as proxy:
        account = mail.account(mail.user(), imap_port=proxy.port, imap_security="none")
        async with Listener(client, account) as listener:
            await listener.started()
            breaking = asyncio.create_task(listener.broken())
            await eventually(lambda: b"IDLE" in proxy.asked)
            proxy.cut()
            assert isinstance(await breaking, PlatformUnavailable)


@pytest.mark.parametrize("connected", [True, False], ids=["while connected", "while away"])
async def test_a_new_count_loses_nothing(
    mail: MailServers, client: httpx.AsyncClient, *, connected: bool
) -> None:
    """What was there before us stays out of it; what came since comes, and again is known by its id."""
    user = mail.user()
    account = mail.account(user)
    post(mail, user, 1)
    async with Listener(client, account) as first:
        await first.started()
        post(mail, user, 2)
        await first.until(1)
        if connected:
            await asyncio.to_thread(mail.count_anew, user, 4242)
            post(mail, user, 3)
            await first.until_broken_or(2)
    if not connected:
        post(mail, user, 3)
        mail.count_anew(user, 4242)
    second = await read_all(client, account, first.cursor, 0 if len(first.bodies) > 1 else 1)
    seen = [*first.ids, *second.ids]
    assert set(seen) == {id_of(2), id_of(3)}
    post(mail, user, 4)
    third = await read_all(client, account, second.cursor, 1)
    assert third.ids == [id_of(4)]


async def test_a_message_that_was_moved_here_is_new_whatever_its_date(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    post(mail, user, 1)
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        mail.append(user, letter(2), at=NOW - timedelta(days=900))
        await listener.until(1)
        assert listener.ids == [id_of(2)]


async def test_another_folder_is_another_place(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user)) as inbox:
        await inbox.started()
        post(mail, user, 1)
        await inbox.until(1)
    mail.append(user, letter(8), at=NOW, folder="Sent")
    async with Listener(client, mail.account(user, folder="Sent"), inbox.cursor) as sent:
        await sent.started()
        mail.append(user, letter(9), at=NOW, folder="Sent")
        await sent.until(1)
        assert sent.ids == [id_of(9)]


async def test_a_message_is_marked_as_read_once_it_is_kept_and_not_before(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user, mark_seen=True)) as listener:
        await listener.started()
        post(mail, user, 1, 2)
        await listener.until(1)
        assert ["Seen" in str(flags) for flags in mail.flags(user)] == [False, False]
        await listener.until(2)
        assert ["Seen" in str(flags) for flags in mail.flags(user)] == [True, False]


async def test_by_default_nothing_in_the_mailbox_changes(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        post(mail, user, 1, 2)
        await listener.until(2)
    assert not any("Seen" in str(flags) for flags in mail.flags(user))


BROKEN = {
    "no headers": b"nothing of this is a header\r\n\r\noi\r\n",
    "controls": b"From: a@x.example\r\nSubject: \xff\xfe\x01\x02\r\n\r\n\x80\x81\r\n",
    "endless multipart": b'From: a@x.example\r\nContent-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n--\r\n',
    "a literal": b"From: a@x.example\r\nSubject: {3}\r\n\r\n* 1 FETCH (UID 9)\r\np1 OK {5}\r\n",
    "empty": b"\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_message_comes_as_it_is_and_the_next_one_after_it(
    mail: MailServers, client: httpx.AsyncClient, name: str
) -> None:
    user = mail.user()
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        mail.append(user, BROKEN[name], at=NOW)
        post(mail, user, 2)
        await listener.until(2)
        assert listener.bodies[0] == BROKEN[name]
        assert events_of(listener.bodies[1])[0].external_id == id_of(2)


@pytest.mark.skipif(
    os.geteuid() != 0, reason="Dovecot runs as somebody else only where root starts it"
)
async def test_a_message_at_which_the_server_breaks_is_left_with_a_note(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    """Dovecot hangs up over a file that it cannot read, every time anew."""
    user = mail.user()
    account = mail.account(user)
    async with Listener(client, account) as first:
        await first.started()
    post(mail, user, 1, 2)
    mail.spoil(user, 0)
    cursor, breaks = first.cursor, 0
    while True:
        async with Listener(client, account, cursor) as listener:
            try:
                await listener.until(2)
                break
            except PlatformUnavailable:
                breaks += 1
                cursor = listener.cursor
    assert breaks == imap_mail.TRIES_HEADERS + 1
    note, after = (events_of(body)[0] for body in listener.bodies)
    assert isinstance(note.content, TextContent)
    assert "não entregou esta mensagem" in note.content.text
    assert after.external_id == id_of(2)
    assert "times" not in (listener.cursor or {})


async def test_of_a_huge_message_the_headers_come_with_a_note(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    kind = {
        "content_type": "multipart/mixed; boundary=x",
        "mime_version": "1.0",
        "subject": "Fotos",
    }
    huge = letter(1, **kind) + b"x" * 3_000_000 + b"\n"
    async with Listener(client, mail.account(user, fetch_limit=100_000)) as listener:
        await listener.started()
        mail.deliver(user, huge)
        post(mail, user, 2)
        await listener.until(2)
    event = events_of(listener.bodies[0])[0]
    assert len(listener.bodies[0]) < 2000
    assert event.external_id == id_of(1)
    assert (event.details or {})["subject"] == "Fotos"
    assert isinstance(event.content, TextContent)
    assert "2.9 MB" in event.content.text
    assert listener.ids[1] == id_of(2)


async def test_twenty_megabytes_come_whole(mail: MailServers, client: httpx.AsyncClient) -> None:
    user = mail.user()
    body = letter(1) + (b"0123456789" * 7 + b"\r\n") * 300_000
    async with Listener(client, mail.account(user)) as listener:
        await listener.started()
        mail.append(user, body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), at=NOW)
        await listener.until(1)
        assert len(listener.bodies[0]) > 20_000_000
        assert listener.bodies[0].endswith(body[-720:])


async def test_a_server_without_idle_is_asked_again_and_again(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    async with Proxy(mail.ports["imap"], lambda data: data.replace(b" IDLE", b"")) as proxy:
        account = mail.account(user, imap_port=proxy.port, imap_security="none", poll_seconds=1)
        async with Listener(client, account) as listener:
            await listener.started()
            post(mail, user, 1)
            await listener.until(1)
            post(mail, user, 2)
            await listener.until(2)
        assert listener.ids == [id_of(1), id_of(2)]
        assert b"NOOP" in proxy.asked
        assert b"IDLE" not in proxy.asked


async def test_a_server_that_only_says_it_has_idle_is_asked_too(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    """It offers what it then does not know."""
    user = mail.user()
    async with Proxy(
        mail.ports["imap"], ask=lambda data: data.replace(b" IDLE\r\n", b" IDEL\r\n")
    ) as proxy:
        account = mail.account(user, imap_port=proxy.port, imap_security="none", poll_seconds=1)
        async with Listener(client, account) as listener:
            await listener.started()
            post(mail, user, 1)
            await listener.until(1)
            assert listener.ids == [id_of(1)]


async def test_a_quiet_line_gives_signs_of_life_that_the_server_has_proved(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    async with Proxy(mail.ports["imap"]) as proxy:
        account = mail.account(mail.user(), imap_port=proxy.port, imap_security="none")
        async with Listener(client, account) as listener:
            await listener.started()
            for _ in range(3):
                assert (await listener.step()).body is None
        assert proxy.asked.count(b"IDLE") >= 3
        assert proxy.asked.count(b"DONE") >= 3
        assert proxy.connections == 1


async def test_a_slow_message_gives_signs_of_life(
    mail: MailServers, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "PULSE_SECONDS", 0.1)
    user = mail.user()
    async with Proxy(mail.ports["imap"]) as proxy:
        account = mail.account(user, imap_port=proxy.port, imap_security="none")
        async with Listener(client, account) as listener:
            await listener.started()
            place = listener.cursor
            proxy.flowing.clear()
            post(mail, user, 1)
            signs = listener.signs
            while listener.signs < signs + 3:
                assert (await listener.step()).cursor == place
            proxy.flowing.set()
            await listener.until(1)
            assert listener.ids == [id_of(1)]


# --- who may


async def refused(
    client: httpx.AsyncClient, mail: MailServers, **settings: object
) -> BaseException:
    account = mail.account(mail.user(), **settings)
    async with Listener(client, account) as listener:
        return await listener.broken()


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
async def test_a_wrong_password_is_the_channels_and_in_the_servers_words(
    mail: MailServers, client: httpx.AsyncClient, security: str
) -> None:
    port = mail.ports["imaps" if security == "tls" else "imap"]
    wrong = {"password": "not the one", "imap_security": security, "imap_port": port}
    error = await refused(client, mail, **wrong)
    assert isinstance(error, ChannelUnauthorized)
    assert error.vendor_code == "AUTHENTICATIONFAILED"
    assert "Authentication failed" in error.detail
    assert "not the one" not in error.detail


@pytest.mark.parametrize("security", ["starttls", "none"])
async def test_it_reads_over_other_kinds_of_connection(
    mail: MailServers, client: httpx.AsyncClient, security: str
) -> None:
    user = mail.user()
    account = mail.account(user, imap_security=security, imap_port=mail.ports["imap"])
    async with Listener(client, account) as listener:
        await listener.started()
        post(mail, user, 1)
        await listener.until(1)


@pytest.mark.parametrize("password", [PASSWORD, "não é esta"])
async def test_a_server_that_knows_only_the_old_login(
    mail: MailServers, client: httpx.AsyncClient, password: str
) -> None:
    """Quotes, backslashes and letters beyond ASCII arrive as they are."""
    async with Proxy(mail.ports["imap"], lambda data: data.replace(b" AUTH=PLAIN", b"")) as proxy:
        given = {"imap_port": proxy.port, "imap_security": "none", "password": password}
        async with Listener(client, mail.account(mail.user(), **given)) as listener:
            if password == PASSWORD:
                await listener.started()
            else:
                error = await listener.broken()
                assert isinstance(error, ChannelUnauthorized)
                assert error.vendor_code == "AUTHENTICATIONFAILED"
        assert b"LOGIN" in proxy.asked


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    for settings in (
        {"ca": None},
        {"ca": None, "imap_security": "starttls", "imap_port": mail.ports["imap"]},
    ):
        error = await refused(client, mail, **settings)
        assert isinstance(error, PlatformUnavailable)
        assert "certificate" in error.detail


async def test_a_folder_that_is_not_there_is_for_people(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    error = await refused(client, mail, folder="Não existe")
    assert isinstance(error, ChannelUnauthorized)
    assert "Não existe" in str(error)


async def test_nobody_there_is_an_outage(mail: MailServers, client: httpx.AsyncClient) -> None:
    async with Proxy(1) as proxy:
        port = proxy.port
    error = await refused(client, mail, imap_port=port)
    assert isinstance(error, PlatformUnavailable)


async def test_a_channel_without_a_server_says_so(
    client: httpx.AsyncClient, mail: MailServers
) -> None:
    error = await refused(client, mail, imap_host=None)
    assert isinstance(error, ChannelUnauthorized)
    assert "IMAP" in error.detail


async def test_a_token_logs_in(mail: MailServers, client: httpx.AsyncClient) -> None:
    user = mail.user()
    account = mail.account(user, password=None, access_token=mail.token(user))
    async with Listener(client, account) as listener:
        await listener.started()
        post(mail, user, 1)
        await listener.until(1)


async def test_a_token_that_is_refused_is_the_channels(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    token = mail.token(user, key="the key of somebody else, long enough")
    error = await refused(client, mail, password=None, access_token=token)
    assert isinstance(error, ChannelUnauthorized)
    assert token not in str(error)


class TokenEndpoint:
    """Gives these tokens one after the other, the last one for ever."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.forms: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.forms.append(request.content)
        token = self._tokens.pop(0) if len(self._tokens) > 1 else self._tokens[0]
        return httpx.Response(200, json={"access_token": token, "expires_in": 3600})


async def test_a_token_that_was_withdrawn_is_renewed_once(mail: MailServers) -> None:
    user = mail.user()
    endpoint = TokenEndpoint(
        mail.token(user, key="withdrawn, and long enough for this"), mail.token(user)
    )
    account = mail.account(
        user,
        password=None,
        oauth_token_url="https://login.example/token",
        oauth_client_id="our app",
        oauth_refresh_token="refresh-me",
    )
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as client,
        Listener(client, account) as listener,
    ):
        await listener.started()
    assert len(endpoint.forms) == 2
    assert b"grant_type=refresh_token" in endpoint.forms[0]
    assert b"refresh_token=refresh-me" in endpoint.forms[0]


async def test_a_token_that_is_never_good_is_asked_for_twice_and_no_more(mail: MailServers) -> None:
    user = mail.user()
    endpoint = TokenEndpoint(mail.token(user, key="not the key of these servers at all"))
    account = mail.account(
        user,
        password=None,
        oauth_token_url="https://login.example/token",
        oauth_client_id="our app",
        oauth_client_secret="app-secret",
    )
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as client,
        Listener(client, account) as listener,
    ):
        assert isinstance(await listener.broken(), ChannelUnauthorized)
    assert len(endpoint.forms) == 2
    assert b"grant_type=client_credentials" in endpoint.forms[0]


# --- the end


async def test_who_is_told_to_stop_leaves_no_socket_and_no_thread(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    threads = threading.active_count()
    before = {one.pid for one in mail.sessions()}
    listener = Listener(client, mail.account(mail.user()))
    await listener.started()
    running = asyncio.create_task(listener.broken())
    await asyncio.sleep(0)
    tasks = len(asyncio.all_tasks())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    # The connection is a process of Dovecot's: it goes when its socket does.
    took = await eventually(lambda: not {one.pid for one in mail.sessions()} - before)
    assert took < 2
    assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) < tasks


async def test_it_says_goodbye(mail: MailServers, client: httpx.AsyncClient) -> None:
    async with Proxy(mail.ports["imap"]) as proxy:
        account = mail.account(mail.user(), imap_port=proxy.port, imap_security="none")
        async with Listener(client, account) as listener:
            await listener.started()
        await eventually(lambda: b"LOGOUT" in proxy.asked)


# --- looking up what was sent


async def test_a_sent_message_is_found_by_its_id(
    mail: MailServers, client: httpx.AsyncClient
) -> None:
    user = mail.user()
    account = mail.account(user)
    access = AccessTokens()
    mail.append(user, raw(message_id="<m.one@example.test>"), at=NOW, folder="Sent")
    assert await find_sent(client, account, "one", access) is True
    assert await find_sent(client, account, "two", access) is False
    elsewhere = account.model_copy(update={"sent_folder": "INBOX"})
    assert await find_sent(client, elsewhere, "one", access) is False
