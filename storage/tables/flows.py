"""Flows, their immutable versions, and their runs."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from storage.tables.base import METADATA, created_column, id_column, reference, tenant_column

FLOWS = Table(
    "flows",
    METADATA,
    id_column(),
    tenant_column(),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The version new runs start with; running ones keep their own.
    Column("live_version_id", UUID(as_uuid=True)),
    created_column(),
    Index("uq_flows_tenant_id_slug", "tenant_id", "slug", unique=True),
)

FLOW_VERSIONS = Table(
    "flow_versions",
    METADATA,
    id_column(),
    tenant_column(),
    reference("flows")("flow_id"),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("created_by", UUID(as_uuid=True)),
    created_column(),
    Index("uq_flow_versions_flow_id_hash", "flow_id", "hash", unique=True),
    Index("uq_flow_versions_flow_id_number", "flow_id", "number", unique=True),
)

FLOW_RUNS = Table(
    "flow_runs",
    METADATA,
    id_column(),
    tenant_column(),
    reference("flow_versions", ondelete="RESTRICT")("version_id"),
    reference("conversations")("conversation_id"),
    Column("outcome", Text),
    created_column("started_at"),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_flow_runs_conversation_id", "conversation_id"),
)
