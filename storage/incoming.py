"""A file on its way into the store: read piece by piece, measured, named by its hash, and looked at."""

import hashlib
import io
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from domain.errors import MediaTooLarge
from storage.files import CHUNK
from storage.filetypes import HEAD_BYTES, recorded

_IN_MEMORY = 1024 * 1024
"""A larger file waits on disk."""


class Incoming:
    """A file on its way in: all of it is here, and what it is is known. `mime_type` is what was found."""

    def __init__(self, content: IO[bytes], key: str, size: int, mime_type: str) -> None:
        self.content = content
        self.key = key
        self.size = size
        self.mime_type = mime_type

    async def chunks(self) -> AsyncIterator[bytes]:
        self.content.seek(0)
        while part := self.content.read(CHUNK):
            yield part


@asynccontextmanager
async def take_in(
    content: AsyncIterable[bytes], mime_type: str, max_bytes: int, waiting: Path | None
) -> AsyncIterator[Incoming]:
    """A file that comes in pieces, never read past the limit. Raises `MediaTooLarge`.

    `waiting` is the folder where a large one waits; None: the system's for temporary files.
    """
    folder = str(waiting) if waiting else None
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=folder) as place:
        digest, size, head = hashlib.sha256(), 0, b""
        async for part in content:
            size += len(part)
            if size > max_bytes:
                raise MediaTooLarge(f"larger than {max_bytes} bytes")
            digest.update(part)
            head += part[: HEAD_BYTES - len(head)]
            place.write(part)
        yield Incoming(place, digest.hexdigest(), size, recorded(mime_type, head))


def at_hand(content: bytes, mime_type: str) -> Incoming:
    """A file that is in memory already; it is not copied."""
    found = recorded(mime_type, content[:HEAD_BYTES])
    key = hashlib.sha256(content).hexdigest()
    return Incoming(io.BytesIO(content), key, len(content), found)
