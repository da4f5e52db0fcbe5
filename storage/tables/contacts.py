"""People, and their addresses on channels."""

from sqlalchemy import Column, Index, Table, Text

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
