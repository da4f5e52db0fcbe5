"""Outbound messages and the attempts to send them: recorded before the call, settled after it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.content import preview
from domain.conversation import OutboundDraft
from domain.receipts import RANK, Receipt, ReceiptError, ReceiptStatus
from domain.value import Value
from storage.database import Database
from storage.rows import as_json


class Start(StrEnum):
    """What a sender may do with a message."""

    CALL = "call"
    """The attempt is recorded: make the call, once."""
    SETTLED = "settled"
    """It was accepted, refused for good, or doubted before: nothing to do."""
    DOUBTFUL = "doubtful"
    """An earlier attempt was cut off in the middle of its call."""
    NOT_OWNER = "not_owner"
    """A flow wanted to write in a conversation that is no longer its own."""
    GONE = "gone"
    """There is no such conversation."""


class Attempt(Value):
    """The answer to `begin`."""

    start: Start
    address: str = ""
    thread: str | None = None
    last_inbound_at: datetime | None = None
    status: ReceiptStatus | None = None
    error: ReceiptError | None = None
    number: int = 1


# A flow may write only while it owns the conversation. The check and the record are one statement under the
# conversation's row lock, so a take-over that committed first always wins.
_BEGIN = text("""
WITH conv AS (
  SELECT * FROM conversations WHERE id = :conversation FOR UPDATE
), known AS (
  SELECT m.status, m.error, (SELECT a.outcome FROM attempts a WHERE a.message_id = m.id
                             ORDER BY number DESC LIMIT 1) AS outcome,
         (SELECT coalesce(max(number), 0) FROM attempts a WHERE a.message_id = m.id) AS tries
  FROM messages m WHERE m.id = :message
), allowed AS (
  SELECT conv.* FROM conv
  WHERE (:author_kind <> 'flow' OR (owner_kind = 'flow' AND owner_id = CAST(:author AS uuid)))
), added AS (
  INSERT INTO messages (id, tenant_id, conversation_id, channel_id, seq, direction, author_kind, author_id,
                        content, reply_to, status, rank, cause)
  SELECT :message, :tenant, id, channel_id, last_seq + 1, 'out', :author_kind, CAST(:author AS uuid),
         CAST(:content AS jsonb), :reply_to, 'queued', 0, CAST(:cause AS jsonb)
  FROM allowed WHERE NOT EXISTS (SELECT 1 FROM known)
  RETURNING id, seq
), tried AS (
  INSERT INTO attempts (message_id, number, tenant_id) SELECT id, 1, :tenant FROM added
), moved AS (
  UPDATE conversations c SET last_seq = added.seq, last_message_at = now(), preview = :preview,
    waiting_since = CASE WHEN :author_kind = 'agent' THEN NULL ELSE c.waiting_since END
  FROM added WHERE c.id = :conversation
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, actor_id, message_id, cause_id)
  SELECT :conversation, seq, :tenant, 'message_queued', :author_kind, CAST(:author AS uuid), id, id FROM added
)
SELECT conv.address, conv.thread, conv.last_inbound_at, (SELECT count(*) FROM allowed) AS allowed,
       (SELECT count(*) FROM added) AS added, known.status, known.error, known.outcome, known.tries
FROM conv LEFT JOIN known ON true
""")

_AGAIN = text("""
INSERT INTO attempts (message_id, number, tenant_id)
SELECT :message, coalesce(max(number), 0) + 1, :tenant FROM attempts WHERE message_id = :message
RETURNING number
""")

# The message takes the furthest of what this call says and what a receipt said meanwhile (or earlier).
_FINISH = text("""
WITH done AS (
  UPDATE attempts SET outcome = :outcome, external_id = :external, error = CAST(:error AS jsonb),
    finished_at = now()
  WHERE message_id = :message AND number = (SELECT max(number) FROM attempts WHERE message_id = :message)
), said AS (
  SELECT status, rank FROM receipts
  WHERE channel_id = (SELECT channel_id FROM messages WHERE id = :message)
    AND (external_id = :external OR reference = :message) ORDER BY rank DESC LIMIT 1
), told AS (
  UPDATE messages m SET
    external_id = coalesce(m.external_id, :external),
    status = CASE WHEN coalesce((SELECT rank FROM said), -1) > :rank THEN (SELECT status FROM said)
                  WHEN :rank > m.rank THEN :status ELSE m.status END,
    rank = greatest(m.rank, :rank, coalesce((SELECT rank FROM said), -1)),
    error = coalesce(CAST(:error AS jsonb), m.error)
  WHERE m.id = :message
  RETURNING m.id, m.conversation_id, m.status
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1 FROM told WHERE c.id = told.conversation_id
  RETURNING c.id, c.last_seq, told.status
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, message_id, data)
  SELECT id, last_seq, :tenant, :kind, 'system', :message,
         coalesce(CAST(:error AS jsonb), '{}') FROM moved
)
SELECT moved.status,
       pg_notify('pytake_live', json_build_object('t', :tenant, 'c', id, 's', last_seq)::text)
