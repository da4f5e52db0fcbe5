"""People, and their addresses on channels."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

CONTACTS = Table(
    "contacts",
    METADATA,
    id_column(),
    tenant_column(),
    Column("name", Text),
    Column("language", Text),
    created_column(),
    Index("ix_contacts_tenant_id", "tenant_id"),
)

ADDRESSES = Table(
    "addresses",
    METADATA,
    id_column(),
    tenant_column(),
    reference("contacts")("contact_id"),
    reference("channels")("channel_id"),
    Column("address", Text, nullable=False),
    Column("username", Text),
    Column("user_id", Text),
    created_column(),
    Index("uq_addresses_channel_id_address", "channel_id", "address", unique=True),
)

# What a contact asked for last: by address and not by person, for it may come before anything else they say.
CONSENTS = Table(
    "consents",
    METADATA,
    reference("channels", primary_key=True)("channel_id"),
    Column("address", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    tenant_column(),
    Column("state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    # External ids: of the event that told, and of the message it was said with.
    Column("source", Text, nullable=False),
    Column("message", Text),
    created_column(),
    CheckConstraint("scope IN ('all', 'marketing')", name="scope"),
    CheckConstraint("state IN ('in', 'out')", name="state"),
)
