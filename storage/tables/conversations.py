"""Conversations and everything that ever happened in them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    id_column(),
    tenant_column(),
    reference("channels")("channel_id"),
    reference("contacts")("contact_id"),
    Column("address", Text, nullable=False),
    Column("thread", Text),
    Column("status", Text, nullable=False),
    Column("owner_kind", Text, nullable=False),
    Column("owner_id", UUID(as_uuid=True)),
    Column("queue_id", UUID(as_uuid=True)),
    Column("priority", Text, nullable=False, server_default="normal"),
    Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("snoozed_until", DateTime(timezone=True)),
    # Counts services: 0 until the contact first says something, one more each time a resolved one comes back.
    Column("episode", Integer, nullable=False, server_default=text("0")),
    # The number of the last event; the row's lock makes the sequence gapless.
    Column("last_seq", BigInteger, nullable=False, server_default=text("0")),
    Column("last_message_at", DateTime(timezone=True)),
    Column("last_inbound_at", DateTime(timezone=True)),
    Column("last_inbound_id", Text),
    Column("waiting_since", DateTime(timezone=True)),
    Column("preview", Text),
    # The last batch recorded and what it answered, so that a retried activity answers the same.
    Column("last_batch", JSONB),
    Column("resolved_at", DateTime(timezone=True)),
    created_column(),
    CheckConstraint("status IN ('open', 'pending', 'snoozed', 'resolved')", name="status"),
    CheckConstraint("owner_kind IN ('flow', 'queue', 'agent')", name="owner_kind"),
    Index("uq_conversations_channel_id_address", "channel_id", "address", unique=True),
    Index("ix_conversations_recent", "tenant_id", "last_message_at", "id"),
    Index("ix_conversations_owner", "tenant_id", "owner_kind", "owner_id"),
    Index(
        "ix_conversations_waiting",
        "tenant_id",
        "queue_id",
        "waiting_since",
        postgresql_where=text("owner_kind = 'queue' AND status <> 'resolved'"),
    ),
)

# Append-only: the application role may insert and read, never update or delete. These rows are at once the
# audit trail, the facts behind every figure, and what a screen that was away asks for.
CONVERSATION_EVENTS = Table(
    "conversation_events",
    METADATA,
    Column("conversation_id", UUID(as_uuid=True), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    tenant_column(),
    Column("kind", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", UUID(as_uuid=True)),
    Column("message_id", UUID(as_uuid=True)),
    # The action or batch behind it: a retried activity finds that it has been here before.
    Column("cause_id", UUID(as_uuid=True)),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    created_column("at"),
    Index("ix_conversation_events_facts", "tenant_id", "kind", "at"),
    Index("ix_conversation_events_cause_id", "conversation_id", "cause_id"),
)
