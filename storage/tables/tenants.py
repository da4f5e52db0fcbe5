"""Tenants, the people who work for them, and their sessions."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

TENANTS = Table(
    "tenants",
    METADATA,
    id_column(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    created_column(),
)

USERS = Table(
    "users",
    METADATA,
    id_column(),
    tenant_column(),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Column("available", Boolean, nullable=False, server_default=text("false")),
    Column("capacity", Integer, nullable=False, server_default=text("4")),
    # Open conversations this agent holds. Kept by the statements that move owners, under the row's lock.
    Column("active", Integer, nullable=False, server_default=text("0")),
    Column("last_assigned_at", DateTime(timezone=True)),
    created_column(),
    CheckConstraint("role IN ('owner', 'administrator', 'supervisor', 'agent')", name="role"),
    CheckConstraint("active >= 0", name="active"),
    CheckConstraint("capacity >= 0", name="capacity"),
    Index("uq_users_email", func.lower(text("email")), unique=True),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    id_column(),
    tenant_column(),
    reference("users")("user_id"),
    # SHA-256 of the refresh token; the token itself is never stored.
    Column("token_hash", Text, nullable=False, unique=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    created_column(),
)

QUEUES = Table(
    "queues",
    METADATA,
    id_column(),
    tenant_column(),
    Column("name", Text, nullable=False),
    created_column(),
    Index("uq_queues_tenant_id_name", "tenant_id", "name", unique=True),
)

QUEUE_MEMBERS = Table(
    "queue_members",
    METADATA,
    tenant_column(),
    Column("queue_id", UUID(as_uuid=True), primary_key=True),
    Column("user_id", UUID(as_uuid=True), primary_key=True),
)
