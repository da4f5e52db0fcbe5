"""Beginning to send: what a sender may do with a message, asked and recorded in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import RowMapping, text

from domain.consent import Consent
from domain.content import preview
from domain.conversation import OutboundDraft
from domain.receipts import ReceiptError, ReceiptStatus
from domain.value import Value
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
    HELD = "held"
    """Its channel does not work, or a message before it is held: it waits, and is recorded."""
    LATER = "later"
    """Its turn comes in `wait` seconds. `reserved`: it is kept; otherwise it must be asked for again."""


class Attempt(Value):
    """The answer to `begin` and to `close`."""

    start: Start
    address: str = ""
    thread: str | None = None
    last_inbound_at: datetime | None = None
    last_inbound_id: str | None = None
    answered: bool = False
    """Something of ours was accepted since."""
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
    held: str | None = None
    """Why it waits: a `DomainError.code`, or `behind`."""
    wait: float = 0.0
    """Seconds."""
    reserved: bool = False


class Line(Value):
    """Something that sends keep to a pace on: a channel, one contact on it, a tenant."""

    key: str
    every: float
    """Seconds from one send to the next; 0: no pace of ours, but the platform may ask for silence."""
    burst: int = 1
    """How many may go at once after a rest."""


PATIENCE = 10.0
"""Seconds for which a turn is reserved ahead: who would wait longer asks again then."""

# A flow may write only while it owns the conversation. The check and the record are one statement under the
# conversation's row lock, so a take-over that committed first always wins. Who waited for that lock may see too little
# of the message; the keys of both tables let one sender alone record an attempt.
#
# What the channel's state or a held message before it holds back is recorded without an attempt. Otherwise it takes its
# turn on each of its lines: a turn that is now is an attempt, one that is soon is reserved.
BEGIN = text("""
WITH conv AS (
  SELECT * FROM conversations WHERE id = :conversation FOR UPDATE
), known AS (
  SELECT m.status, m.error, m.seq, (SELECT a.outcome FROM attempts a WHERE a.message_id = m.id
                                    ORDER BY number DESC LIMIT 1) AS outcome,
         (SELECT coalesce(max(number), 0) FROM attempts a WHERE a.message_id = m.id) AS tries
  FROM messages m WHERE m.id = :message
), allowed AS (
  SELECT conv.* FROM conv
  WHERE (:author_kind <> 'flow' OR (owner_kind = 'flow' AND owner_id = CAST(:author AS uuid)))
), standing AS (
  SELECT coalesce(
    CAST(:held AS text),
    (SELECT s.code FROM channel_states s WHERE s.channel_id = conv.channel_id
     AND s.state IN ('unauthorised', 'unreachable', 'disabled')),
    (SELECT 'behind' FROM messages b
     WHERE b.channel_id = conv.channel_id AND b.conversation_id = conv.id AND b.held IS NOT NULL
       AND b.id <> :message AND b.seq < coalesce((SELECT seq FROM known), conv.last_seq + 1) LIMIT 1)
  ) AS held FROM conv WHERE :calls
), added AS (
  INSERT INTO messages (id, tenant_id, conversation_id, channel_id, seq, direction, author_kind, author_id,
                        content, reply_to, status, rank, cause, held)
  SELECT :message, :tenant, id, channel_id, last_seq + 1, 'out', :author_kind, CAST(:author AS uuid),
         CAST(:content AS jsonb), :reply_to, 'queued', 0, CAST(:cause AS jsonb), (SELECT held FROM standing)
  FROM allowed WHERE :adds AND NOT EXISTS (SELECT 1 FROM known)
  ON CONFLICT (id) DO NOTHING
  RETURNING id, seq
), open AS (
  SELECT id AS message, 1 AS number FROM added
  UNION ALL
  SELECT :message, tries + 1 FROM known, allowed
  WHERE coalesce(known.outcome, 'refused') = 'refused' AND known.status = 'queued'
), slots AS (
  INSERT INTO pacers AS p (tenant_id, key, next_at, every, leeway)
  SELECT :tenant, l.key, now() + make_interval(secs => l.every), make_interval(secs => l.every),
         make_interval(secs => l.every * (l.burst - 1))
  FROM open, standing, jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(key text, every float8, burst int)
  WHERE standing.held IS NULL ORDER BY l.key
  ON CONFLICT (tenant_id, key) DO UPDATE SET
    next_at = greatest(p.next_at, now()) + excluded.every, every = excluded.every, leeway = excluded.leeway,
    used_at = now()
  WHERE greatest(p.next_at - excluded.leeway, p.quiet_until, now()) <= now() + make_interval(secs => :patience)
  RETURNING greatest(next_at - every - leeway, quiet_until, now()) AS at
), turn AS (
  SELECT count(*) = jsonb_array_length(CAST(:lines AS jsonb)) AS reserved,
         coalesce(extract(epoch FROM max(at) - now()), 0)::float8 AS wait FROM slots
), tried AS (
  INSERT INTO attempts (message_id, number, tenant_id)
  SELECT message, number, :tenant FROM open, standing, turn
  WHERE standing.held IS NULL AND turn.reserved AND turn.wait <= 0
  ON CONFLICT (message_id, number) DO NOTHING
  RETURNING number
), holding AS (
  UPDATE messages m SET held = standing.held FROM standing, open, known
  WHERE m.id = :message AND m.held IS DISTINCT FROM standing.held
), moved AS (
  UPDATE conversations c SET last_seq = added.seq, last_message_at = now(), preview = :preview,
    waiting_since = CASE WHEN :author_kind = 'agent' THEN NULL ELSE c.waiting_since END
  FROM added WHERE c.id = :conversation
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, actor_id, message_id, cause_id,
                                   data)
  SELECT :conversation, seq, :tenant, 'message_queued', :author_kind, CAST(:author AS uuid), id, id,
         CASE WHEN standing.held IS NULL THEN '{}' ELSE jsonb_build_object('held', standing.held) END
  FROM added LEFT JOIN standing ON true
)
SELECT conv.address, conv.thread, conv.last_inbound_at, conv.last_inbound_id, clock_timestamp() AS at,
       (SELECT coalesce(jsonb_agg(k), '[]') FROM consents k
        WHERE k.channel_id = conv.channel_id AND k.address = conv.address) AS consents,
       EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = conv.id AND o.direction = 'out'
               AND o.external_id IS NOT NULL AND o.seq > (
                 SELECT seq FROM messages i WHERE i.conversation_id = conv.id
                 AND i.external_id = conv.last_inbound_id)) AS answered,
       (SELECT raw FROM messages a WHERE a.conversation_id = conv.id
        AND a.external_id = coalesce(CAST(:reply_to AS text), conv.last_inbound_id)) AS answers,
       EXISTS (SELECT 1 FROM allowed) AS allowed, EXISTS (SELECT 1 FROM added) AS added,
       (SELECT number FROM tried) AS number, known.status, known.error, known.outcome,
       EXISTS (SELECT 1 FROM open) AS open, standing.held, turn.wait, turn.reserved
