"""One pool of connections, and transactions that belong to one tenant."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Dialect, TextClause, event, exc, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.errors import DomainError

APPLICATION_ROLE = "pytake_app"
"""Every connection runs as this role: it owns nothing and cannot bypass row-level security."""

# The tenant travels with BEGIN: one way to the server and back less. The value is a UUID's own text.
_BEGIN_AS = "BEGIN; SELECT set_config('app.tenant_id', '{tenant}', true)"
_AS = "SELECT set_config('app.tenant_id', %s, true)"
# A statement of its own: whoever waits for the lock sees afterwards what was committed under it.
_ALONE = "SELECT pg_advisory_xact_lock({key})"

# Seconds of silence, seconds between questions, and how many go unanswered: what we ask, and what the server asks us.
_ALIVE: dict[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_ASK_WHETHER_ALIVE = (
    "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)

_REFUSED = (exc.DataError, exc.IntegrityError, psycopg.DataError, psycopg.IntegrityError)
_OPERATIONAL = (exc.OperationalError, psycopg.OperationalError)
_FAILED = (*_OPERATIONAL, exc.InterfaceError, psycopg.InterfaceError, TimeoutError)


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
        self.statements = 0
        """How many were sent so far, but BEGIN (which carries the tenant) and COMMIT: what a message costs."""
        event.listen(self.engine.sync_engine, "connect", _become_application_role)
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._count)

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
            how += f"; {_ALONE.format(key=lock_key(tenant_id, alone))}"
        async with self._begin(how) as connection:
            yield connection

    async def single(
        self,
        tenant_id: UUID,
        statement: TextClause,
        values: Mapping[str, Any],
        alone: str | None = None,
    ) -> dict[str, Any] | None:
        """The first row of a statement that is a transaction of its own: once to the server and back.

        What is sent together in a pipeline is one transaction. Raises as `transaction` does.
        """
        async with self._translated(), self.engine.connect() as connection:
            driver = await _driver(connection)
            async with driver.pipeline():
                await driver.execute(_AS, (str(tenant_id),))
                if alone is not None:
                    await driver.execute(_ALONE.format(key=lock_key(tenant_id, alone)).encode())
                cursor = driver.cursor(row_factory=dict_row)
                self._count()
                await cursor.execute(_in_drivers_words(statement, self.engine.dialect), values)
            return await cursor.fetchone()

    @asynccontextmanager
    async def lookup(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of no tenant: only the look-up functions of the schema answer in it."""
        async with self._begin("BEGIN") as connection:
            yield connection

    @asynccontextmanager
    async def _begin(self, how: str) -> AsyncIterator[AsyncConnection]:
        async with self._translated(), self.engine.begin() as connection:
            await (await _driver(connection)).execute(how.encode(), prepare=False)
            yield connection

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        """The driver's errors, whether they come through SQLAlchemy or not, in our own words."""
        try:
            yield
        except _REFUSED as error:
            raise Unstorable(_state(error) or type(error).__name__) from error
        except PoolExhausted as error:
            raise DatabaseUnavailable("every connection is in use") from error
        except _FAILED as error:
            if _may_be_repeated(error):
                raise DatabaseUnavailable(_state(error) or "") from error
            if isinstance(error, _OPERATIONAL) and not _lost(error):
                raise
            # A restarted server leaves dead connections behind: all of them are.
            await self.engine.dispose()
            raise DatabaseUnavailable(type(error).__name__) from error

    async def session(self, name: str) -> psycopg.AsyncConnection[Any]:
        """A connection beside the pool, for what belongs to a session: LISTEN, locks. Whoever asks closes it.

        Each of its statements is a transaction. Neither side takes long to notice that the other is gone.
        """
        async with self._translated():
            connection = await psycopg.AsyncConnection.connect(
                self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
                autocommit=True,
                application_name=name,
                connect_timeout=5,
                **_ALIVE,
            )
            try:
                await connection.execute(_ASK_WHETHER_ALIVE)
            except BaseException:
                await connection.close()
                raise
            return connection

    async def ping(self) -> None:
        """Raise `DatabaseUnavailable` unless a query goes through."""
        async with self.lookup() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()

    def _count(self, *_of_what: object) -> None:
        self.statements += 1


def lock_key(tenant_id: UUID, name: str) -> int:
    """The key of an advisory lock: 64 bits, signed."""
    words = f"{tenant_id}/{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), signed=True)


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)  # noqa: S101  our URLs name this driver
    return driver


@cache
def _in_drivers_words(statement: TextClause, dialect: Dialect) -> bytes:
    return str(statement.compile(dialect=dialect)).encode()


def _state(error: Exception) -> str | None:
    """The SQLSTATE PostgreSQL answered with; None when it did not answer."""
    state: str | None = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state


def _may_be_repeated(error: Exception) -> bool:
    """Class 40: the transaction was rolled back to let another one through (a deadlock, serialisation)."""
    return (_state(error) or "")[:2] == "40"


def _lost(error: Exception) -> bool:
    """Whether the connection is gone, rather than the statement at fault (a lock, a cancelled query)."""
    state = _state(error)
    # Class 57 is operator intervention (shutdown, crash); class 08 the connection itself; none at all: no server.
    invalidated = getattr(error, "connection_invalidated", False)
    return invalidated or state is None or state[:2] in {"57", "08", "53"}


def _become_application_role(connection: Any, _record: Any) -> None:
    """Drop whatever rights the login has: a superuser would see every tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (user,) = cursor.fetchone()
        if user != APPLICATION_ROLE:
            cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
    connection.commit()
