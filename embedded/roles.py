"""The two roles of PyTake's databases and the extensions its schema uses; each statement may run again."""

import psycopg
from psycopg import sql

from embedded.secrets import Secrets

OWNER = "pytake_owner"
"""Owns databases and schema; used by migrations only."""
APP = "pytake_app"
"""Serves requests: owns nothing, and row-level security holds for it."""
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
_PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


def ensure_roles(connection: psycopg.Connection, secrets: Secrets) -> None:
    """Both roles with today's passwords. The owner may act as the application, to test what it may do."""
    for role, password in ((OWNER, secrets.postgres_owner), (APP, secrets.postgres_app)):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                verb, sql.Identifier(role), sql.SQL(_PLAIN), sql.Literal(password)
            )
        )
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER)))


def ensure_database(
    connection: psycopg.Connection, name: str, *, template: str | None = None
) -> None:
    """Outside a transaction: PostgreSQL creates no database in one."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    made = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(name), sql.Identifier(OWNER)
    )
    if template is not None:
        # Copying files beats writing them to the log when the template is migrated and small.
        made += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
    connection.execute(made)
    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
    )
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            sql.Identifier(name), sql.Identifier(APP)
        )
    )


def ensure_extensions(connection: psycopg.Connection) -> None:
    for name in EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name))
        )
