"""Outbound messages and the attempts to send them: recorded before the call, settled after it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import RowMapping, text

from domain.consent import Consent
from domain.content import preview
from domain.conversation import OutboundDraft
from domain.errors import NotYours
from domain.receipts import RANK, Receipt, ReceiptError, ReceiptStatus
from domain.value import Value
from storage.database import Database
from storage.rows import as_json, clean


class Start(StrEnum):
    """What a sender may do with a message."""

    CALL = "call"
    """The attempt is recorded: make the call, once."""
    SETTLED = "settled"
    """It was accepted, refused for good, or doubted before: nothing to do."""
    DOUBTFUL = "doubtful"
    """Another attempt was cut off in the middle of its call, or is in it right now."""
    NOT_OWNER = "not_owner"
    """A flow wanted to write in a conversation that is no longer its own."""
    GONE = "gone"
    """There is no such conversation."""


class Attempt(Value):
    """The answer to `begin` and to `close`."""

    start: Start
    address: str = ""
    thread: str | None = None
    last_inbound_at: datetime | None = None
    last_inbound_id: str | None = None
    consents: list[Consent] = Field(default_factory=list)
    """What the contact asked for."""
    at: datetime | None = None
    """When it was asked, by the clock that `last_inbound_at` is of."""
    answers: Any | None = Field(default=None, repr=False)
    """What was kept of the message this one quotes, or else of the contact's last one."""
    status: ReceiptStatus | None = None
    """None: no such message is known."""
    error: ReceiptError | None = None
    number: int = 0
    """Of the attempt that was recorded; 0: none was."""


# A flow may write only while it owns the conversation. The check and the record are one statement under the
# conversation's row lock, so a take-over that committed first always wins. Who waited for that lock may see too little
# of the message; the keys of both tables let one sender alone record an attempt.
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
  FROM allowed WHERE :adds AND NOT EXISTS (SELECT 1 FROM known)
  ON CONFLICT (id) DO NOTHING
  RETURNING id, seq
), tried AS (
  INSERT INTO attempts (message_id, number, tenant_id)
  SELECT message, number, :tenant FROM (
    SELECT id AS message, 1 AS number FROM added
    UNION ALL
    SELECT :message, tries + 1 FROM known, allowed WHERE known.outcome = 'refused' AND known.status = 'queued'
  ) AS open WHERE :calls
  ON CONFLICT (message_id, number) DO NOTHING
  RETURNING number
), moved AS (
  UPDATE conversations c SET last_seq = added.seq, last_message_at = now(), preview = :preview,
    waiting_since = CASE WHEN :author_kind = 'agent' THEN NULL ELSE c.waiting_since END
  FROM added WHERE c.id = :conversation
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, actor_id, message_id, cause_id)
  SELECT :conversation, seq, :tenant, 'message_queued', :author_kind, CAST(:author AS uuid), id, id FROM added
)
SELECT conv.address, conv.thread, conv.last_inbound_at, conv.last_inbound_id, clock_timestamp() AS at,
       (SELECT coalesce(jsonb_agg(k), '[]') FROM consents k
        WHERE k.channel_id = conv.channel_id AND k.address = conv.address) AS consents,
       (SELECT raw FROM messages a WHERE a.conversation_id = conv.id
        AND a.external_id = coalesce(CAST(:reply_to AS text), conv.last_inbound_id)) AS answers,
       EXISTS (SELECT 1 FROM allowed) AS allowed, EXISTS (SELECT 1 FROM added) AS added,
       (SELECT number FROM tried) AS number, known.status, known.error, known.outcome
