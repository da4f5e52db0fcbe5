"""What arrived and could not (yet) go where it belongs."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import METADATA, created_column, id_column, tenant_column

# Messages accepted while Temporal was unreachable, drained in order of `id`.
INBOUND_SPOOL = Table(
    "inbound_spool",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    tenant_column(),
    Column("channel_id", UUID(as_uuid=True), nullable=False),
    Column("address", Text, nullable=False),
    Column("items", JSONB, nullable=False),
    created_column(),
)

# Authentic bodies nobody could read, and what platforms say about the account itself.
RAW_WEBHOOKS = Table(
    "raw_webhooks",
    METADATA,
    id_column(),
    tenant_column(),
    Column("channel_id", UUID(as_uuid=True), nullable=False),
    Column("reason", Text, nullable=False),
    # SHA-256 of the body: a platform that redelivers the same poison for days adds to `deliveries` only.
    Column("digest", Text, nullable=False),
    Column("deliveries", Integer, nullable=False, server_default="1"),
    Column("body", LargeBinary, nullable=False),
    created_column(),
    Index("uq_raw_webhooks_channel_id_digest", "channel_id", "digest", unique=True),
)

CHANNEL_EVENTS = Table(
    "channel_events",
    METADATA,
    id_column(),
    tenant_column(),
    Column("channel_id", UUID(as_uuid=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    created_column(),
    Index("uq_channel_events_channel_id_external_id", "channel_id", "external_id", unique=True),
    Index("ix_channel_events_tenant_id_channel_id", "tenant_id", "channel_id", "created_at"),
)
