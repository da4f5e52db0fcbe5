"""Alembic's entry point: online only, on the connection that `storage.migrate` hands over."""

from alembic import context
from sqlalchemy import create_engine

from storage.tables import METADATA


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection=connection, target_metadata=METADATA)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as opened:
        context.configure(connection=opened, target_metadata=METADATA)
        with context.begin_transaction():
            context.run_migrations()


run()
