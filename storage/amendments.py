"""Edits, deletions and reactions: what changes a message that is already there."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.conversation import InboundItem
from domain.events import InboundEvent
from domain.parts import PART_MARKS, edit_kind, parts_now
from storage.rows import as_json

# What a platform calls one message may be several of ours: a deletion is of all of them, and an edit that shows the
# whole message ends the parts it no longer has. The fact is noted once per item id, whether or not the message it
# speaks of is known.
_AMEND = text(f"""
WITH part AS (
  SELECT id, content, external_id = :target AS named, row_number() OVER (ORDER BY seq) AS number
  FROM messages
  WHERE conversation_id = :conversation AND (external_id = :target OR (
    :kind <> 'message_reacted' AND starts_with(external_id, CAST(:target AS text))
    AND substr(external_id, length(CAST(:target AS text)) + 1) ~ '^[{PART_MARKS}][0-9]+$'))
), target AS (
  SELECT id, content FROM part WHERE named
), once AS (
  SELECT 1 AS yes WHERE NOT EXISTS (
    SELECT 1 FROM conversation_events WHERE conversation_id = :conversation AND cause_id = :item)
), edited AS (
  UPDATE messages m SET
    content = CASE
      WHEN CAST(:content AS jsonb) IS NULL THEN m.content
      WHEN :edit = 'words' AND m.content ? 'media'
        THEN jsonb_strip_nulls(m.content || jsonb_build_object('caption', CAST(:content AS jsonb)->'text'))
      ELSE CAST(:content AS jsonb) END,
    edited_at = now(),
    deleted = m.deleted AND :edit <> 'restored'
  FROM target WHERE m.id = target.id AND :kind = 'message_edited'
), gone AS (
  UPDATE messages m SET deleted = true
  FROM part WHERE m.id = part.id AND (
    :kind = 'message_deleted' OR (:kind = 'message_edited' AND :edit = 'whole' AND part.number > :parts))
  RETURNING m.id
), back AS (
  UPDATE messages m SET deleted = false
  FROM part WHERE m.id = part.id AND NOT part.named AND :kind = 'message_edited' AND :edit = 'restored'
  RETURNING m.id
), moved AS (
  UPDATE conversations SET last_seq = last_seq + 1
  FROM once WHERE id = :conversation RETURNING last_seq
), noted AS (
  INSERT INTO conversation_events
    (conversation_id, seq, tenant_id, kind, actor_kind, message_id, cause_id, data)
  SELECT :conversation, last_seq, :tenant, :kind, 'contact', (SELECT id FROM target), :item,
         CAST(:data AS jsonb) || jsonb_build_object(
           'before', (SELECT content FROM target),
           'deleted', (SELECT coalesce(jsonb_agg(id), '[]') FROM gone),
           'restored', (SELECT coalesce(jsonb_agg(id), '[]') FROM back))
  FROM moved
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', :conversation, 's', last_seq)::text)
FROM moved
""")  # noqa: S608  marks of our own

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
            "edit": edit_kind(event),
            "parts": parts_now(event),
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
