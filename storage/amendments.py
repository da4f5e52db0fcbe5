"""Edits, deletions and reactions: what changes a message that is already there."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.conversation import InboundItem
from domain.events import InboundEvent
from storage.rows import as_json

# The fact is noted once per item id, whether or not the message it speaks of is known.
_AMEND = text("""
WITH target AS (
  SELECT id, content FROM messages WHERE conversation_id = :conversation AND external_id = :target
), once AS (
  SELECT 1 AS yes WHERE NOT EXISTS (
    SELECT 1 FROM conversation_events WHERE conversation_id = :conversation AND cause_id = :item)
), changed AS (
  UPDATE messages m SET
    content = CASE WHEN :kind = 'message_edited' THEN coalesce(CAST(:content AS jsonb), m.content) ELSE m.content END,
    edited_at = CASE WHEN :kind = 'message_edited' THEN now() ELSE m.edited_at END,
    deleted = m.deleted OR :kind = 'message_deleted'
  FROM target WHERE m.id = target.id AND :kind <> 'message_reacted'
), moved AS (
  UPDATE conversations SET last_seq = last_seq + 1
  FROM once WHERE id = :conversation RETURNING last_seq
), noted AS (
  INSERT INTO conversation_events
    (conversation_id, seq, tenant_id, kind, actor_kind, message_id, cause_id, data)
  SELECT :conversation, last_seq, :tenant, :kind, 'contact', (SELECT id FROM target), :item,
         CAST(:data AS jsonb) || jsonb_build_object('before', (SELECT content FROM target))
  FROM moved
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', :conversation, 's', last_seq)::text)
FROM moved
""")

_KINDS = {"edit": "message_edited", "delete": "message_deleted", "reaction": "message_reacted"}


async def amend(
    connection: AsyncConnection,
    tenant_id: UUID,
    conversation_id: UUID,
    item: InboundItem,
    batch_id: UUID,
) -> None:
    """Apply one edit, deletion or reaction. What it said before stays in the fact."""
    event = item.event
    await connection.execute(
        _AMEND,
        {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "item": item.id,
            "kind": _KINDS[event.kind],
            "target": event.target_external_id,
            "content": as_json(event.content) if event.content else None,
            "data": as_json(_data(event, batch_id)),
        },
    )


def _data(event: InboundEvent, batch_id: UUID) -> dict[str, Any]:
    return {
        "target": event.target_external_id,
        "emoji": event.emoji,
        "external_id": event.external_id,
        "batch": str(batch_id),
    }
