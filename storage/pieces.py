"""Long messages that arrive piece by piece: kept until all are there or their time is up, then spooled as one.

Joining and spooling are one transaction: a message whose pieces are here is handed over once, whoever dies meanwhile.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.conversation import InboundItem
from domain.pieces import Piece, together
from storage.database import Database
from storage.rows import as_json, clean
from storage.spool import add_to_spool

PATIENCE = timedelta(seconds=60)
"""How long the first piece waits for the others."""
REMEMBERED = timedelta(days=3)
"""How long a piece that was handed over is known for a repeat. Vendors deliver again for a day."""

_KEEP = text("""
INSERT INTO message_parts (channel_id, external_id, number, tenant_id, address, ref, total, item, due_at)
VALUES (:channel, :external, :number, :tenant, :address, :ref, :total, CAST(:item AS jsonb), now() + :patience)
ON CONFLICT (channel_id, external_id, number) DO NOTHING
RETURNING number
""")
# Of two pieces with one number, the first that came: the other belongs to a later message that counts alike.
_WAITING = text("""
SELECT DISTINCT ON (number) number, external_id, item FROM message_parts
WHERE channel_id = :channel AND handed_at IS NULL AND address = :address AND ref = :ref AND total = :total
ORDER BY number, created_at, external_id
""")
_HANDED = text("""
UPDATE message_parts SET handed_at = now()
WHERE channel_id = :channel AND (external_id, number) IN (
  SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:numbers AS integer[])))
""")
_DUE = text("""
SELECT DISTINCT channel_id, address, ref, total FROM message_parts
WHERE handed_at IS NULL AND due_at <= now()
""")
_FORGET = text("""
DELETE FROM message_parts WHERE channel_id = :channel AND handed_at < now() - CAST(:remembered AS interval)
""")


class _Group(NamedTuple):
    """The pieces of one message, as far as anything tells them apart."""

    channel_id: UUID
    address: str
    ref: str
    total: int

    @property
    def alone(self) -> str:
        return f"pieces/{self.channel_id}/{self.address}/{self.ref}/{self.total}"

    def values(self) -> dict[str, Any]:
        named = {"address": self.address, "ref": self.ref, "total": self.total}
        return {"channel": self.channel_id, **named}


class PieceStore:
    """Keeps pieces of messages."""

    def __init__(self, database: Database, patience: timedelta = PATIENCE) -> None:
        self._database = database
        self._patience = patience

    async def keep(
        self, tenant_id: UUID, channel_id: UUID, address: str, item: InboundItem, piece: Piece
    ) -> bool:
        """Keep one piece; True: it was the last that was missing, and the message is in the spool."""
        group = _Group(channel_id, address, clean(piece.ref) or "", piece.total)
        values = {
            **group.values(),
            "tenant": tenant_id,
            "external": clean(item.event.external_id),
            "number": piece.number,
            "item": as_json(item),
            "patience": self._patience,
        }
        async with self._database.transaction(tenant_id, group.alone) as connection:
            if await connection.scalar(_KEEP, values) is None:
                return False
            forget = {"channel": channel_id, "remembered": REMEMBERED}
            await connection.execute(_FORGET, forget)
            return await _hand_over(connection, tenant_id, group, whole=True)

    async def hand_over_due(self, tenant_id: UUID) -> None:
        """Spool what has waited long enough, as far as it is there."""
        async with self._database.transaction(tenant_id) as connection:
            due = [_Group(*row) for row in await connection.execute(_DUE)]
        for group in due:
            async with self._database.transaction(tenant_id, group.alone) as connection:
                await _hand_over(connection, tenant_id, group, whole=False)


async def _hand_over(
    connection: AsyncConnection, tenant_id: UUID, group: _Group, *, whole: bool
) -> bool:
    """From the table into the spool. `whole`: only if nothing is missing."""
    rows = (await connection.execute(_WAITING, group.values())).mappings().all()
    if not rows or (whole and len(rows) < group.total):
        return False
    kept = [InboundItem.model_validate(row["item"]) for row in rows]
    left = together([item.event for item in kept])
    items = [item.model_copy(update={"event": event}) for item, event in zip(kept, left)]  # noqa: B905
    handed = {
        "channel": group.channel_id,
        "ids": [row["external_id"] for row in rows],
        "numbers": [row["number"] for row in rows],
    }
    await connection.execute(_HANDED, handed)
    await add_to_spool(connection, tenant_id, group.channel_id, group.address, items)
    return True
