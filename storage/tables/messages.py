"""Messages, the attempts to send them, and what platforms said about them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

MESSAGES = Table(
    "messages",
    METADATA,
    id_column(),
    tenant_column(),
    reference("conversations")("conversation_id"),
    Column("channel_id", UUID(as_uuid=True), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("direction", Text, nullable=False),
    Column("external_id", Text),
    Column("author_kind", Text, nullable=False),
    Column("author_id", UUID(as_uuid=True)),
    Column("content", JSONB, nullable=False),
    Column("reply_to", Text),
    Column("status", Text),
    Column("rank", SmallInteger, nullable=False, server_default=text("0")),
    Column("error", JSONB),
    # Why it waits for its channel: a `DomainError.code`, or `behind` another one that does.
    Column("held", Text),
    # Silence after this means that nobody knows whether it arrived.
    Column("receipt_due_at", DateTime(timezone=True)),
    # Why it was written: flow run, node and version for a flow's message.
    Column("cause", JSONB),
    Column("raw", JSONB),
    Column("deleted", Boolean, nullable=False, server_default=text("false")),
    Column("edited_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    created_column(),
    CheckConstraint("direction IN ('in', 'out', 'note')", name="direction"),
    # The real guard against doubles: what was said or accepted exists once. Some platforms count ids by conversation.
    Index("uq_messages_conversation_id_external_id", "conversation_id", "external_id", unique=True),
    Index("ix_messages_channel_id_external_id", "channel_id", "external_id"),
    Index("ix_messages_conversation_id_seq", "conversation_id", "seq"),
    Index(
        "ix_messages_held",
        "channel_id",
        "conversation_id",
        "seq",
        postgresql_where=text("held IS NOT NULL"),
    ),
    Index(
        "ix_messages_receipt_due_at",
        "channel_id",
        "receipt_due_at",
        postgresql_where=text("receipt_due_at IS NOT NULL"),
    ),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    reference("messages", primary_key=True)("message_id"),
    Column("number", Integer, primary_key=True),
    tenant_column(),
    # `pending` until the call is over: what a crash leaves behind is exactly what is doubtful.
    Column("outcome", Text, nullable=False, server_default="pending"),
    Column("external_id", Text),
    Column("error", JSONB),
    created_column("started_at"),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("outcome IN ('pending', 'accepted', 'refused', 'unknown')", name="outcome"),
)

# What each reply with an idempotency key said when the key was first used: taken before the reply is handed over, so
# that of two requests at once one is first. Kept as long as the tenant: a key means the same for ever.
REPLY_KEYS = Table(
    "reply_keys",
    METADATA,
    # Made of the conversation, the author and the key.
    Column("message_id", UUID(as_uuid=True), primary_key=True),
    tenant_column(),
    # SHA-256 of the request.
    Column("digest", Text, nullable=False),
    created_column(),
)

# The furthest receipt of each external id, kept even before (or without) a message of that id.
RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("channel_id", UUID(as_uuid=True), primary_key=True),
    Column("external_id", Text, primary_key=True),
    tenant_column(),
    Column("reference", UUID(as_uuid=True)),
    Column("status", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("error", JSONB),
    created_column("at"),
)

MEDIA = Table(
    "media",
    METADATA,
    tenant_column(primary_key=True),
    # SHA-256 of the bytes, in hex: the same file is stored once per tenant.
    Column("key", Text, primary_key=True),
    Column("mime_type", Text, nullable=False),
    Column("filename", Text),
    Column("size", BigInteger, nullable=False),
    # When a virus scanner looked into it and found nothing; NULL: it has not.
    Column("scanned_at", DateTime(timezone=True)),
    created_column(),
)
