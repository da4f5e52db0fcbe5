"""A stand-in for clamd, as faithful as INSTREAM goes: it reads chunks, keeps its limit, and hangs up as clamd does."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The text that every scanner takes for a virus, in two parts, so that none takes this file for one."""


class FakeClamd:
    """Finds `EICAR` in what it is sent; `StreamMaxLength` is `limit`."""

    def __init__(self, limit: int = 25 * 1024 * 1024) -> None:
        self.limit = limit
        self.scanned: list[bytes] = []
        self.says: bytes | None = None
        """What it answers to everything instead."""
        self.hangs = False
        """It takes everything and never answers."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(reader)
            writer.write(answer + b"\0")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        command = await reader.readuntil(b"\0")
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        whole = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            if len(whole) + size > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
            whole += await reader.readexactly(size)
        self.scanned.append(whole)
        if self.hangs:
            await asyncio.Event().wait()
        if self.says is not None:
            return self.says
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in whole else b"stream: OK"


@asynccontextmanager
async def scanning(clamd: FakeClamd, at: Path | None = None) -> AsyncIterator[str]:
    """Its address for as long as it runs: `host:port`, or the path of a Unix socket."""
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(clamd.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    if at is not None:
        server = await asyncio.start_unix_server(begin, at)
        address = str(at)
    else:
        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield address
    finally:
        server.close()
        for task in [*tasks]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