FROM moved
""")


class DeliveryStore:
    """Records what is sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, draft: OutboundDraft) -> Attempt:
        """Record the message and its first attempt, unless it may not be sent or was tried before."""
        async with self._database.transaction(draft.tenant_id) as connection:
            found = await connection.execute(_BEGIN, _begin_values(draft))
            row = found.mappings().first()
        if row is None:
            return Attempt(start=Start.GONE)
        return _attempt(dict(row))

    async def again(self, tenant_id: UUID, message_id: UUID) -> int:
        """Record one more attempt, where trying again is known to be safe; its number."""
        async with self._database.transaction(tenant_id) as connection:
            number = await connection.scalar(_AGAIN, {"message": message_id, "tenant": tenant_id})
        return int(number)

    async def accepted(self, tenant_id: UUID, message_id: UUID, receipt: Receipt) -> ReceiptStatus:
        """The platform took it; the status it has now (a receipt may have overtaken the answer)."""
        return await self._finish(
            tenant_id, message_id, receipt.status, "accepted", receipt.message_external_id, None
        )

    async def refused(
        self, tenant_id: UUID, message_id: UUID, error: ReceiptError, *, final: bool
    ) -> ReceiptStatus:
        """The platform did not take it. Not final: it stays queued, and may be tried again."""
        status = ReceiptStatus.FAILED if final else ReceiptStatus.QUEUED
        return await self._finish(tenant_id, message_id, status, "refused", None, error)

    async def doubted(
        self, tenant_id: UUID, message_id: UUID, error: ReceiptError
    ) -> ReceiptStatus:
        """Nobody knows whether the platform took it."""
        return await self._finish(
            tenant_id, message_id, ReceiptStatus.UNCONFIRMED, "unknown", None, error
        )

    async def _finish(
        self,
        tenant_id: UUID,
        message_id: UUID,
        status: ReceiptStatus,
        outcome: str,
        external_id: str | None,
        error: ReceiptError | None,
    ) -> ReceiptStatus:
        values = {
            "tenant": tenant_id,
            "message": message_id,
            "status": status.value,
            "rank": RANK[status],
            "kind": "message_deferred" if status is ReceiptStatus.QUEUED else f"message_{status}",
            "outcome": outcome,
            "external": external_id,
            "error": as_json(error) if error else None,
        }
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(_FINISH, values)).first()
        return ReceiptStatus(row.status) if row else status


def _begin_values(draft: OutboundDraft) -> dict[str, Any]:
    return {
        "tenant": draft.tenant_id,
        "conversation": draft.conversation_id,
        "message": draft.message_id,
        "author_kind": draft.author.kind,
        "author": draft.author.id,
        "content": as_json(draft.content),
        "reply_to": draft.reply_to,
        "cause": as_json(draft.cause) if draft.cause else None,
        "preview": preview(draft.content),
    }


def _attempt(row: dict[str, Any]) -> Attempt:
    if row["added"]:
        start = Start.CALL
    elif row["status"] is None:
        start = Start.NOT_OWNER
    elif row["outcome"] == "pending":
        start = Start.DOUBTFUL
    elif row["outcome"] == "refused" and row["status"] == ReceiptStatus.QUEUED:
        start = Start.CALL if row["allowed"] else Start.NOT_OWNER
    else:
        start = Start.SETTLED
    return Attempt(
        start=start,
        address=row["address"],
        thread=row["thread"],
        last_inbound_at=row["last_inbound_at"],
        status=row["status"],
        error=row["error"],
        number=1 if row["added"] else int(row["tries"] or 0) + 1,
    )
