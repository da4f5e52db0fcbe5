"""A conversation with a submission server (RFC 5321, 6409): logged in once, then one message after the other.

A refusal is a `DeliveryError` in the server's words. Until the last dot has been written nobody has the message; from
then on only the server's answer says whether it does.
"""

import base64
import re

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    DeliveryError,
    MediaTooLarge,
    OutcomeUnknown,
    PlatformUnavailable,
)
from platforms.base import OutboundRequest
from platforms.email.errors import Reply, Step, to_delivery_error
from platforms.email.login import Login
from platforms.email.wire import QUIET_SECONDS, Server, Wire

VERDICT_SECONDS = 35.0
"""For the answer to a whole message: servers look at its content first. Then it is in doubt, and never sent again."""
_MOST_LINES = 200
_PROBE_SECONDS = 5.0
_OPEN, _TAKEN = 354, 250


class Session:
    """An open conversation, of one task at a time."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._offers: dict[str, str] = {}
        self._secrets: list[str] = []
        self.sent = 0
        self.usable = True
        """Whether both sides know where they are: another message may follow."""

    @classmethod
    async def open(cls, server: Server, login: Login | None, own_name: str) -> "Session":
        """Connected and logged in; `own_name` is how we greet. Raises a `DeliveryError`."""
        session = cls(await Wire.open(server))
        try:
            await session._enter(server, login, own_name)
        except BaseException:
            session.drop()
            raise
        return session

    async def _enter(self, server: Server, login: Login | None, own_name: str) -> None:
        self._check(await self._reply(), Step.GREETING)
        await self._greet(own_name)
        if server.security == "starttls":
            if "STARTTLS" not in self._offers:
                raise ChannelUnauthorized("the server offers no STARTTLS; try tls")
            self._check(await self._ask("STARTTLS"), Step.GREETING)
            await self._wire.start_tls()
            # What was said before TLS counts for nothing (RFC 3207, section 4.2).
            await self._greet(own_name)
        if login is not None:
            await self._log_in(login)

    async def _greet(self, own_name: str) -> None:
        reply = await self._ask(f"EHLO {own_name}")
        self._check(reply, Step.GREETING)
        lines = (line.partition(" ") for line in reply.text.split("\n")[1:])
        self._offers = {name.upper(): value for name, _, value in lines}

    async def _log_in(self, login: Login) -> None:
        self._secrets = [*login.secrets, login.plain(), login.xoauth2()]
        offered = self._offers.get("AUTH", "").upper().split()
        if login.token is not None:
            reply = await self._authenticate(offered, "XOAUTH2", [login.xoauth2()])
        elif "PLAIN" in offered or "LOGIN" not in offered:
            reply = await self._authenticate(offered, "PLAIN", [login.plain()])
        else:
            pair = (login.user, login.password or "")
            words = [base64.b64encode(one.encode()).decode("ascii") for one in pair]
            reply = await self._authenticate(offered, "LOGIN", words)
        self._check(reply, Step.LOGIN)

    async def _authenticate(self, offered: list[str], mechanism: str, answers: list[str]) -> Reply:
        """One more question than answers is the server's reasons: they are taken note of with an empty line."""
        if mechanism not in offered:
            raise ChannelUnauthorized(f"the server takes no login by {mechanism} here")
        reply = await self._ask(f"AUTH {mechanism}")
        for answer in [*answers, ""]:
            if reply.code != 334:
                break
            reply = await self._ask(answer)
        return reply

    # --- a message

    async def ready(self) -> bool:
        """Whether the server is still there and listens: asked before a connection is used again."""
        if not (self.usable and self._wire.alive):
            return False
        try:
            return (await self._ask("RSET", _PROBE_SECONDS)).code == _TAKEN
        except DeliveryError:
            return False

    async def hand_over(self, request: OutboundRequest, octets: bytes) -> None:
        """One message up to the last dot; `octets` as `prepared` made them. Raises a `DeliveryError`: nothing left."""
        self.usable = False
        self.sent += 1
        await self._announce(request, octets)
        try:
            await self._wire.write(octets)
        except PlatformUnavailable:
            # It may have said why before it went. Neither side knows any more where the other is.
            if self._wire.complete_line() and not (reply := await self._reply()).positive:
                raise to_delivery_error(reply, Step.CONTENT, self._secrets) from None
            raise

    async def _announce(self, request: OutboundRequest, octets: bytes) -> None:
        """The envelope (RFC 5321, section 3.3)."""
        envelope = request.headers
        sender = [f"MAIL FROM:<{envelope['mail-from']}>", *self._size(octets)]
        recipient = [f"RCPT TO:<{envelope['rcpt-to']}>"]
        if envelope.get("smtputf8"):
            if "SMTPUTF8" not in self._offers:
                raise self._still_usable(
                    ContactUnreachable("the server takes no addresses with letters beyond ASCII")
                )
            sender += ["SMTPUTF8", "BODY=8BITMIME"]
        if "DSN" in self._offers:
            sender += [f"RET={envelope['ret']}", f"ENVID={envelope['envid']}"]
            recipient.append(f"NOTIFY={envelope['notify']}")
        self._check(await self._ask(" ".join(sender)), Step.SENDER)
        self._check(await self._ask(" ".join(recipient)), Step.RECIPIENT)
        reply = await self._ask("DATA")
        if reply.code != _OPEN:
            self._check(reply, Step.CONTENT)
            raise PlatformUnavailable(f"the server answers DATA with {reply.code}")

    def _size(self, octets: bytes) -> list[str]:
        """RFC 1870: the size, and nothing sent where it is too much anyway."""
        limit = self._offers.get("SIZE")
        if limit is None:
            return []
        if limit.isdigit() and 0 < int(limit) < len(octets):
            raise self._still_usable(
                MediaTooLarge(
                    f"a message of {len(octets)} bytes: the server's limit is {limit} bytes",
                    vendor_code="5.3.4",
                )
            )
        return [f"SIZE={len(octets)}"]

    async def verdict(self) -> None:
        """The dot, and what the server says to it. Raises a `DeliveryError`; `OutcomeUnknown` when it says nothing."""
        try:
            await self._wire.write(b".\r\n")
            reply = await self._reply(VERDICT_SECONDS)
        except PlatformUnavailable as error:
            raise OutcomeUnknown(f"handed over, and no answer came: {error}") from None
        self._check(reply, Step.CONTENT)
        self.usable = True

    # --- questions and answers

    async def _ask(self, words: str, quiet: float = QUIET_SECONDS) -> Reply:
        await self._wire.write(words.encode() + b"\r\n")
        return await self._reply(quiet)

    async def _reply(self, quiet: float = QUIET_SECONDS) -> Reply:
        """All lines of an answer as one."""
        lines: list[str] = []
        while len(lines) < _MOST_LINES:
            line = (await self._wire.line(quiet)).decode("utf-8", "replace")
            found = re.fullmatch(r"([2-5]\d\d)(?:([ -])(.*))?", line, re.DOTALL)
            if found is None:
                break
            lines.append((found.group(3) or "").strip())
            if found.group(2) != "-":
                return Reply(int(found.group(1)), "\n".join(lines))
        self.drop()
        raise PlatformUnavailable(f"{self._wire.server} does not answer as an SMTP server")

    def _check(self, reply: Reply, step: Step) -> None:
        if not reply.positive:
            # After a refusal both sides know where they are, unless the server hangs up.
            self.usable = reply.code != 421
            raise to_delivery_error(reply, step, self._secrets)

    def _still_usable(self, error: DeliveryError) -> DeliveryError:
        """Nothing was said yet."""
        self.usable = True
        return error

    def part(self) -> None:
        """Say goodbye without waiting for the answer."""
        self._wire.part(b"QUIT\r\n")

    async def close(self) -> None:
        await self._wire.close(b"QUIT\r\n")

    def drop(self) -> None:
        self.usable = False
        self._wire.drop()


def prepared(octets: bytes) -> bytes:
    """A message as DATA carries it: lines that begin with a dot have two (RFC 5321, section 4.5.2)."""
    stuffed = re.sub(rb"(?m)^\.", b"..", octets)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"
