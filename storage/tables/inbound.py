"""What arrived and could not (yet) go where it belongs."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

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

# Pieces of long messages that came one by one: kept until all are there or their time is up, and for a while after it,
# for a piece that is delivered again must be known.
MESSAGE_PARTS = Table(
    "message_parts",
    METADATA,
    reference("channels", primary_key=True)("channel_id"),
    Column("external_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    tenant_column(),
    Column("address", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("item", JSONB, nullable=False),
    # When what is there is handed over, whole or not.
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("handed_at", DateTime(timezone=True)),
    created_column(),
    Index("ix_message_parts_channel_id_handed_at", "channel_id", "handed_at"),
    Index("ix_message_parts_due_at", "due_at", postgresql_where=text("handed_at IS NULL")),
)

# What connections that we hold brought, as it came: taken in order of `id`, channel by channel.
ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    tenant_column(),
    Column("channel_id", UUID(as_uuid=True), nullable=False),
    Column("body", LargeBinary, nullable=False),
    created_column("received_at"),
    Index("ix_arrivals_channel_id", "channel_id", "id"),
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
