"""Bring the schema to the newest version, as its owner."""

from pathlib import Path
from urllib.parse import unquote

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from storage.database import APPLICATION_ROLE, dialect_url

HERE = Path(__file__).parent / "migrations"
# Two migrators that start at once must not race: an arbitrary, fixed key for PostgreSQL's advisory lock.
_LOCK = 7_233_817_206


def config(owner_url: str) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.attributes["url"] = dialect_url(owner_url)
    return made


def upgrade(owner_url: str, app_url: str | None = None, *, revision: str = "head") -> None:
    """Make the application role if it is missing, then run what is new. Safe to run twice and at once."""
    engine = create_engine(dialect_url(owner_url))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
            with connection.begin():
                _ensure_role(connection, app_url)
            made = config(owner_url)
            made.attributes["connection"] = connection
            command.upgrade(made, revision)
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
    finally:
        engine.dispose()


def _ensure_role(connection: Connection, app_url: str | None) -> None:
    """The role that serves requests. It can log in only when the application's URL is its own."""
    exists = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE}
    ).scalar()
    if not exists:
        connection.execute(text(f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS"))
    login = make_url(app_url) if app_url else None
    if login is not None and login.username == APPLICATION_ROLE and login.password and not exists:
        password = unquote(str(login.password)).replace("'", "''")
        connection.execute(text(f"ALTER ROLE {APPLICATION_ROLE} LOGIN PASSWORD '{password}'"))
    member = connection.execute(
        text("SELECT pg_has_role(current_user, :role, 'member')"), {"role": APPLICATION_ROLE}
    ).scalar()
    if not member:
        connection.execute(text(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER"))
