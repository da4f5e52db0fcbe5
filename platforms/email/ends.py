"""What asyncio tells of one connection: what came in, whether it is over, whether what was written has left."""

import asyncio

from typing_extensions import override

_MOST_BUFFERED = 256 * 1024


class Ends(asyncio.Protocol):
    """One connection as its protocol sees it; `Wire` reads and waits."""

    def __init__(self) -> None:
        self.incoming = bytearray()
        self.over: str | None = None
        self.closed = asyncio.Event()
        self.left = asyncio.Event()
        self.left.set()
        self.news = asyncio.Event()
        self.transport: asyncio.Transport | None = None

    @override
    def data_received(self, data: bytes) -> None:
        self.incoming += data
        self.news.set()
        if len(self.incoming) > _MOST_BUFFERED and self.transport is not None:
            self.transport.pause_reading()

    @override
    def pause_writing(self) -> None:
        self.left.clear()

    @override
    def resume_writing(self) -> None:
        self.left.set()

    @override
    def eof_received(self) -> bool:
        self._end("the server closed the connection")
        return False

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        said = (
            f"the connection broke ({type(exc).__name__})" if exc else "the connection was closed"
        )
        self._end(said)
        self.closed.set()

    def _end(self, why: str) -> None:
        self.over = self.over or why
        self.news.set()
        self.left.set()
