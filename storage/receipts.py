"""What platforms say about sent messages: one statement that only ever moves a status forward."""

from uuid import UUID

from sqlalchemy import text

from domain.events import Watermark
from domain.receipts import RANK, Receipt, ReceiptStatus
from domain.value import Value
from storage.database import Database
from storage.rows import as_json, clean

# Receipts may come before the send call returned, for messages we do not know, twice, or out of order. The conversation
# is locked before anything is written, as everywhere: whoever waits for a row of it then holds none.
_RECORD = text("""
WITH known AS (
  SELECT m.id, m.conversation_id, m.author_kind, m.author_id, m.status FROM messages m
  WHERE m.channel_id = :channel AND (m.external_id = :external OR m.id = CAST(:reference AS uuid))
    AND m.direction = 'out'
), conv AS (
  SELECT id, address FROM conversations WHERE id IN (SELECT conversation_id FROM known) ORDER BY id FOR UPDATE
), said AS (
  INSERT INTO receipts AS r (channel_id, external_id, tenant_id, reference, status, rank, error)
  SELECT :channel, :external, :tenant, CAST(:reference AS uuid), :status, :rank, CAST(:error AS jsonb)
  FROM (SELECT count(*) AS n FROM conv) locked WHERE locked.n >= 0
  ON CONFLICT (channel_id, external_id) DO UPDATE
    SET status = excluded.status, rank = excluded.rank, error = excluded.error, at = now(),
        reference = coalesce(r.reference, excluded.reference)
    WHERE excluded.rank > r.rank
  RETURNING 1
), heard AS (
  UPDATE messages m SET receipt_due_at = NULL FROM conv, known
  WHERE m.id = known.id AND conv.id = known.conversation_id AND m.receipt_due_at IS NOT NULL AND m.rank >= :rank
), told AS (
  UPDATE messages m SET
    receipt_due_at = NULL, held = NULL,
    status = :status, rank = :rank, external_id = coalesce(m.external_id, :external),
    error = CASE WHEN :status = 'failed' THEN CAST(:error AS jsonb) ELSE NULL END
  FROM said, conv, known WHERE m.id = known.id AND conv.id = known.conversation_id AND m.rank < :rank
  RETURNING m.id, m.conversation_id, m.author_kind, m.author_id
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1 FROM told WHERE c.id = told.conversation_id
  RETURNING c.id, c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, message_id, data)
  SELECT moved.id, moved.last_seq, :tenant, 'message_' || :status, 'system', told.id,
         coalesce(CAST(:error AS jsonb), '{}')
  FROM moved, told WHERE moved.id = told.conversation_id
), fresh AS (
  SELECT id, conversation_id, author_kind, author_id FROM told
  UNION ALL
  SELECT id, conversation_id, author_kind, author_id FROM known
  WHERE :status = 'failed' AND status = 'failed' AND NOT EXISTS (SELECT 1 FROM told)
)
SELECT fresh.id AS message_id, conv.id AS conversation_id, conv.address, fresh.author_kind, fresh.author_id,
       CASE WHEN moved.id IS NOT NULL THEN pg_notify('pytake_live', json_build_object(
         't', :tenant, 'c', moved.id, 's', last_seq)::text) END
FROM fresh JOIN conv ON conv.id = fresh.conversation_id LEFT JOIN moved ON moved.id = conv.id
""")


# The contact has received or read up to here: every message before the mark that was sent counts too. The mark is an
# event of the conversation, a moment, or one of its messages. The conversation is locked first, as everywhere.
_UP_TO = text("""
WITH conv AS (
  SELECT id FROM conversations WHERE channel_id = :channel AND address = :address FOR UPDATE
), told AS (
  UPDATE messages m SET status = :status, rank = :rank, receipt_due_at = NULL FROM conv
  WHERE m.conversation_id = conv.id AND m.direction = 'out' AND m.rank < :rank AND m.external_id IS NOT NULL
    AND m.status <> 'failed'
    AND (EXISTS (SELECT 1 FROM conversation_events e WHERE e.conversation_id = conv.id AND e.message_id = m.id
                 AND e.kind = 'message_sent' AND e.seq <= CAST(:seq AS bigint))
         OR m.created_at <= CAST(:at AS timestamptz)
         OR m.seq <= (SELECT max(t.seq) FROM messages t WHERE t.conversation_id = conv.id
                      AND (t.external_id = CAST(:target AS text) OR t.id::text = CAST(:target AS text))))
  RETURNING m.id
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1 FROM conv WHERE c.id = conv.id AND EXISTS (SELECT 1 FROM told)
  RETURNING c.id, c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, data)
  SELECT id, last_seq, :tenant, 'messages_' || :status, 'contact',
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
        """Keep a receipt; the message it moved, or None when it told nothing new.

        A message that failed is returned each time that is told: what must follow may not have happened the last time.
        """
        reference = _uuid(receipt.reference)
        external_id = clean(receipt.message_external_id) or str(reference)
        async with self._database.transaction(tenant_id, external_id) as connection:
            found = await connection.execute(
                _RECORD,
                {
                    "tenant": tenant_id,
                    "channel": channel_id,
                    "external": external_id,
                    "reference": reference,
                    "status": receipt.status.value,
                    "rank": RANK[receipt.status],
                    "error": as_json(receipt.error) if receipt.error else None,
                },
            )
            row = found.mappings().first()
        return Told.model_validate(dict(row)) if row else None

    async def advance(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        address: str,
        status: ReceiptStatus,
        up_to: Watermark | str,
    ) -> None:
        """The contact has received or read everything up to a mark, or up to the message of that external id."""
        mark = up_to if isinstance(up_to, Watermark) else Watermark()
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(
                _UP_TO,
                {
                    "tenant": tenant_id,
                    "channel": channel_id,
                    "address": clean(address),
                    "target": clean(up_to) if isinstance(up_to, str) else None,
                    "seq": mark.seq,
                    "at": mark.at,
                    "status": status.value,
                    "rank": RANK[status],
                },
            )


def _uuid(text_value: str | None) -> UUID | None:
    """Our reference as it came back; anything that is not one of ours is no reference."""
    try:
        return UUID(text_value) if text_value else None
    except ValueError:
        return None
