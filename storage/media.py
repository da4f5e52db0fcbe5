"""Files by the hash of their content: bytes in a folder, facts in a table."""

import asyncio
import hashlib
import tempfile
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text

from domain.value import Value
from storage.database import Database
from storage.tables.messages import MEDIA

_PUT = text("""
INSERT INTO media (tenant_id, key, mime_type, filename, size)
VALUES (:tenant, :key, :mime_type, :filename, :size) ON CONFLICT (tenant_id, key) DO NOTHING
""")

_ATTACH = text("""
UPDATE messages SET content = jsonb_set(content, '{media,key}', to_jsonb(CAST(:key AS text)))
WHERE id = :message
""")


class StoredMedia(Value):
    """What is known of a file. `key` is the SHA-256 of its bytes, in hex; size in bytes."""

    key: str
    mime_type: str
    filename: str | None = None
    size: int


class MediaStore:
    """Keeps files; each tenant's under a folder of its own."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    async def put(
        self, tenant_id: UUID, content: bytes, mime_type: str, filename: str | None
    ) -> StoredMedia:
        """Keep a file. The same bytes twice are one file."""
        key = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(_write, self._path(tenant_id, key), content)
        stored = StoredMedia(key=key, mime_type=mime_type, filename=filename, size=len(content))
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_PUT, {"tenant": tenant_id, **stored.model_dump()})
        return stored

    async def find(self, tenant_id: UUID, key: str) -> StoredMedia | None:
        async with self._database.transaction(tenant_id) as connection:
            query = select(MEDIA).where(MEDIA.c.key == key)
            row = (await connection.execute(query)).mappings().first()
        return StoredMedia.model_validate(dict(row)) if row else None

    async def read(self, tenant_id: UUID, key: str) -> bytes:
        """A file's bytes. Raises `FileNotFoundError`."""
        return await asyncio.to_thread(self._path(tenant_id, key).read_bytes)

    async def attach(self, tenant_id: UUID, message_id: UUID, key: str) -> None:
        """Let a message's media point at a file of ours."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_ATTACH, {"key": key, "message": message_id})

    def _path(self, tenant_id: UUID, key: str) -> Path:
        # Keys come from callers too: only a hash is ever a file name.
        if len(key) != 64 or not all(letter in "0123456789abcdef" for letter in key):
            raise FileNotFoundError(key)
        return self._folder / str(tenant_id) / key[:2] / key


def _write(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
        beside.write(content)
    Path(beside.name).replace(path)
