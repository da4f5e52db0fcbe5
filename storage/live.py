"""Telling every API process that a conversation moved: NOTIFY carries ids only, readers fetch the rest.

PostgreSQL takes one exclusive lock, of the whole server, while a transaction with a NOTIFY commits, and fails a
transaction whose payload is over 8,000 bytes; ours have about 150. `docs/operations/realtime.md` says where that ends.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg

from domain.value import Value
from storage.database import Database, DatabaseUnavailable

CHANNEL = "pytake_live"


class Moved(Value):
    """A conversation has events up to `seq`."""

    tenant_id: UUID
    conversation_id: UUID
    seq: int


async def listen(database: Database) -> AsyncIterator[Moved | None]:
    """None once it listens, then every move as it commits. `DatabaseUnavailable` when the connection is lost.

    What was said while nobody listened is not repeated: callers compare sequence numbers.
    """
    try:
        async for moved in _notes(database):
            yield moved
    except (psycopg.Error, OSError) as error:
        raise DatabaseUnavailable(type(error).__name__) from error


async def _notes(database: Database) -> AsyncIterator[Moved | None]:
    connection = await psycopg.AsyncConnection.connect(
        database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
        application_name="pytake-live",
        connect_timeout=5,
    )
    try:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield None
        async for note in connection.notifies():
            raw = json.loads(note.payload)
            yield Moved(tenant_id=raw["t"], conversation_id=raw["c"], seq=raw["s"])
    finally:
        await asyncio.shield(connection.close())
