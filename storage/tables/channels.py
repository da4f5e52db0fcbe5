"""Connected accounts."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

CHANNELS = Table(
    "channels",
    METADATA,
    id_column(),
    tenant_column(),
    Column("platform", Text, nullable=False),
    Column("name", Text, nullable=False),
    # How the platform names the account in its payloads; one channel per account, over all tenants.
    Column("account_id", Text, nullable=False),
    Column("account", JSONB, nullable=False),
    reference("flows", nullable=True, ondelete="SET NULL")("flow_id"),
    reference("queues", nullable=True, ondelete="SET NULL")("queue_id"),
    Column("disabled_at", DateTime(timezone=True)),
    # What to do with a message that may have been sent: never twice on a guess, unless somebody chose otherwise.
    Column("sending", Text, nullable=False, server_default="at_most_once"),
    created_column(),
    CheckConstraint("sending IN ('at_most_once', 'at_least_once')", name="sending"),
    Index("uq_channels_platform_account_id", "platform", "account_id", unique=True),
    Index("ix_channels_tenant_id", "tenant_id"),
    # Payloads may name what several accounts belong to, which their settings hold. The index keeps hashes only.
    Index(
        "ix_channels_account",
        "account",
        postgresql_using="gin",
        postgresql_ops={"account": "jsonb_path_ops"},
    ),
)