FROM conv LEFT JOIN known ON true
""")

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
    rank = greatest(m.rank, news.rank)
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

Row = Mapping[str, Any] | RowMapping

_NOT_YOURS = ReceiptError(code=NotYours.code, title=NotYours.words["en"])


class Ending(Value):
    """What became of one attempt, or of a message that will not be tried any more."""

    status: ReceiptStatus
    outcome: str
    external_id: str | None = None
    error: ReceiptError | None = None


class DeliveryStore:
    """Records what is sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, draft: OutboundDraft) -> Attempt:
        """Record the message and an attempt to send it, unless it may not be sent or tried now."""
        values = _beginning(draft, calls=True, adds=True)
        row = await self._database.single(draft.tenant_id, _BEGIN, values)
        return _attempt(row) if row else Attempt(start=Start.GONE)

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
            values = _beginning(draft, calls=False, adds=add)
            row = (await connection.execute(_BEGIN, values)).mappings().first()
            if row is None:
                return Attempt(start=Start.GONE)
            ending = _ending(row, error, add=add)
            if ending is None:
                return _attempt(row)
            finished = await connection.execute(
                _FINISH, _finishing(draft.tenant_id, draft.message_id, ending)
            )
            told = _told(finished.mappings().first(), ending)
        return Attempt(start=Start.SETTLED, status=told.status, error=told.error)

    async def accepted(self, tenant_id: UUID, message_id: UUID, receipt: Receipt) -> ReceiptStatus:
        """The platform took it; the status it has now (a receipt may have overtaken the answer)."""
        external_id = clean(receipt.message_external_id)
        ending = Ending(status=receipt.status, outcome="accepted", external_id=external_id)
        return await self._finish(tenant_id, message_id, ending)

    async def refused(
        self, tenant_id: UUID, message_id: UUID, error: ReceiptError, *, final: bool
    ) -> ReceiptStatus:
        """The platform did not take it. Not final: it stays queued, and may be tried again."""
        status = ReceiptStatus.FAILED if final else ReceiptStatus.QUEUED
        ending = Ending(status=status, outcome="refused", error=error)
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


def _beginning(draft: OutboundDraft, *, calls: bool, adds: bool) -> dict[str, Any]:
    """`calls`: an attempt is to be recorded. `adds`: the message too, if it is not known."""
    return {
        "tenant": draft.tenant_id,
        "conversation": draft.conversation_id,
        "message": draft.message_id,
        "author_kind": draft.author.kind,
        "author": draft.author.id,
        "content": as_json(draft.content),
        "reply_to": clean(draft.reply_to),
        "cause": as_json(draft.cause) if draft.cause else None,
        "preview": clean(preview(draft.content)),
        "calls": calls,
        "adds": adds,
    }


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
    }


def _told(row: Row | None, ending: Ending) -> Ending:
    """What the message says after an ending was written down, with everything else that is known of it."""
    if row is None:
        return ending
    return Ending(status=row["status"], outcome=ending.outcome, error=row["error"])


def _attempt(row: Row) -> Attempt:
    return Attempt.model_validate({**row, "start": _start(row), "number": row["number"] or 0})


def _start(row: Row) -> Start:
    if row["number"] is not None:
        return Start.CALL
    if row["outcome"] == "pending":
        return Start.DOUBTFUL
    if row["status"] not in {None, ReceiptStatus.QUEUED}:
        return Start.SETTLED
    # Nothing stood in the way, and no attempt was recorded: another sender was faster by a moment.
    return Start.DOUBTFUL if row["allowed"] else Start.NOT_OWNER


def _ending(row: Row, error: ReceiptError, *, add: bool) -> Ending | None:
    """How a message ends that will not be tried any more. None: it has ended before, or does not exist."""
    waits = row["status"] == ReceiptStatus.QUEUED and row["outcome"] != "pending"
    if row["added"] or waits:
        why = error if row["allowed"] else _NOT_YOURS
        return Ending(status=ReceiptStatus.FAILED, outcome="refused", error=why)
    if _start(row) is Start.DOUBTFUL and (add or row["status"] is not None):
        return _doubt(error)
    return None


def _doubt(error: ReceiptError) -> Ending:
    return Ending(status=ReceiptStatus.UNCONFIRMED, outcome="unknown", error=error)
