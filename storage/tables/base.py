"""What all tables share: names of constraints, ids in time order, aware timestamps, the tenant."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, func, text
from sqlalchemy.dialects.postgresql import UUID

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[Any]:
    """A primary key that sorts by the time it was made (PostgreSQL 18's uuidv7)."""
    return Column("id", UUID(as_uuid=True), primary_key=True, server_default=text("uuidv7()"))


def tenant_column(*, primary_key: bool = False) -> Column[Any]:
    return reference("tenants", primary_key=primary_key)("tenant_id")


def created_column(name: str = "created_at") -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def reference(
    target: str, *, nullable: bool = False, ondelete: str = "CASCADE", primary_key: bool = False
) -> Callable[[str], Column[Any]]:
    """A column that points at another table's id."""

    def column(name: str) -> Column[Any]:
        return Column(
            name,
            UUID(as_uuid=True),
            ForeignKey(f"{target}.id", ondelete=ondelete),
            nullable=nullable,
            primary_key=primary_key,
        )

    return column
