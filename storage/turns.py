"""Whose turn it is, over all processes: locks that outlive transactions, and end with the process that has them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg

from storage.database import Database, DatabaseUnavailable, lock_key

_TAKE = b"SELECT pg_try_advisory_lock(%s)"
_GIVE = b"SELECT pg_advisory_unlock(%s)"


class Turn:
    """The right to do something alone, for as long as the session lives that asked for it."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def check(self) -> None:
        """Raise `DatabaseUnavailable` when it may be somebody else's turn by now."""
        try:
            await self._connection.execute(b"SELECT 1")
        except (psycopg.Error, OSError) as error:
            raise DatabaseUnavailable(f"a turn is lost: {type(error).__name__}") from error


class Turns:
    """Takes turns with other processes. Within one, whoever uses it sees to it that nobody asks twice for the same."""

    def __init__(self, database: Database, name: str) -> None:
        """`name`: how PostgreSQL's administrators see the session."""
        self._database = database
        self._name = name
        self._session: psycopg.AsyncConnection[Any] | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, tenant_id: UUID, what: str) -> AsyncIterator[Turn | None]:
        """The turn for as long as the block runs; None: somebody else has it. Raises `DatabaseUnavailable`."""
        key = lock_key(tenant_id, what)
        connection = await self._open()
        taken = await self._ask(connection, _TAKE, key)
        try:
            yield Turn(connection) if taken else None
        finally:
            if taken and not connection.closed:
                await self._ask(connection, _GIVE, key)

    async def close(self) -> None:
        """All turns end."""
        if self._session is not None:
            await self._session.close()

    async def _open(self) -> psycopg.AsyncConnection[Any]:
        async with self._opening:
            if self._session is None or self._session.closed:
                self._session = await self._database.session(self._name)
            return self._session

    async def _ask(
        self, connection: psycopg.AsyncConnection[Any], question: bytes, key: int
    ) -> bool:
        try:
            row = await (await connection.execute(question, (key,))).fetchone()
        except BaseException as error:
            # Nobody knows what became of this lock: with the session all of them are gone.
            await connection.close()
            if isinstance(error, psycopg.Error | OSError):
                raise DatabaseUnavailable(type(error).__name__) from error
            raise
        return bool(row and row[0])
