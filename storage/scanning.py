"""A look for viruses before a file is kept, by clamd over its socket.

https://docs.clamav.net/manual/Usage/Scanning.html and `man clamd`, INSTREAM: a command that ends with a NUL, then
chunks with their length before them, then a length of nothing; the answer ends with a NUL too.
"""

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple, Protocol

from domain.errors import MediaInfected, MediaTooLarge, MediaUnavailable

_CONNECT_SECONDS = 5.0
_SCAN_SECONDS = 60.0
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class Scanner(Protocol):
    """Looks into files."""

    async def check(self, content: AsyncIterator[bytes]) -> None:
        """Raises `MediaInfected`, `MediaTooLarge` over its limit, `MediaUnavailable` when it does not answer."""
        ...


class _Line(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class Clamd:
    """A clamd at `host:port`, or at the path of a Unix socket."""

    def __init__(self, address: str, *, seconds: float = _SCAN_SECONDS) -> None:
        self._address = address
        self._seconds = seconds

    async def check(self, content: AsyncIterator[bytes]) -> None:
        line = await self._connected()
        try:
            async with asyncio.timeout(self._seconds):
                answer = await _ask(line, content)
        except (OSError, TimeoutError, asyncio.LimitOverrunError) as error:
            raise MediaUnavailable(f"the virus scanner: {type(error).__name__}") from None
        finally:
            line.writer.close()
            with suppress(OSError):
                await line.writer.wait_closed()
        _judge(answer)

    async def _connected(self) -> _Line:
        host, _, port = self._address.rpartition(":")
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                if port.isdecimal() and host and not host.startswith("/"):
                    found = await asyncio.open_connection(host.strip("[]"), int(port))
                else:
                    found = await asyncio.open_unix_connection(self._address)
        except (OSError, TimeoutError) as error:
            raise MediaUnavailable(f"no virus scanner: {type(error).__name__}") from None
        return _Line(*found)


async def _ask(line: _Line, content: AsyncIterator[bytes]) -> str:
    """The answer. It may come before all is said: of a file over its limit clamd says so, and hangs up."""
    answer = asyncio.ensure_future(_answer(line.reader))
    try:
        with suppress(ConnectionError):
            await _send(line.writer, content, answer)
        return await answer
    finally:
        answer.cancel()


async def _send(
    writer: asyncio.StreamWriter, content: AsyncIterator[bytes], answer: asyncio.Future[str]
) -> None:
    writer.write(b"zINSTREAM\0")
    async for part in content:
        if answer.done():
            return
        if part:
            writer.write(struct.pack("!L", len(part)) + part)
            await writer.drain()
    writer.write(struct.pack("!L", 0))
    await writer.drain()


async def _answer(reader: asyncio.StreamReader) -> str:
    try:
        said = await reader.readuntil(b"\0")
    except asyncio.IncompleteReadError as error:
        said = error.partial
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _judge(answer: str) -> None:
    """Only a plain OK lets a file through."""
    if answer == "stream: OK":
        return
    if found := _FOUND.fullmatch(answer):
        raise MediaInfected(found["name"][:100])
    if answer.startswith("INSTREAM size limit exceeded"):
        raise MediaTooLarge("more than the virus scanner takes (StreamMaxLength)")
    raise MediaUnavailable(f"the virus scanner says: {answer[:100] or 'nothing'}")
