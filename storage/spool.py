"""What arrived and could not go on at once: messages while Temporal is away, bodies nobody can read."""

import hashlib
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.conversation import InboundItem
from domain.events import InboundEvent
from domain.value import Value
from storage.database import Database
from storage.rows import as_json

_ITEMS = TypeAdapter(list[InboundItem])

_ADD = text("""
INSERT INTO inbound_spool (tenant_id, channel_id, address, items)
VALUES (:tenant, :channel, :address, CAST(:items AS jsonb))
""")
_TENANTS = text("SELECT spooled_tenants() AS id")
# One row of each conversation, its oldest: what one of them waits for does not hold up the others.
_NEXT = text("""
SELECT DISTINCT ON (channel_id, address) id, tenant_id, channel_id, address, items, created_at
FROM inbound_spool ORDER BY channel_id, address, id
""")
_REMOVE = text("DELETE FROM inbound_spool WHERE id = :id")
_RAW = text("""
INSERT INTO raw_webhooks AS r (tenant_id, channel_id, reason, digest, body)
VALUES (:tenant, :channel, :reason, :digest, :body)
ON CONFLICT (channel_id, digest) DO UPDATE SET deliveries = r.deliveries + 1
""")
_EVENT = text("""
INSERT INTO channel_events (tenant_id, channel_id, kind, external_id, event)
VALUES (:tenant, :channel, :kind, :external, CAST(:event AS jsonb))
ON CONFLICT (channel_id, external_id) DO NOTHING
""")
_COUNTS = text(
    "SELECT count(*) AS rows, coalesce(sum(deliveries), 0) AS deliveries FROM raw_webhooks"
)


class Spooled(Value):
    """Messages of one contact that wait for Temporal."""

    id: int
    tenant_id: UUID
    channel_id: UUID
    address: str
    items: list[InboundItem]
    created_at: datetime


async def add_to_spool(
    connection: AsyncConnection,
    tenant_id: UUID,
    channel_id: UUID,
    address: str,
    items: list[InboundItem],
) -> None:
    """Behind everything of that conversation that is there, in a transaction of the caller's."""
    values = {
        "tenant": tenant_id,
        "channel": channel_id,
        "address": address,
        "items": as_json([item.model_dump(mode="json", exclude_none=True) for item in items]),
    }
    await connection.execute(_ADD, values)


class SpoolStore:
    """Keeps what waits and what nobody could read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, tenant_id: UUID, channel_id: UUID, address: str, items: list[InboundItem]
    ) -> None:
        async with self._database.transaction(tenant_id) as connection:
            await add_to_spool(connection, tenant_id, channel_id, address, items)

    async def waiting_tenants(self) -> list[UUID]:
        """Those whose contacts' words are to be handed over: spooled ones, and pieces whose time is up."""
        async with self._database.lookup() as connection:
            return [row.id for row in await connection.execute(_TENANTS)]

    async def oldest(self, tenant_id: UUID) -> list[Spooled]:
        """The oldest row of each conversation that has any."""
        async with self._database.transaction(tenant_id) as connection:
            rows = (await connection.execute(_NEXT)).mappings().all()
        return [
            Spooled.model_validate({**row, "items": _ITEMS.validate_python(row["items"])})
            for row in rows
        ]

    async def remove(self, tenant_id: UUID, spooled_id: int) -> None:
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_REMOVE, {"id": spooled_id})

    async def keep_raw(self, tenant_id: UUID, channel_id: UUID, body: bytes, reason: str) -> None:
        """Keep an authentic body that could not be read; its repeats are only counted."""
        values = {
            "tenant": tenant_id,
            "channel": channel_id,
            "reason": reason[:500],
            "digest": hashlib.sha256(body).hexdigest(),
            "body": body,
        }
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_RAW, values)

    async def keep_event(self, tenant_id: UUID, channel_id: UUID, event: InboundEvent) -> None:
        """Keep what belongs to no conversation: account news, preferences, what we ignore."""
        values = {
            "tenant": tenant_id,
            "channel": channel_id,
            "kind": event.kind,
            "external": event.external_id,
            "event": as_json(event),
        }
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_EVENT, values)

    async def raw_counts(self, tenant_id: UUID) -> dict[str, int]:
        """How many different unreadable bodies were kept, and how often they came."""
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(_COUNTS)).mappings().one()
        return {"bodies": int(row["rows"]), "deliveries": int(row["deliveries"])}
