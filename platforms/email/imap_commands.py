"""Commands to an IMAP server and its answers (RFC 3501, section 2.2): one command after the other.

What it tells by itself in between is taken note of.
"""

from collections.abc import Sequence

from domain.errors import DeliveryError, PlatformUnavailable
from platforms.email import imap_words
from platforms.email.imap_errors import Status, to_delivery_error
from platforms.email.imap_words import Line, Piece
from platforms.email.wire import QUIET_SECONDS, Wire

LARGEST_LITERAL = 64 * 1024 * 1024
"""What is announced as larger is let pass and not held."""


class Refused(Exception):
    """The server said NO or BAD to a command, and goes on."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.text)
        self.status = status


class Commands:
    """The two sides of a conversation, and what the server told of the folder that is open."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._number = 0
        self._secrets: list[str] = []
        self.capabilities: frozenset[str] = frozenset()
        self.exists = 0
        self.arrivals = 0
        """How often the server told that the folder has grown."""
        self.uidvalidity: int | None = None
        self.uidnext: int | None = None
        self._idling = False

    async def command(
        self, words: bytes, answers: Sequence[bytes] = (), *, quiet: float = QUIET_SECONDS
    ) -> list[Line]:
        """What the server told before it said OK. Raises `Refused`, or a `DeliveryError` when it is over."""
        self._number += 1
        tag = f"p{self._number}"
        await self._wire.write(tag.encode() + b" " + words + b"\r\n")
        waiting, told = list(answers), list[Line]()
        while True:
            line = await self._line(quiet)
            first = line.first
            if first.startswith("+"):
                await self._wire.write((waiting.pop(0) if waiting else b"*") + b"\r\n")
            elif first.startswith("* "):
                told.append(self._told(line))
            elif first.startswith(f"{tag} "):
                self._finished(first.removeprefix(f"{tag} "))
                return told

    def _finished(self, text: str) -> None:
        status = imap_words.status(text)
        if status is None:
            raise PlatformUnavailable("the server's answer cannot be read")
        self._note(status)
        if not status.ok:
            raise Refused(status)

    async def _line(self, quiet: float = QUIET_SECONDS) -> Line:
        """One answer, with the literals in it."""
        texts: list[bytes] = []
        literals: list[Piece] = []
        while True:
            texts.append(await self._wire.line(quiet))
            count = imap_words.announced(texts[-1])
            if count is None:
                return Line(texts, literals)
            if count > LARGEST_LITERAL:
                await self._wire.skip(count)
                literals.append(None)
            else:
                literals.append(await self._wire.octets(count))

    def _told(self, line: Line) -> Line:
        """What the server told by itself, without its star; what it says of the folder is taken note of."""
        bare = Line([line.texts[0].removeprefix(b"* "), *line.texts[1:]], line.literals)
        if status := imap_words.status(bare.first):
            if status.word == "BYE":
                raise self.error(status)
            self._note(status)
        elif (counted := imap_words.numbered(bare.first)) and counted[1] == "EXISTS":
            self.exists = counted[0]
            self.arrivals += 1
        return bare

    def _note(self, status: Status) -> None:
        name, _, value = status.code.partition(" ")
        if name == "UIDVALIDITY" and value.isdigit():
            self.uidvalidity = int(value)
        elif name == "UIDNEXT" and value.isdigit():
            self.uidnext = int(value)

    def error(self, status: Status, *, login: bool = False) -> DeliveryError:
        return to_delivery_error(status, login=login, secrets=self._secrets)

    async def done(self, words: bytes, *, quiet: float = QUIET_SECONDS) -> list[Line]:
        """As `command`; a refusal is a `DeliveryError` too."""
        try:
            return await self.command(words, quiet=quiet)
        except Refused as refused:
            raise self.error(refused.status) from None

    async def close(self) -> None:
        """Say goodbye without waiting for the answer; no socket is left."""
        await self._wire.close((b"DONE\r\n" if self._idling else b"") + b"bye LOGOUT\r\n")

    def drop(self) -> None:
        self._wire.drop()
