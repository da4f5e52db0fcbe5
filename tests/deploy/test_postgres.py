"""deploy/postgres.sql on a real, empty PostgreSQL: it makes what `make up` makes, and migrations run on it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from typing_extensions import override

from embedded import cluster
from embedded.postgres import EmbeddedPostgres
from storage import migrate
from storage.database import Database

INIT = Path(__file__).parents[2] / "deploy" / "postgres.sql"
# Passwords of every shape: what is quoted wrongly shows here.
PASSWORDS = {
    "POSTGRES_OWNER_PASSWORD": "owner's",
    "POSTGRES_APP_PASSWORD": 'app"s \\',
    "POSTGRES_TEMPORAL_PASSWORD": "temporal $1",
}


class Container(EmbeddedPostgres):
    """A PostgreSQL as the image finds it: a superuser and nothing else."""

    @override
    def settle(self) -> None:
        """What would make the roles here is what the init file replaces."""

    def connect(self, role: str, database: str) -> psycopg.Connection:
        password = PASSWORDS[f"POSTGRES_{role.rpartition('_')[2].upper()}_PASSWORD"]
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=role, password=password, dbname=database
        )

    def url(self, role: str) -> str:
        """With the password quoted, as somebody with such a password would have to write it."""
        password = PASSWORDS[f"POSTGRES_{role.rpartition('_')[2].upper()}_PASSWORD"]
        return self._url(role, password, "pytake")


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    folder = Path(tempfile.mkdtemp(prefix="pytake-test-"))
    with Container(folder, fsync=False) as server:
        psql = [str(cluster.binaries() / "psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
        subprocess.run(  # noqa: S603  the arguments are ours
            [*psql, f"--dbname={server.superuser_url}", f"--file={INIT}"],
            env=dict(os.environ) | PASSWORDS,
            check=True,
        )
        yield server
    shutil.rmtree(folder)


def rows(url: str, query: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


ROLES: LiteralString = """
SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication
FROM pg_roles WHERE rolname LIKE 'pytake_%' ORDER BY rolname
"""
MEMBERS: LiteralString = """
SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members
WHERE roleid::regrole::text = 'pytake_app'
"""
DATABASE: LiteralString = """
SELECT datdba::regrole::text, datacl::text, datlocprovider, datlocale, datcollate
FROM pg_database WHERE datname = 'pytake'
"""
EXTENSIONS: LiteralString = "SELECT extname FROM pg_extension ORDER BY extname"


@pytest.mark.parametrize("query", [ROLES, MEMBERS, DATABASE])
def test_roles_and_database_are_those_of_one_machine(
    container: Container, postgres: EmbeddedPostgres, query: LiteralString
) -> None:
    made = rows(container.superuser_url, query)
    assert made == rows(postgres.superuser_url, query)
    assert made


def test_the_extensions_are_those_of_one_machine(
    container: Container, postgres: EmbeddedPostgres
) -> None:
    here, there = container.superuser_url, postgres.superuser_url
    pytake = [url.removesuffix("/postgres") + "/pytake" for url in (here, there)]
    assert rows(pytake[0], EXTENSIONS) == rows(pytake[1], EXTENSIONS)


async def test_the_owner_migrates_twice_and_the_application_works(container: Container) -> None:
    owner, app = container.url("pytake_owner"), container.url("pytake_app")
    migrate.upgrade(owner, app)
    migrate.upgrade(owner, app)
    database = Database(app, pool_size=1)
    await database.ping()
    await database.close()
    with (
        container.connect("pytake_app", "pytake") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


@pytest.mark.parametrize("database", ["temporal", "temporal_visibility"])
def test_temporal_may_make_tables_in_its_own_databases(container: Container, database: str) -> None:
    with container.connect("temporal", database) as connection:
        connection.execute("CREATE TABLE schema_version (id int)")
        connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")


@pytest.mark.parametrize(
    ("role", "database"),
    [("temporal", "pytake"), ("pytake_app", "temporal"), ("pytake_owner", "temporal_visibility")],
)
def test_nobody_reads_the_other_ones_databases(
    container: Container, role: str, database: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        container.connect(role, database)
