"""One TCP connection to a mail server: lines and counted octets, in TLS from the start or from when both agree.

IMAP and SMTP are spoken over it (`imap_session`, `smtp_session`). What breaks it is `PlatformUnavailable`, in plain
words.
"""

import asyncio
import ssl
from functools import lru_cache
from typing import Literal, NamedTuple

from typing_extensions import override

from domain.errors import PlatformUnavailable
from platforms.email.ends import Ends

Security = Literal["tls", "starttls", "none"]

CONNECT_SECONDS = 10.0
QUIET_SECONDS = 30.0
"""For this long a server may say nothing, or take nothing, in the middle of a conversation."""
_GOODBYE_SECONDS = 2.0
_LONGEST_LINE = 8 * 1024 * 1024
"""The answer to a search names every message that was found, on one line."""
_CHUNK = 64 * 1024


class Server(NamedTuple):
    """Where a mail server is, and how it is spoken to."""

    host: str
    port: int
    security: Security
    ca: str | None = None
    """The authority of its certificate (PEM), where the machine does not know it."""

    @override
    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Wire:
    """An open connection. One task speaks at a time."""

    def __init__(self, server: Server, ends: Ends, transport: asyncio.Transport) -> None:
        self.server = server
        self.encrypted = server.security == "tls"
        self._ends = ends
        self._transport = transport
        self._take(transport)

    def _take(self, transport: asyncio.Transport) -> None:
        self._transport = self._ends.transport = transport
        # Nothing counts as written while a part of it waits here. Not 0: in TLS that would mean never, not even empty.
        transport.set_write_buffer_limits(high=1, low=0)

    @classmethod
    async def open(cls, server: Server) -> "Wire":
        """Raises `PlatformUnavailable`."""
        ends = Ends()
        loop = asyncio.get_running_loop()
        in_tls = server.security == "tls"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                transport, _ = await loop.create_connection(
                    lambda: ends,
                    server.host,
                    server.port,
                    ssl=_trust(server.ca) if in_tls else None,
                    server_hostname=server.host if in_tls else None,
                    ssl_shutdown_timeout=_GOODBYE_SECONDS if in_tls else None,
                )
        except (OSError, ssl.SSLError, UnicodeError) as error:
            raise PlatformUnavailable(f"no connection to {server}: {_words(error)}") from None
        return cls(server, ends, transport)

    async def start_tls(self) -> None:
        """From here on in TLS. What came in before is a stranger's, who may have spoken for the server."""
        if self._ends.incoming:
            self.drop()
            raise PlatformUnavailable(f"{self.server} spoke out of turn before TLS")
        try:
            secured = await asyncio.get_running_loop().start_tls(
                self._transport,
                self._ends,
                _trust(self.server.ca),
                server_hostname=self.server.host,
                ssl_handshake_timeout=CONNECT_SECONDS,
                ssl_shutdown_timeout=_GOODBYE_SECONDS,
            )
        except (OSError, ssl.SSLError) as error:
            self.drop()
            raise PlatformUnavailable(f"no TLS with {self.server}: {_words(error)}") from None
        if secured is None:
            raise PlatformUnavailable(f"no TLS with {self.server}: {self._ends.over}")
        self._take(secured)
        self.encrypted = True

    @property
    def alive(self) -> bool:
        return self._ends.over is None and not self._transport.is_closing()

    async def line(self, quiet: float = QUIET_SECONDS) -> bytes:
        """One line without its end. A caller that stops waiting has lost nothing of it."""
        incoming, searched = self._ends.incoming, 0
        while (end := incoming.find(b"\n", searched)) < 0:
            searched = len(incoming)
            if searched > _LONGEST_LINE:
                raise self._broken("a line without an end")
            await self._more(quiet)
        found = bytes(incoming[:end])
        del incoming[: end + 1]
        return found.removesuffix(b"\r")

    def complete_line(self) -> bool:
        """Whether a whole line waits to be read."""
        return b"\n" in self._ends.incoming

    async def octets(self, count: int) -> bytes:
        """Exactly so many."""
        parts: list[bytes] = []
        while count:
            parts.append(await self._some(count))
            count -= len(parts[-1])
        return b"".join(parts)

    async def skip(self, count: int) -> None:
        """Let so many octets pass, without holding them."""
        while count:
            count -= len(await self._some(count))

    async def _some(self, most: int) -> bytes:
        incoming = self._ends.incoming
        if not incoming:
            await self._more(QUIET_SECONDS)
        found = bytes(incoming[:most])
        del incoming[: len(found)]
        return found

    async def _more(self, quiet: float) -> None:
        """Until something came in. What came before the end is still read; then it is over."""
        ends = self._ends
        if ends.over is not None:
            raise self._broken(ends.over)
        ends.news.clear()
        self._transport.resume_reading()
        try:
            async with asyncio.timeout(quiet):
                await ends.news.wait()
        except TimeoutError:
            raise self._broken(f"nothing heard for {quiet:.0f} s") from None

    async def write(self, octets: bytes) -> None:
        """Returns when the transport has taken it all. Raises `PlatformUnavailable` when it could not."""
        for at in range(0, len(octets), _CHUNK):
            if not self.alive:
                raise self._broken(self._ends.over or "closed")
            self._transport.write(octets[at : at + _CHUNK])
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._ends.left.wait()
            except TimeoutError:
                raise self._broken(f"nothing taken for {QUIET_SECONDS:.0f} s") from None
        if self._ends.over is not None:
            raise self._broken(self._ends.over)

    def _broken(self, why: str) -> PlatformUnavailable:
        return PlatformUnavailable(f"{self.server}: {why}")

    def drop(self) -> None:
        """Over at once, without a word."""
        self._transport.abort()

    def part(self, goodbye: bytes) -> None:
        """A last word that nobody waits for."""
        if self.alive:
            self._transport.write(goodbye)
        self._transport.close()

    async def close(self, goodbye: bytes = b"") -> None:
        """Say the word and close; whatever happens, no socket is left behind."""
        try:
            self.part(goodbye)
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await self._ends.closed.wait()
        except TimeoutError:
            self.drop()
        except BaseException:
            self.drop()
            raise


@lru_cache(maxsize=64)
def _trust(ca: str | None) -> ssl.SSLContext:
    """Certificates are always verified: by the machine's authorities, or by the one that was given alone."""
    return ssl.create_default_context(cadata=ca)


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or type(error).__name__}"
    words = error.strerror if isinstance(error, OSError) else None
    return words or type(error).__name__
