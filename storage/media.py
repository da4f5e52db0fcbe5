"""Files by the hash of their content: bytes in a store of files, facts in a table."""

import asyncio
import io
import re
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from domain.errors import MediaInfected
from domain.value import Value
from storage.database import Database
from storage.files import MediaFiles
from storage.incoming import Incoming, at_hand, take_in
from storage.scanning import Scanner

_KEY = re.compile(r"[0-9a-f]{64}")

# The first that kept a file said what it is; a look into it holds for all who keep it.
_PUT = text("""
INSERT INTO media (tenant_id, key, mime_type, filename, size, scanned_at)
VALUES (:tenant, :key, :mime_type, :filename, :size, CASE WHEN :scanned THEN now() END)
ON CONFLICT (tenant_id, key) DO UPDATE SET scanned_at = coalesce(media.scanned_at, excluded.scanned_at)
WHERE media.scanned_at IS NULL AND excluded.scanned_at IS NOT NULL
""")

_FIND = text("""
SELECT key, mime_type, filename, size, scanned_at IS NOT NULL AS scanned FROM media WHERE key = :key
""")

_SCANNED = text("UPDATE media SET scanned_at = now() WHERE key = :key AND scanned_at IS NULL")

_FORGET = text("DELETE FROM media WHERE key = :key")

_ATTACH = text("""
UPDATE messages SET content = jsonb_set(content, '{media}', (content->'media') - 'refused' || jsonb_build_object(
  'key', CAST(:key AS text), 'mime_type', CAST(:mime_type AS text), 'size', CAST(:size AS bigint)))
WHERE id = :message AND content ? 'media'
""")

_WITHHOLD = text("""
UPDATE messages SET content = jsonb_set(content, '{media,refused}', to_jsonb(CAST(:code AS text)))
WHERE id = :message AND content ? 'media' AND content->'media'->>'key' IS NULL
""")


class StoredMedia(Value):
    """What is known of a file. `key` is the SHA-256 of its bytes, in hex; size in bytes; the type is what was found."""

    key: str
    mime_type: str
    filename: str | None = None
    size: int


class _Known(StoredMedia):
    scanned: bool


class MediaStore:
    """Keeps files; each tenant's apart. With a scanner nothing leaves that it has not looked into."""

    def __init__(
        self,
        database: Database,
        files: MediaFiles,
        scanner: Scanner | None = None,
        waiting: Path | None = None,
    ) -> None:
        """`waiting` is the folder where large files wait; None: the system's for temporary files."""
        self._database = database
        self._waiting = waiting
        self._files = files
        self._scanner = scanner

    def receive(
        self, content: AsyncIterable[bytes], mime_type: str, max_bytes: int
    ) -> AbstractAsyncContextManager[Incoming]:
        """Take a file in; it is there for as long as the block runs. Raises `MediaTooLarge`."""
        return take_in(content, mime_type, max_bytes, self._waiting)

    async def keep(
        self, tenant_id: UUID, incoming: Incoming, filename: str | None, *, scan: bool = True
    ) -> StoredMedia:
        """Keep what was taken in. The same bytes twice are one file.

        Raises `MediaInfected`, and `MediaUnavailable` when nobody can look, or the store is away: then nothing is kept.
        """
        scanned = scan and self._scanner is not None
        if scan and self._scanner is not None:
            await self._scanner.check(incoming.chunks())
        path = _path(tenant_id, incoming.key)
        if not await self._files.exists(path):
            incoming.content.seek(0)
            await self._files.put(path, incoming.content)
        stored = StoredMedia(
            key=incoming.key, mime_type=incoming.mime_type, filename=filename, size=incoming.size
        )
        row = {"tenant": tenant_id, "scanned": scanned, **stored.model_dump()}
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_PUT, row)
        return stored

    async def put(
        self, tenant_id: UUID, content: bytes, mime_type: str, filename: str | None
    ) -> StoredMedia:
        """Keep a file that is in memory already; as `keep`."""
        incoming = await asyncio.to_thread(at_hand, content, mime_type)
        return await self.keep(tenant_id, incoming, filename)

    async def put_body(self, tenant_id: UUID, body: bytes, mime_type: str) -> StoredMedia:
        """Keep a webhook's body that brings files along; they are looked into when they are cut out of it."""
        incoming = await asyncio.to_thread(at_hand, body, mime_type)
        return await self.keep(tenant_id, incoming, None, scan=False)

    async def find(self, tenant_id: UUID, key: str) -> StoredMedia | None:
        return await self._find(tenant_id, key)

    async def checked(self, tenant_id: UUID, key: str) -> StoredMedia | None:
        """As `find`, for a file that is to leave: what was kept before there was a scanner is looked into now.

        Raises as `keep`; what is infected is kept no longer.
        """
        known = await self._find(tenant_id, key)
        if known is None or known.scanned or self._scanner is None:
            return known
        try:
            await self._scanner.check(self.stream(tenant_id, known))
        except MediaInfected:
            await self._forget(tenant_id, key)
            raise
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_SCANNED, {"key": key})
        return known

    async def read(self, tenant_id: UUID, key: str) -> bytes:
        """The bytes of a file that is to leave. Raises `FileNotFoundError`, and as `checked`."""
        return await self._whole(tenant_id, key, await self.checked(tenant_id, key))

    async def read_body(self, tenant_id: UUID, key: str) -> bytes:
        """What `put_body` kept. Raises `FileNotFoundError`."""
        return await self._whole(tenant_id, key, await self._find(tenant_id, key))

    def stream(
        self, tenant_id: UUID, stored: StoredMedia, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`, chunk by chunk. Raises `FileNotFoundError`."""
        last = stored.size if end is None else end
        return self._files.stream(_path(tenant_id, stored.key), start, last)

    async def attach(self, tenant_id: UUID, message_id: UUID, stored: StoredMedia) -> None:
        """Let a message's media point at a file of ours, and say what it was found to be."""
        row = stored.model_dump(include={"key", "mime_type", "size"})
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_ATTACH, {"message": message_id, **row})

    async def withhold(self, tenant_id: UUID, message_id: UUID, code: str) -> None:
        """Let a message say why we do not have its file; `attach` takes it back."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_WITHHOLD, {"message": message_id, "code": code})

    async def _find(self, tenant_id: UUID, key: str) -> _Known | None:
        if not _KEY.fullmatch(key):  # keys come from callers too
            return None
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(_FIND, {"key": key})).mappings().first()
        return _Known.model_validate(dict(row)) if row else None

    async def _whole(self, tenant_id: UUID, key: str, known: StoredMedia | None) -> bytes:
        if known is None:
            raise FileNotFoundError(key)
        whole = io.BytesIO()  # which gives its bytes away without a copy
        async for part in self.stream(tenant_id, known):
            whole.write(part)
        return whole.getvalue()

    async def _forget(self, tenant_id: UUID, key: str) -> None:
        await self._files.delete(_path(tenant_id, key))
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_FORGET, {"key": key})


def _path(tenant_id: UUID, key: str) -> str:
    if not _KEY.fullmatch(key):  # only a hash is ever a file name
        raise FileNotFoundError(key)
    return f"{tenant_id}/{key[:2]}/{key}"
