"""Flows and their versions: a version never changes, and a run keeps the one it started with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from domain.value import Value
from storage.database import Database
from storage.rows import as_json
from storage.tables.flows import FLOW_RUNS, FLOW_VERSIONS, FLOWS


class Flow(Value):
    """A flow, and the version that new runs start with."""

    id: UUID
    slug: str
    name: str
    live_version_id: UUID | None
    version: int | None = None
    created_at: datetime


class FlowVersion(Value):
    """One immutable definition."""

    id: UUID
    flow_id: UUID
    number: int
    hash: str
    definition: dict[str, Any]


_PUT_FLOW = text("""
INSERT INTO flows (tenant_id, slug, name) VALUES (:tenant, :slug, :name)
ON CONFLICT (tenant_id, slug) DO UPDATE SET name = excluded.name
RETURNING id
""")

# The same definition is the same version, however often it is deployed.
_PUT_VERSION = text("""
INSERT INTO flow_versions (tenant_id, flow_id, number, hash, definition, created_by)
SELECT :tenant, :flow, coalesce(max(number), 0) + 1, :hash, CAST(:definition AS jsonb), CAST(:author AS uuid)
FROM flow_versions WHERE flow_id = :flow
ON CONFLICT (flow_id, hash) DO UPDATE SET hash = excluded.hash
RETURNING id, number
""")

_LIST = (
    select(FLOWS, FLOW_VERSIONS.c.number.label("version"))
    .outerjoin(FLOW_VERSIONS, FLOW_VERSIONS.c.id == FLOWS.c.live_version_id)
    .order_by(FLOWS.c.slug)
)


class FlowStore:
    """Keeps flows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def deploy(
        self,
        tenant_id: UUID,
        slug: str,
        definition: dict[str, Any],
        digest: str,
        author: UUID | None,
    ) -> Flow:
        """Keep a definition as a version and make it the one that new runs start with."""
        async with self._database.transaction(tenant_id) as connection:
            flow_id = await connection.scalar(
                _PUT_FLOW, {"tenant": tenant_id, "slug": slug, "name": definition.get("name", slug)}
            )
            version = (
                await connection.execute(
                    _PUT_VERSION,
                    {
                        "tenant": tenant_id,
                        "flow": flow_id,
                        "hash": digest,
                        "definition": as_json(definition),
                        "author": author,
                    },
                )
            ).one()
            await connection.execute(
                update(FLOWS).where(FLOWS.c.id == flow_id).values(live_version_id=version.id)
            )
            row = (await connection.execute(_LIST.where(FLOWS.c.id == flow_id))).mappings().one()
        return Flow.model_validate(dict(row))

    async def of_tenant(self, tenant_id: UUID) -> list[Flow]:
        async with self._database.transaction(tenant_id) as connection:
            rows = await connection.execute(_LIST)
            return [Flow.model_validate(dict(row)) for row in rows.mappings()]

    async def version(self, tenant_id: UUID, version_id: UUID) -> FlowVersion | None:
        async with self._database.transaction(tenant_id) as connection:
            query = select(FLOW_VERSIONS).where(FLOW_VERSIONS.c.id == version_id)
            row = (await connection.execute(query)).mappings().first()
        return FlowVersion.model_validate(dict(row)) if row else None

    async def end_run(self, tenant_id: UUID, run_id: UUID, outcome: str) -> None:
        """Note how a run ended, once."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(
                update(FLOW_RUNS)
                .where(FLOW_RUNS.c.id == run_id, FLOW_RUNS.c.ended_at.is_(None))
                .values(outcome=outcome, ended_at=text("now()"))
            )
