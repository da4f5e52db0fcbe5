"""What platforms say about sent messages: one statement that only ever moves a status forward."""

from uuid import UUID

from sqlalchemy import text

from domain.receipts import RANK, Receipt, ReceiptStatus
from domain.value import Value
from storage.database import Database
from storage.rows import as_json

# Receipts may come before the send call returned, for messages we do not know, twice, or out of order.
_RECORD = text("""
WITH said AS (
  INSERT INTO receipts AS r (channel_id, external_id, tenant_id, reference, status, rank, error)
  VALUES (:channel, :external, :tenant, CAST(:reference AS uuid), :status, :rank, CAST(:error AS jsonb))
  ON CONFLICT (channel_id, external_id) DO UPDATE
    SET status = excluded.status, rank = excluded.rank, error = excluded.error, at = now(),
        reference = coalesce(r.reference, excluded.reference)
    WHERE excluded.rank > r.rank
  RETURNING 1
), told AS (
  UPDATE messages m SET
    status = :status, rank = :rank, external_id = coalesce(m.external_id, :external),
    error = CASE WHEN :status = 'failed' THEN CAST(:error AS jsonb) ELSE NULL END
  FROM said
  WHERE m.channel_id = :channel AND (m.external_id = :external OR m.id = CAST(:reference AS uuid))
    AND m.direction = 'out' AND m.rank < :rank
  RETURNING m.id, m.conversation_id, m.author_kind, m.author_id
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1 FROM told WHERE c.id = told.conversation_id
  RETURNING c.id, c.last_seq, c.address
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, message_id, data)
  SELECT moved.id, moved.last_seq, :tenant, 'message_' || :status, 'system', told.id,
         coalesce(CAST(:error AS jsonb), '{}')
  FROM moved, told
)
SELECT told.id AS message_id, moved.id AS conversation_id, moved.address, told.author_kind, told.author_id,
       pg_notify('pytake_live', json_build_object('t', :tenant, 'c', moved.id, 's', last_seq)::text)
FROM moved, told
""")


# A contact read up to here: every message before it that was sent counts as read.
_READ = text("""
WITH mark AS (
  SELECT m.conversation_id, m.seq FROM messages m JOIN conversations c ON c.id = m.conversation_id
  WHERE m.channel_id = :channel AND c.address = :address AND (m.external_id = :target OR m.id::text = :target)
), told AS (
  UPDATE messages m SET status = 'read', rank = :rank FROM mark
  WHERE m.conversation_id = mark.conversation_id AND m.seq <= mark.seq AND m.direction = 'out'
    AND m.rank < :rank AND m.external_id IS NOT NULL
  RETURNING m.id, m.conversation_id
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1
  WHERE c.id = (SELECT conversation_id FROM told LIMIT 1)
  RETURNING c.id, c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, data)
  SELECT id, last_seq, :tenant, 'messages_read', 'contact',
         jsonb_build_object('messages', (SELECT jsonb_agg(id) FROM told)) FROM moved
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', id, 's', last_seq)::text) FROM moved
""")


class Told(Value):
    """A message whose status moved."""

    message_id: UUID
    conversation_id: UUID
    address: str
    author_kind: str
    author_id: UUID | None = None


class ReceiptStore:
    """Records receipts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, tenant_id: UUID, channel_id: UUID, receipt: Receipt) -> Told | None:
        """Keep a receipt; the message it moved, or None when it told nothing new."""
        reference = _uuid(receipt.reference)
        async with self._database.transaction(tenant_id) as connection:
            found = await connection.execute(
                _RECORD,
                {
                    "tenant": tenant_id,
                    "channel": channel_id,
                    "external": receipt.message_external_id or str(reference),
                    "reference": reference,
                    "status": receipt.status.value,
                    "rank": RANK[receipt.status],
                    "error": as_json(receipt.error) if receipt.error else None,
                },
            )
            row = found.mappings().first()
        return Told.model_validate(dict(row)) if row else None

    async def read_up_to(
        self, tenant_id: UUID, channel_id: UUID, address: str, external_id: str
    ) -> None:
        """The contact has read everything up to one message."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(
                _READ,
                {
                    "tenant": tenant_id,
                    "channel": channel_id,
                    "address": address,
                    "target": external_id,
                    "rank": RANK[ReceiptStatus.READ],
                },
            )


def _uuid(text_value: str | None) -> UUID | None:
    """Our reference as it came back; anything that is not one of ours is no reference."""
    try:
        return UUID(text_value) if text_value else None
    except ValueError:
        return None
