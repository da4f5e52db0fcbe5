"""A submission server that follows a script: what it says, and where in the conversation it hangs up."""

import asyncio
import re
from collections.abc import Mapping
from typing import Self

OFFERS = ("scripted.example", "SIZE 40000000", "8BITMIME", "DSN", "AUTH PLAIN LOGIN XOAUTH2")
HANG_UP = "hang up"
_USUAL = {
    "greeting": "220 scripted.example",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "message": "250 2.0.0 taken",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


class ScriptedServer:
    """Says what its script has for a step, one line after the other; without one, or at its end, what is usual.

    Steps are `greeting`, `message` (after the dot) and the verbs. `HANG_UP` ends the connection instead of an answer.
    """

    def __init__(
        self,
        script: Mapping[str, list[str]] | None = None,
        offers: tuple[str, ...] = OFFERS,
        hang_up_after: int | None = None,
        parting: str = "",
    ) -> None:
        self._script = {step: list(lines) for step, lines in (script or {}).items()}
        self._offers = offers
        self._hang_up_after = hang_up_after
        self._parting = parting
        self._writers: set[asyncio.StreamWriter] = set()
        self.heard: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0
        self.open_now = 0
        self.most_open = 0
        self.holding = asyncio.Event()
        self.holding.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """End every connection, as a server does whose patience is over."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        self._writers.add(writer)
        try:
            await self._converse(reader, writer)
        except OSError:
            pass
        finally:
            self.open_now -= 1
            self._writers.discard(writer)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._says(writer, "greeting"):
            return
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.heard.append(line)
            verb = line.split()[0].upper()
            if verb == "EHLO" and not self._script.get("EHLO"):
                told = [f"250-{one}" for one in self._offers[:-1]] + [f"250 {self._offers[-1]}"]
                writer.write("".join(f"{one}\r\n" for one in told).encode())
            elif verb == "AUTH" and len(line.split()) == 2:
                if not await self._login(reader, writer):
                    return
            elif not self._says(writer, verb) or (
                verb == "DATA" and not await self._message(reader, writer)
            ):
                return
            await writer.drain()

    async def _login(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        questions = 2 if self.heard[-1].endswith("LOGIN") else 1
        for _ in range(questions):
            writer.write(b"334 \r\n")
            self.heard.append((await reader.readline()).decode().rstrip("\r\n"))
        return self._says(writer, "AUTH")

    async def _message(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read up to the dot, unless the script has enough of it before."""
        got = bytearray()
        while not got.endswith(b"\r\n.\r\n"):
            data = await reader.read(65536)
            got += data
            if not data:
                return False
            if self._hang_up_after is not None and len(got) > self._hang_up_after:
                writer.write(self._parting.encode())
                await writer.drain()
                return False
        await self.holding.wait()
        self.messages.append(re.sub(rb"(?m)^\.\.", b".", bytes(got[:-3])))
        return self._says(writer, "message")

    def _says(self, writer: asyncio.StreamWriter, step: str) -> bool:
        """False: it hangs up."""
        lines = self._script.get(step)
        said = lines.pop(0) if lines else _USUAL.get(step, "502 5.5.2 what?")
        if said == HANG_UP:
            return False
        writer.write(f"{said}\r\n".encode())
        return True
