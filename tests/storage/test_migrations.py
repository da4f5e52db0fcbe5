"""Migrations: up and down and up again leaves the same schema, and it is the one the tables describe."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, create_engine, text

from embedded.postgres import EmbeddedPostgres
from storage import migrate
from storage.database import dialect_url
from storage.tables import METADATA

# Everything a migration can make, as PostgreSQL itself would write it down. What an extension brought is not ours.
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policies": """
        SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies
    """,
    "tables": """
        SELECT relname, relkind, relrowsecurity, relforcerowsecurity,
               coalesce(relacl, acldefault('r', relowner))::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
    """,
    "functions": """
        SELECT oid::regprocedure::text, pg_get_functiondef(oid),
               coalesce(proacl, acldefault('f', proowner))::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
    """,
    "schema": "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname = 'public'",
}

Schema = dict[str, list[tuple[object, ...]]]


class EmptyDatabase:
    """A database that no migration has seen."""

    def __init__(self, owner_url: str) -> None:
        self.owner_url = owner_url
        self.engine: Engine = create_engine(dialect_url(owner_url))

    def upgrade(self) -> None:
        migrate.upgrade(self.owner_url)

    def downgrade(self, revision: str) -> None:
        made = migrate.config(self.owner_url)
        with self.engine.connect() as connection:
            made.attributes["connection"] = connection
            command.downgrade(made, revision)
            connection.commit()

    def schema(self) -> Schema:
        with self.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(text(question))), key=repr)
                for name, question in SCHEMA.items()
            }


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Iterator[EmptyDatabase]:
    name = "test_migrations"
    postgres.create_database(name)
    made = EmptyDatabase(postgres.owner_url(name))
    yield made
    made.engine.dispose()
    postgres.drop_database(name)


def revisions() -> list[str]:
    """Every revision, newest first."""
    script = ScriptDirectory.from_config(migrate.config("postgresql://nowhere/nothing"))
    return [one.revision for one in script.walk_revisions()]


def test_up_and_down_to_the_beginning_and_up_again_leaves_the_same_schema(
    empty: EmptyDatabase,
) -> None:
    empty.upgrade()
    before = empty.schema()
    empty.downgrade("base")
    empty.upgrade()
    assert empty.schema() == before


def test_down_to_the_beginning_leaves_nothing_behind(empty: EmptyDatabase) -> None:
    empty.upgrade()
    empty.downgrade("base")
    left = empty.schema()
    assert [row[0] for row in left["tables"]] == ["alembic_version"]
    assert left["functions"] == []
    assert left["policies"] == []


def test_every_single_step_can_be_taken_back(empty: EmptyDatabase) -> None:
    empty.upgrade()
    for revision in revisions():
        before = empty.schema()
        empty.downgrade("-1")
        migrate.upgrade(empty.owner_url, revision=revision)
        assert empty.schema() == before, revision
        empty.downgrade("-1")


def test_migrating_twice_changes_nothing(empty: EmptyDatabase) -> None:
    empty.upgrade()
    before = empty.schema()
    empty.upgrade()
    assert empty.schema() == before


def test_history_is_one_line() -> None:
    script = ScriptDirectory.from_config(migrate.config("postgresql://nowhere/nothing"))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_tables_describe_the_migrated_schema(empty: EmptyDatabase) -> None:
    empty.upgrade()
    with empty.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_the_tables_describe_the_migrated_checks(empty: EmptyDatabase) -> None:
    """Alembic does not compare these."""
    empty.upgrade()
    described = {
        (table.name, str(check.name))
        for table in METADATA.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    checks = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
    with empty.engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text(checks + " AND conrelid <> 0"))}
    assert {row for row in found if row[0] in METADATA.tables} == described
