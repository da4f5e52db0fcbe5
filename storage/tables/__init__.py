"""Every table, one file per aggregate. Each row belongs to a tenant, and row-level security holds it there."""

from storage.tables import (
    channels,
    connections,
    contacts,
    conversations,
    flows,
    inbound,
    messages,
    tenants,
)
from storage.tables.base import METADATA

__all__ = [
    "METADATA",
    "channels",
    "connections",
    "contacts",
    "conversations",
    "flows",
    "inbound",
    "messages",
    "tenants",
]
