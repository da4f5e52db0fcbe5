"""PostgreSQL's notifications: what transactions announce as they commit, on a connection of its own."""

import asyncio
from collections.abc import AsyncGenerator

import psycopg

from storage.database import Database, DatabaseUnavailable


async def notes(database: Database, channel: str, name: str) -> AsyncGenerator[str | None]:
    """None once it listens, then the payload of each notification. `DatabaseUnavailable` when the connection is lost.

    What was announced while nobody listened is not repeated: whoever begins to listen looks for themselves.
    """
    try:
        connection = await database.session(name)
        try:
            await connection.execute(f"LISTEN {channel}".encode())
            yield None
            async for note in connection.notifies():
                yield note.payload
        finally:
            await asyncio.shield(connection.close())
    except (psycopg.Error, OSError) as error:
        raise DatabaseUnavailable(type(error).__name__) from error
