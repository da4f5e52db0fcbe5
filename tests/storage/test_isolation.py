"""Tenants cannot see each other: what the application's own role may do, tried on every table there is."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Executable,
    Integer,
    Interval,
    LargeBinary,
    SmallInteger,
    Table,
    and_,
    create_engine,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.sql.sqltypes import DateTime, Text

from embedded.postgres import EmbeddedPostgres
from storage.database import APPLICATION_ROLE, Database, dialect_url
from storage.tables import METADATA
from storage.tables.conversations import CONVERSATION_EVENTS
from storage.tables.tenants import TENANTS
from tests.conftest import TEMPLATE

TABLES = METADATA.sorted_tables
OWNED = [table for table in TABLES if "tenant_id" in table.c]
APPEND_ONLY = [CONVERSATION_EVENTS]
READ_ONLY = [TENANTS]
CHANGEABLE = [table for table in TABLES if table not in [*APPEND_ONLY, *READ_ONLY]]

LOOKUPS = {
    "channel_by_id",
    "channel_by_account",
    "channels_of_platform",
    "session_by_token",
    "spooled_tenants",
    "tenant_by_slug",
    "user_by_email",
    "waiting_arrivals",
}
"""What must be found before the tenant is known, each answering one question."""

_MADE: dict[type, Callable[[], Any]] = {
    Text: lambda: f"text {uuid4()}",
    postgresql.UUID: uuid4,
    postgresql.JSONB: dict,
    LargeBinary: lambda: b"bytes",
    Integer: lambda: 1,
    BigInteger: lambda: 1,
    Interval: lambda: timedelta(seconds=1),
    SmallInteger: lambda: 1,
    DateTime: lambda: "2026-03-02T10:00:00Z",
}

Row = dict[str, Any]


class TwoTenants:
    """One row of every table, for each of two tenants."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ours, self.theirs = uuid4(), uuid4()
        self.rows: dict[UUID, dict[str, Row]] = {self.ours: {}, self.theirs: {}}

    def values(self, table: Table, tenant: UUID) -> Row:
        """A new row of a tenant: everything that must be given, and references to the tenant's own rows."""
        made = {
            column.name: self._value(table, column, tenant)
            for column in table.c
            if column.foreign_keys
            or not (column.nullable or column.server_default is not None or column.identity)
        }
        return made if table is not TENANTS else {**made, "id": tenant}

    def _value(self, table: Table, column: Column[Any], tenant: UUID) -> Any:
        for key in column.foreign_keys:
            other = key.column.table
            return tenant if other is TENANTS else self.rows[tenant][other.name][key.column.name]
        for check in table.constraints:
            # A column that takes certain words only: the first of them.
            if isinstance(check, CheckConstraint):
                words = re.match(rf"{column.name} IN \('(\w+)'", str(check.sqltext))
                if words:
                    return words[1]
        return _MADE[type(column.type)]()

    def one_of(self, table: Table, tenant: UUID) -> ColumnElement[bool]:
        """The tenant's row of a table."""
        row = self.rows[tenant][table.name]
        return and_(*(column == row[column.name] for column in table.primary_key))

    async def run(self, tenant: UUID | None, statement: Executable) -> Any:
        """Run a statement as the application, for a tenant or for none; what it found or how many it changed."""
        one = self.database.lookup() if tenant is None else self.database.transaction(tenant)
        async with one as connection:
            done = await connection.execute(statement)
            return done.mappings().all() if done.returns_rows else done.rowcount

    async def refuses(self, tenant: UUID | None, statement: Executable) -> bool:
        """Whether PostgreSQL itself says no."""
        with pytest.raises(ProgrammingError) as caught:
            await self.run(tenant, statement)
        return isinstance(caught.value.orig, InsufficientPrivilege)


@pytest.fixture(scope="module")
async def two(postgres: EmbeddedPostgres) -> AsyncIterator[TwoTenants]:
    """One database for the module: nothing here changes a row."""
    name = "test_isolation"
    postgres.create_database(name, template=TEMPLATE)
    database = Database(postgres.app_url(name), pool_size=2, name="pytake-test-isolation")
    two = TwoTenants(database)
    owner = create_engine(dialect_url(postgres.owner_url(name)))
    for tenant in (two.ours, two.theirs):
        for table in TABLES:
            statement = insert(table).values(two.values(table, tenant)).returning(table)
            if table in READ_ONLY:
                with owner.begin() as connection:
                    row = connection.execute(statement).mappings().one()
            else:
                (row,) = await two.run(tenant, statement)
            two.rows[tenant][table.name] = dict(row)
    owner.dispose()
    yield two
    await database.close()
    postgres.drop_database(name)


