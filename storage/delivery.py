"""Outbound messages and the attempts to send them: recorded before the call, settled after it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.conversation import OutboundDraft
from domain.errors import NotYours
from domain.receipts import RANK, Receipt, ReceiptError, ReceiptStatus
from domain.value import Value
from storage.attempts import BEGIN, Attempt, Line, Row, Start, attempt_of, beginning, start_of
from storage.database import Database
from storage.rows import as_json, clean

_AGAIN = text("""
INSERT INTO attempts (message_id, number, tenant_id)
SELECT :message, coalesce(max(number), 0) + 1, :tenant FROM attempts WHERE message_id = :message
RETURNING number
""")

# The message takes the furthest of what this call says and what receipts said meanwhile or earlier, with the error that
# belongs to it. The conversation is locked before its message, as everywhere. An attempt that was refused is over.
# Where the message came back as an echo before its call was answered, the echo has the platform's id already: it is
# hidden, and ours goes without that id.
_FINISH = text("""
WITH conv AS (
  SELECT id FROM conversations WHERE id = (SELECT conversation_id FROM messages WHERE id = :message) FOR UPDATE
), done AS (
  UPDATE attempts a SET outcome = :outcome, external_id = :external, error = CAST(:error AS jsonb),
    finished_at = now()
  FROM conv
  WHERE a.message_id = :message AND a.outcome IN ('pending', 'unknown')
    AND a.number = (SELECT max(number) FROM attempts WHERE message_id = :message)
), said AS (
  SELECT status, rank, error FROM receipts
  WHERE channel_id = (SELECT channel_id FROM messages WHERE id = :message)
    AND (external_id = :external OR reference = :message) ORDER BY rank DESC LIMIT 1
), news AS (
  SELECT status, rank, error FROM (
    SELECT CAST(:status AS text) AS status, CAST(:rank AS smallint) AS rank, CAST(:error AS jsonb) AS error
    UNION ALL SELECT status, rank, error FROM said
  ) AS words ORDER BY rank DESC LIMIT 1
), echo AS (
  UPDATE messages e SET deleted = true FROM conv
  WHERE e.conversation_id = conv.id AND e.external_id = :external AND e.id <> :message
  RETURNING 1
), told AS (
  UPDATE messages m SET
    external_id = CASE WHEN EXISTS (SELECT 1 FROM echo) THEN m.external_id
                       ELSE coalesce(m.external_id, :external) END,
    status = CASE WHEN m.rank > news.rank THEN m.status ELSE news.status END,
    error = CASE WHEN m.rank > news.rank THEN m.error ELSE news.error END,
    rank = greatest(m.rank, news.rank),
    held = CAST(:held AS text),
    receipt_due_at = CASE WHEN :outcome = 'accepted' AND NOT EXISTS (SELECT 1 FROM said)
                          THEN now() + make_interval(secs => :within) END
  FROM conv, news WHERE m.id = :message
  RETURNING m.id, m.conversation_id, m.status, m.error
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1 FROM told WHERE c.id = told.conversation_id
  RETURNING c.id, c.last_seq, told.status, told.error
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, message_id, data)
  SELECT id, last_seq, :tenant, :kind, 'system', :message,
         coalesce(CAST(:error AS jsonb), '{}') FROM moved
)
SELECT moved.status, moved.error,
       pg_notify('pytake_live', json_build_object('t', :tenant, 'c', id, 's', last_seq)::text)
