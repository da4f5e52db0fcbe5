"""A conversation with an IMAP server: logging in, what we ask of a folder, and waiting for what comes by itself.

Whatever the server refuses is a `DeliveryError` in its own words.
"""

import asyncio
from typing import Any

from domain.errors import ChannelUnauthorized, PlatformUnavailable
from platforms.email import imap_words
from platforms.email.imap_commands import Commands, Refused
from platforms.email.login import Login
from platforms.email.wire import Server, Wire

_SELECT_SECONDS = 120.0
"""Opening or searching a huge folder takes a server a while, in which it says nothing."""


class Session(Commands):
    """An open conversation, of one task."""

    @classmethod
    async def open(cls, server: Server, login: Login | None) -> "Session":
        """Connected and logged in. Raises a `DeliveryError`."""
        if login is None:
            raise ChannelUnauthorized("the account has nothing to log in with")
        session = cls(await Wire.open(server))
        try:
            await session._enter(server, login)
        except BaseException:
            session.drop()
            raise
        return session

    async def _enter(self, server: Server, login: Login) -> None:
        self._secrets = [*login.secrets, login.plain(), login.xoauth2()]
        greeting = imap_words.status((await self._line()).first.removeprefix("* "))
        if greeting is None:
            raise PlatformUnavailable(f"{server} does not greet as an IMAP server")
        if greeting.word not in {"OK", "PREAUTH"}:
            raise self.error(greeting)
        await self._learn()
        if server.security == "starttls":
            await self._start_tls()
        if greeting.word != "PREAUTH":
            await self._log_in(login)
            await self._learn()

    async def _start_tls(self) -> None:
        if "STARTTLS" not in self.capabilities:
            raise ChannelUnauthorized("the server offers no STARTTLS; try tls")
        try:
            await self.command(b"STARTTLS")
        except Refused as refused:
            raise self.error(refused.status) from None
        await self._wire.start_tls()
        await self._learn()

    async def _learn(self) -> None:
        lines = await self.command(b"CAPABILITY")
        told = (line.first.upper().split() for line in lines)
        self.capabilities = frozenset(
            word for words in told if words[:1] == ["CAPABILITY"] for word in words[1:]
        )

    async def _log_in(self, login: Login) -> None:
        try:
            if login.token is not None:
                await self._authenticate("XOAUTH2", login.xoauth2())
            elif "AUTH=PLAIN" in self.capabilities:
                await self._authenticate("PLAIN", login.plain())
            else:
                await self._by_command(login)
        except Refused as refused:
            raise self.error(refused.status, login=True) from None

    async def _authenticate(self, mechanism: str, words: str) -> None:
        """A second question is the server's reasons: they are taken note of with an empty line."""
        if f"AUTH={mechanism}" not in self.capabilities:
            raise ChannelUnauthorized(f"the server takes no login by {mechanism}")
        answers = [words.encode(), b""]
        await self.command(f"AUTHENTICATE {mechanism}".encode(), answers)

    async def _by_command(self, login: Login) -> None:
        if "LOGINDISABLED" in self.capabilities:
            raise ChannelUnauthorized("the server takes no password here; use tls or starttls")
        pair = (login.user, login.password or "")
        if all(one.isascii() and one.isprintable() for one in pair):
            await self.command(b"LOGIN " + b" ".join(imap_words.quoted(one) for one in pair))
            return
        user, password = (one.encode() for one in pair)
        answers = [user + b" {%d}" % len(password), password]
        await self.command(b"LOGIN {%d}" % len(user), answers)

    # --- what we ask

    async def select(self, folder: str | bytes, *, to_change: bool = False) -> None:
        """Open a folder; without `to_change` nothing in it can be changed, by no mistake."""
        self.uidvalidity = self.uidnext = None
        self.exists = 0
        verb = b"SELECT " if to_change else b"EXAMINE "
        name = imap_words.mailbox(folder) if isinstance(folder, str) else b'"%s"' % folder
        try:
            await self.command(verb + name, quiet=_SELECT_SECONDS)
        except Refused as refused:
            # A folder that is not there is for people to mend, like a password.
            if refused.status.code.startswith("NONEXISTENT") or not refused.status.code:
                error = self.error(refused.status, login=True)
                detail = f"folder {folder!r}: {error.detail}"
                raise type(error)(detail, vendor_code=error.vendor_code) from None
            raise self.error(refused.status) from None

    async def search(self, criteria: str) -> list[int]:
        """The UIDs of the messages that meet the criteria, ascending."""
        lines = await self.done(f"UID SEARCH {criteria}".encode(), quiet=_SELECT_SECONDS)
        return imap_words.uids(line for line in lines if line.first.upper().startswith("SEARCH"))

    async def fetch(self, numbers: str, items: str, *, by_uid: bool = True) -> list[dict[str, Any]]:
        """The items of each of these messages that is still there. Raises `Refused` too."""
        verb = "UID FETCH" if by_uid else "FETCH"
        lines = await self.command(f"{verb} {numbers} ({items})".encode(), quiet=_SELECT_SECONDS)
        counted = ((imap_words.numbered(line.texts[0].decode("latin-1")), line) for line in lines)
        return [imap_words.fetched(line) for of, line in counted if of and of[1] == "FETCH"]

    async def mark_seen(self, uid: int) -> None:
        await self.done(f"UID STORE {uid} +FLAGS.SILENT (\\Seen)".encode())

    async def folders(self) -> list[tuple[list[str], bytes]]:
        """Every folder with its marks (RFC 6154)."""
        lines = await self.done(b'LIST "" "*"')
        listed = (imap_words.listed(line) for line in lines if line.first.upper()[:4] == "LIST")
        return [one for one in listed if one]

    # --- waiting

    async def wait(self, seconds: float, poll: float) -> None:
        """Until something is new, or the time is over; then the server has proved that it is there.

        In IDLE (RFC 2177) where the server has it; else it is asked after `poll` seconds.
        """
        if "IDLE" not in self.capabilities:
            await asyncio.sleep(poll)
            await self.done(b"NOOP")
            return
        self._number += 1
        tag = f"p{self._number}"
        await self._wire.write(f"{tag} IDLE\r\n".encode())
        self._idling = True
        try:
            async with asyncio.timeout(seconds):
                over = await self._idle_until(tag, self.arrivals)
        except TimeoutError:
            over = False
        if not over:
            await self._wire.write(b"DONE\r\n")
            await self._idle_until(tag, None)
        self._idling = False

    async def _idle_until(self, tag: str, arrivals: int | None) -> bool:
        """Returns when there are more arrivals than these, or when IDLE is over, and whether it is."""
        while arrivals is None or self.arrivals == arrivals:
            line = await self._line()
            if line.first.startswith("* "):
                self._told(line)
            elif line.first.startswith(f"{tag} "):
                status = imap_words.status(line.first.removeprefix(f"{tag} "))
                if status is None or not status.ok:
                    # It says that it has IDLE, and has none.
                    self.capabilities -= {"IDLE"}
                return True
        return False