def each(tables: list[Table]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("table", tables, ids=[table.name for table in tables])


# --- rows of others


def test_every_table_but_the_tenants_own_belongs_to_a_tenant() -> None:
    assert [table.name for table in TABLES if table not in OWNED] == ["tenants"]


@each(TABLES)
async def test_a_tenant_sees_its_own_row_and_no_other(two: TwoTenants, table: Table) -> None:
    assert await two.run(two.ours, select(table)) == [two.rows[two.ours][table.name]]


@each(TABLES)
async def test_without_a_tenant_nothing_is_visible(two: TwoTenants, table: Table) -> None:
    assert await two.run(None, select(table)) == []


@each(CHANGEABLE)
async def test_a_row_of_another_tenant_cannot_be_changed(two: TwoTenants, table: Table) -> None:
    statement = update(table).where(two.one_of(table, two.theirs)).values(tenant_id=two.theirs)
    assert await two.run(two.ours, statement) == 0
    assert await two.run(None, statement) == 0


@each(CHANGEABLE)
async def test_a_row_of_another_tenant_cannot_be_deleted(two: TwoTenants, table: Table) -> None:
    statement = delete(table).where(two.one_of(table, two.theirs))
    assert await two.run(two.ours, statement) == 0
    assert await two.run(None, statement) == 0


@each(OWNED)
async def test_a_row_cannot_be_made_for_another_tenant(two: TwoTenants, table: Table) -> None:
    statement = insert(table).values(two.values(table, two.theirs))
    assert await two.refuses(two.ours, statement)
    assert await two.refuses(None, statement)


@each(CHANGEABLE)
async def test_a_row_cannot_be_given_to_another_tenant(two: TwoTenants, table: Table) -> None:
    statement = update(table).where(two.one_of(table, two.ours)).values(tenant_id=two.theirs)
    assert await two.refuses(two.ours, statement)


async def test_a_connection_used_again_does_not_remember_its_last_tenant(two: TwoTenants) -> None:
    # The pool holds two connections; each has served a tenant before it is asked for none.
    for _ in range(4):
        await two.run(two.ours, select(TENANTS))
        assert await two.run(None, select(TENANTS)) == []


@pytest.mark.parametrize("tenant", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
async def test_a_tenant_that_is_none_sees_nothing(two: TwoTenants, tenant: str) -> None:
    setting = text("SELECT set_config('app.tenant_id', :tenant, true)")
    async with two.database.lookup() as connection:
        await connection.execute(setting, {"tenant": tenant})
        if tenant == "nobody":
            with pytest.raises(Exception, match="invalid input syntax for type uuid"):
                await connection.execute(select(TENANTS))
            await connection.rollback()
        else:
            assert (await connection.execute(select(TENANTS))).all() == []


# --- what may not be changed at all


@each(APPEND_ONLY)
async def test_what_is_append_only_is_never_changed_nor_deleted(
    two: TwoTenants, table: Table
) -> None:
    ours = two.one_of(table, two.ours)
    assert await two.refuses(two.ours, update(table).where(ours).values(kind="rewritten"))
    assert await two.refuses(two.ours, delete(table).where(ours))


@each(READ_ONLY)
async def test_what_is_read_only_is_never_written(two: TwoTenants, table: Table) -> None:
    ours = two.one_of(table, two.ours)
    assert await two.refuses(two.ours, insert(table).values(two.values(table, uuid4())))
    assert await two.refuses(two.ours, update(table).where(ours).values(name="rewritten"))
    assert await two.refuses(two.ours, delete(table).where(ours))


@each(TABLES)
async def test_no_table_can_be_emptied(two: TwoTenants, table: Table) -> None:
    # TRUNCATE asks no policy.
    assert await two.refuses(two.ours, text(f"TRUNCATE {table.name} CASCADE"))


# --- ways around


async def test_everything_the_application_may_read_has_a_policy(two: TwoTenants) -> None:
    """Views and tables that the metadata does not know are asked as well."""
    readable = text("""
        SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(c.oid, 'SELECT')
          AND NOT (c.relrowsecurity AND EXISTS (
            SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
              AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))
    """)
    found = await two.run(two.ours, readable)
    assert [row["name"] for row in found] == ["alembic_version"]


async def test_every_policy_of_a_table_asks_for_the_tenant(two: TwoTenants) -> None:
    """Policies are alternatives: one that asks for less would open the table."""
    policies = text("SELECT tablename, qual, with_check FROM pg_policies")
    found = await two.run(two.ours, policies)
    assert sorted(row["tablename"] for row in found) == sorted(table.name for table in TABLES)
    for row in found:
        column = "id" if row["tablename"] == "tenants" else "tenant_id"
        assert row["qual"] == row["with_check"]
        assert row["qual"].startswith(f"({column} = ")
        assert "current_setting('app.tenant_id'" in row["qual"]


async def test_the_application_role_owns_nothing_and_bypasses_nothing(two: TwoTenants) -> None:
    role = text("""
        SELECT current_user AS name, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
               (SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS relations,
               (SELECT count(*) FROM pg_proc WHERE proowner = r.oid) AS functions,
               (SELECT count(*) FROM pg_auth_members WHERE member = r.oid) AS memberships,
               has_schema_privilege('public', 'CREATE') AS may_create,
               has_database_privilege(current_database(), 'TEMP') AS may_create_for_itself
        FROM pg_roles r WHERE rolname = current_user
    """)
    assert await two.run(two.ours, role) == [
        {
            "name": APPLICATION_ROLE,
            "rolsuper": False,
            "rolbypassrls": False,
            "rolcreaterole": False,
            "rolcreatedb": False,
            "relations": 0,
            "functions": 0,
            "memberships": 0,
            "may_create": False,
            # What it made for itself would come before our tables in the lookups below.
            "may_create_for_itself": False,
        }
    ]


async def test_the_application_cannot_become_the_owner(two: TwoTenants) -> None:
    assert await two.refuses(two.ours, text("SET ROLE pytake_owner"))


async def test_the_lookups_are_the_only_functions_with_their_owners_rights(
    two: TwoTenants,
) -> None:
    functions = text("""
        SELECT proname AS name, proconfig AS settings, has_function_privilege('public', oid, 'EXECUTE') AS for_all,
               has_function_privilege(oid, 'EXECUTE') AS for_us,
               (SELECT rolsuper FROM pg_roles WHERE oid = proowner) AS as_superuser
        FROM pg_proc WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace
    """)
    found = {row["name"]: row for row in await two.run(two.ours, functions)}
    assert found.keys() == LOOKUPS
    for row in found.values():
        # A caller's own search path could put another table in the place of ours.
        assert row["settings"] in (["search_path=public"], ["search_path=public, pg_temp"])
        assert not row["for_all"]
        assert row["for_us"]
        assert not row["as_superuser"]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("SELECT f->>'tenant_id' FROM channel_by_id(:id) f", "channels"),
        ("SELECT f->>'tenant_id' FROM channel_by_account(:platform, :account_id) f", "channels"),
        ("SELECT f->>'tenant_id' FROM channels_of_platform(:platform) f", "channels"),
        ("SELECT tenant_id::text FROM user_by_email(:email)", "users"),
        ("SELECT tenant_id::text FROM session_by_token(:token_hash)", "sessions"),
        ("SELECT id::text FROM tenant_by_slug(:slug)", "tenants"),
    ],
)
async def test_a_lookup_finds_what_it_is_asked_for_whichever_tenants_it_is(
    two: TwoTenants, question: str, key: str
) -> None:
    for tenant in (two.ours, two.theirs):
        row = two.rows[tenant][key]
        asked = text(question)
        values = {name: row[name] for name in asked.compile().params}
        (found,) = await two.run(None, asked.bindparams(**values))
        assert [*found.values()] == [str(tenant)]


async def test_spooled_messages_are_found_by_their_tenants_alone(two: TwoTenants) -> None:
    found = await two.run(None, text("SELECT spooled_tenants() AS id"))
    assert {row["id"] for row in found} == {two.ours, two.theirs}


async def test_arrivals_that_wait_are_found_by_their_places_alone(two: TwoTenants) -> None:
    found = await two.run(None, text("SELECT * FROM waiting_arrivals()"))
    wanted = {
        (row["arrivals"]["tenant_id"], row["arrivals"]["channel_id"]) for row in two.rows.values()
    }
    assert {(row["tenant_id"], row["channel_id"]) for row in found} == wanted
    assert {tuple(row) for row in found} == {("tenant_id", "channel_id", "waiting")}