FROM moved
""")

_NOT_YOURS = ReceiptError(code=NotYours.code, title=NotYours.words["en"])


class Ending(Value):
    """What became of one attempt, or of a message that will not be tried any more."""

    status: ReceiptStatus
    outcome: str
    external_id: str | None = None
    error: ReceiptError | None = None
    held: str | None = None
    """Why it waits for its channel from now on."""
    receipt_within: timedelta | None = None
    """Within which time something must be heard of it; None: nothing need be."""


class DeliveryStore:
    """Records what is sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, draft: OutboundDraft, lines: Sequence[Line] = ()) -> Attempt:
        """Record the message and an attempt to send it, unless it may not be sent or tried now.

        Without lines it has its turn already.
        """
        values = beginning(draft, lines)
        row = await self._database.single(draft.tenant_id, BEGIN, values)
        return attempt_of(row) if row else Attempt(start=Start.GONE)

    async def hold(self, draft: OutboundDraft, code: str) -> Attempt:
        """Record the message, which waits: nobody may try to send it now."""
        row = await self._database.single(draft.tenant_id, BEGIN, beginning(draft, held=code))
        return attempt_of(row) if row else Attempt(start=Start.GONE)

    async def again(self, tenant_id: UUID, message_id: UUID) -> int:
        """Record one more attempt at a doubtful message, where trying again is known to be safe; its number."""
        async with self._database.transaction(tenant_id) as connection:
            number = await connection.scalar(_AGAIN, {"message": message_id, "tenant": tenant_id})
        return int(number)

    async def close(
        self, draft: OutboundDraft, error: ReceiptError, *, add: bool = True
    ) -> Attempt:
        """Settle a message that will not be tried any more, in one transaction: half of it never shows.

        What was settled stays, what is in doubt becomes unconfirmed, the rest fails with this error. A message that is
        not known yet is added for it, unless told otherwise.
        """
        async with self._database.transaction(draft.tenant_id) as connection:
            values = beginning(draft, calls=False, adds=add)
            row = (await connection.execute(BEGIN, values)).mappings().first()
            if row is None:
                return Attempt(start=Start.GONE)
            ending = _ending(row, error, add=add)
            if ending is None:
                return attempt_of(row)
            finished = await connection.execute(
                _FINISH, _finishing(draft.tenant_id, draft.message_id, ending)
            )
            told = _told(finished.mappings().first(), ending)
        return Attempt(start=Start.SETTLED, status=told.status, error=told.error)

    async def accepted(
        self,
        tenant_id: UUID,
        message_id: UUID,
        receipt: Receipt,
        receipt_within: timedelta | None = None,
    ) -> ReceiptStatus:
        """The platform took it; the status it has now (a receipt may have overtaken the answer)."""
        ending = Ending(
            status=receipt.status,
            outcome="accepted",
            external_id=clean(receipt.message_external_id),
            receipt_within=receipt_within,
        )
        return await self._finish(tenant_id, message_id, ending)

    async def refused(
        self,
        tenant_id: UUID,
        message_id: UUID,
        error: ReceiptError,
        *,
        final: bool,
        held: str | None = None,
    ) -> ReceiptStatus:
        """The platform did not take it. Not final: it stays queued, and may be tried again."""
        status = ReceiptStatus.FAILED if final else ReceiptStatus.QUEUED
        ending = Ending(status=status, outcome="refused", error=error, held=held)
        return await self._finish(tenant_id, message_id, ending)

    async def doubted(
        self, tenant_id: UUID, message_id: UUID, error: ReceiptError
    ) -> ReceiptStatus:
        """Nobody knows whether the platform took it."""
        return await self._finish(tenant_id, message_id, _doubt(error))

    async def _finish(self, tenant_id: UUID, message_id: UUID, ending: Ending) -> ReceiptStatus:
        # A receipt may come in the same instant, and knows the message only by the id that is being written.
        values = _finishing(tenant_id, message_id, ending)
        row = await self._database.single(tenant_id, _FINISH, values, ending.external_id)
        return _told(row, ending).status


def _finishing(tenant_id: UUID, message_id: UUID, ending: Ending) -> dict[str, Any]:
    status = ending.status
    return {
        "tenant": tenant_id,
        "message": message_id,
        "status": status.value,
        "rank": RANK[status],
        "kind": "message_deferred" if status is ReceiptStatus.QUEUED else f"message_{status}",
        "outcome": ending.outcome,
        "external": ending.external_id,
        "error": as_json(ending.error) if ending.error else None,
        "held": ending.held,
        "within": ending.receipt_within.total_seconds() if ending.receipt_within else None,
    }


def _told(row: Row | None, ending: Ending) -> Ending:
    """What the message says after an ending was written down, with everything else that is known of it."""
    if row is None:
        return ending
    return Ending(status=row["status"], outcome=ending.outcome, error=row["error"])


def _ending(row: Row, error: ReceiptError, *, add: bool) -> Ending | None:
    """How a message ends that will not be tried any more. None: it has ended before, or does not exist."""
    waits = row["status"] == ReceiptStatus.QUEUED and row["outcome"] != "pending"
    if row["added"] or waits:
        why = error if row["allowed"] else _NOT_YOURS
        return Ending(status=ReceiptStatus.FAILED, outcome="refused", error=why)
    if start_of(row) is Start.DOUBTFUL and (add or row["status"] is not None):
        return _doubt(error)
    return None


def _doubt(error: ReceiptError) -> Ending:
    return Ending(status=ReceiptStatus.UNCONFIRMED, outcome="unknown", error=error)