FROM conv LEFT JOIN known ON true LEFT JOIN standing ON true CROSS JOIN turn
""")

Row = Mapping[str, Any] | RowMapping


def beginning(
    draft: OutboundDraft,
    lines: Sequence[Line] = (),
    *,
    calls: bool = True,
    adds: bool = True,
    held: str | None = None,
) -> dict[str, Any]:
    """`calls`: an attempt is wanted. `adds`: the message is recorded, if it is not known. `held`: it must wait."""
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
        "held": held,
        "lines": as_json([line.model_dump() for line in lines]),
        "patience": PATIENCE,
    }


def attempt_of(row: Row) -> Attempt:
    values = {**row, "start": start_of(row), "number": row["number"] or 0}
    if not row["reserved"]:
        values["wait"] = PATIENCE
    return Attempt.model_validate(values)


def start_of(row: Row) -> Start:
    if row["number"] is not None:
        return Start.CALL
    if row["open"] and row["held"] is not None:
        return Start.HELD
    if row["open"] and (row["wait"] > 0 or not row["reserved"]):
        return Start.LATER
    if row["outcome"] == "pending":
        return Start.DOUBTFUL
    if row["status"] not in {None, ReceiptStatus.QUEUED}:
        return Start.SETTLED
    # Nothing stood in the way, and no attempt was recorded: another sender was faster by a moment.
    return Start.DOUBTFUL if row["allowed"] else Start.NOT_OWNER
