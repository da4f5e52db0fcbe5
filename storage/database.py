"""One pool of connections, and transactions that belong to one tenant."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.errors import DomainError

APPLICATION_ROLE = "pytake_app"
"""Every connection runs as this role: it owns nothing and cannot bypass row-level security."""

# The tenant travels with BEGIN: one way to the server and back less. The value is a UUID's own text.
_BEGIN_AS = "BEGIN; SELECT set_config('app.tenant_id', '{tenant}', true)"
# Likewise; whoever waits for the lock sees afterwards what was committed under it.
_ALONE = "; SELECT pg_advisory_xact_lock({key})"


class DatabaseUnavailable(DomainError):
    """PostgreSQL is not reachable at the moment."""

    code = "database_unavailable"
    retryable = True
    words = {  # noqa: RUF012  a ClassVar in the base
        "en": "The database is not answering. Nothing was lost; try again in a moment.",
        "pt": "O banco de dados não está respondendo. Nada se perdeu; tente de novo em instantes.",
    }


class Unstorable(DomainError):
    """PostgreSQL refuses a value: trying again is of no use."""

    code = "unstorable"
    words = {  # noqa: RUF012  a ClassVar in the base
        "en": "This cannot be stored.",
        "pt": "Não é possível guardar isto.",
    }


def dialect_url(url: str) -> str:
    """The URL as SQLAlchemy wants it, whichever of the usual spellings was given."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Database:
    """A pool of connections to one PostgreSQL."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "pytake") -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            dialect_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=False,
            # The driver begins nothing by itself: `_begin_as` does. COMMIT and ROLLBACK stay the driver's.
            isolation_level="AUTOCOMMIT",
            # Errors travel to logs and into histories: not with what people wrote.
            hide_parameters=True,
            connect_args={"application_name": name, "connect_timeout": 5},
        )
        event.listen(self.engine.sync_engine, "connect", _become_application_role)

    @asynccontextmanager
    async def transaction(
        self, tenant_id: UUID, alone: str | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees and writes one tenant's rows only.

        `alone` names what no two transactions of the tenant do at once, where rows to lock do not exist yet.

        Raises `DatabaseUnavailable` when PostgreSQL cannot be reached, goes away meanwhile or picked this transaction
        to end a deadlock, and `Unstorable` when it refuses a value.
        """
        how = _BEGIN_AS.format(tenant=tenant_id)
        if alone is not None:
            how += _ALONE.format(key=_lock_key(f"{tenant_id}/{alone}"))
        async with self._begin(how) as connection:
            yield connection

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of no tenant: only the look-up functions of the schema answer in it."""
        async with self._begin("BEGIN") as connection:
            yield connection

    @asynccontextmanager
    async def _begin(self, how: str) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.begin() as connection:
                raw = await connection.get_raw_connection()
                assert raw.driver_connection is not None  # noqa: S101  it was just opened
                await raw.driver_connection.execute(how, prepare=False)
                yield connection
        except (DataError, IntegrityError) as error:
            raise Unstorable(_state(error) or type(error).__name__) from error
        except PoolExhausted as error:
            raise DatabaseUnavailable("every connection is in use") from error
        except (OperationalError, InterfaceError, TimeoutError) as error:
            if _may_be_repeated(error):
                raise DatabaseUnavailable(_state(error) or "") from error
            if isinstance(error, OperationalError) and not _lost(error):
                raise
            # A restarted server leaves dead connections behind: all of them are.
            await self.engine.dispose()
            raise DatabaseUnavailable(type(error).__name__) from error

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless a query goes through."""
        async with self.lookup() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def _lock_key(name: str) -> int:
    """The key of an advisory lock: 64 bits, signed."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _state(error: Exception) -> str | None:
    """The SQLSTATE PostgreSQL answered with; None when it did not answer."""
    state: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state


def _may_be_repeated(error: Exception) -> bool:
    """Class 40: the transaction was rolled back to let another one through (a deadlock, serialisation)."""
    return (_state(error) or "")[:2] == "40"


def _lost(error: OperationalError) -> bool:
    """Whether the connection is gone, rather than the statement at fault (a lock, a cancelled query)."""
    state = _state(error)
    # Class 57 is operator intervention (shutdown, crash); class 08 the connection itself; none at all: no server.
    return error.connection_invalidated or state is None or state[:2] in {"57", "08", "53"}


def _become_application_role(connection: Any, _record: Any) -> None:
    """Drop whatever rights the login has: a superuser would see every tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (user,) = cursor.fetchone()
        if user != APPLICATION_ROLE:
            cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
    connection.commit()
