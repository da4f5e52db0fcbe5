"""Recording what contacts say: one transaction for all that waited, the same answer when it is asked twice."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.content import preview
from domain.conversation import (
    ConversationStatus,
    FlowStart,
    InboundBatch,
    InboundItem,
    OwnerKind,
    Route,
)
from domain.errors import NotPossible
from domain.events import InboundEvent, Sender
from storage.amendments import amend
from storage.database import Database
from storage.rows import as_json, clean, view_of

INLINE_DEFINITION_BYTES = 32 * 1024
"""A larger flow definition does not travel in histories; the run loads it by an activity."""

_LOCK_CONVERSATION = text("""
SELECT c.*, p.name AS contact_name, p.language
FROM conversations c JOIN contacts p ON p.id = c.contact_id
WHERE c.channel_id = :channel AND c.address = :address
FOR UPDATE OF c
""")

# One statement: what is new is stored, numbered, noted as a fact, counted on the conversation and announced.
_STORE = text("""
WITH item AS (
  SELECT * FROM jsonb_to_recordset(CAST(:items AS jsonb)) AS i(
    ord int, id uuid, external_id text, direction text, author_kind text, content jsonb,
    reply_to text, sent_at timestamptz, raw jsonb, preview text, cause jsonb)
), fresh AS (
  SELECT i.*, row_number() OVER (ORDER BY ord) AS n FROM item i
  WHERE NOT EXISTS (
    SELECT 1 FROM messages m WHERE m.conversation_id = :conversation AND m.external_id = i.external_id)
), stored AS (
  INSERT INTO messages (id, tenant_id, conversation_id, channel_id, seq, direction, external_id,
                        author_kind, content, reply_to, sent_at, raw, cause, status, rank)
  SELECT id, :tenant, :conversation, :channel, :last_seq + n, direction, external_id,
         author_kind, content, reply_to, sent_at, raw, cause,
         CASE direction WHEN 'out' THEN 'sent' END, CASE direction WHEN 'out' THEN 2 ELSE 0 END
  FROM fresh
  RETURNING id, seq, direction, author_kind, external_id
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, message_id, cause_id)
  SELECT :conversation, seq, :tenant,
         CASE direction WHEN 'in' THEN 'message_received' ELSE 'message_echoed' END,
         author_kind, id, :batch
  FROM stored
), newest AS (
  SELECT max(seq) AS seq, count(*) AS n, count(*) FILTER (WHERE direction = 'in') AS inbound,
         array_agg(id ORDER BY seq) FILTER (WHERE direction = 'in') AS ids,
         (array_agg(external_id ORDER BY seq DESC) FILTER (WHERE direction = 'in'))[1] AS external_id
  FROM stored
), moved AS (
  UPDATE conversations c SET
    last_seq = c.last_seq + newest.n,
    last_message_at = CASE WHEN newest.n > 0 THEN now() ELSE c.last_message_at END,
    last_inbound_at = CASE WHEN newest.inbound > 0 THEN now() ELSE c.last_inbound_at END,
    last_inbound_id = coalesce(newest.external_id, c.last_inbound_id),
    waiting_since = CASE WHEN newest.inbound > 0 THEN coalesce(c.waiting_since, now())
                         ELSE c.waiting_since END,
    preview = CASE WHEN newest.n > 0 THEN :preview ELSE c.preview END,
    status = CASE WHEN newest.inbound > 0 AND c.status = 'snoozed' THEN 'open' ELSE c.status END,
    snoozed_until = CASE WHEN newest.inbound > 0 THEN NULL ELSE c.snoozed_until END,
    last_batch = jsonb_build_object(
      'id', CAST(:batch AS text), 'accepted', CAST(:before AS jsonb) || coalesce(to_jsonb(newest.ids), '[]'),
      'run', CAST(:run AS text))
  FROM newest WHERE c.id = :conversation
  RETURNING c.last_seq, c.status, c.last_inbound_at, c.snoozed_until, newest.ids
)
SELECT last_seq, status, last_inbound_at, snoozed_until, ids,
       pg_notify('pytake_live', json_build_object('t', :tenant, 'c', :conversation, 's', last_seq)::text)
FROM moved
""")

_ADD_CONTACT = text("""
WITH person AS (
  INSERT INTO contacts (tenant_id, name) VALUES (:tenant, :name) RETURNING id, name, language
), place AS (
  INSERT INTO addresses (tenant_id, contact_id, channel_id, address, username, user_id)
  SELECT :tenant, id, :channel, :address, :username, :user_id FROM person
)
SELECT id, name, language FROM person
""")

# Nobody serves it until the contact says something: our own account may have written first, from outside.
_ADD_CONVERSATION = text("""
INSERT INTO conversations (tenant_id, channel_id, contact_id, address, thread, status, owner_kind, owner_id, queue_id)
SELECT :tenant, :channel, :contact, :address, :thread, 'resolved', 'queue', NULL, queue_id
FROM channels WHERE id = :channel
RETURNING *
""")

_CHANNEL = text("""
SELECT k.queue_id, v.id AS version_id, v.number, v.definition, f.slug AS flow,
       octet_length(v.definition::text) AS bytes
FROM channels k
LEFT JOIN flows f ON f.id = k.flow_id
LEFT JOIN flow_versions v ON v.id = f.live_version_id
WHERE k.id = :channel
""")

_RUN_OF = text("""
SELECT r.id, v.id AS version_id, v.number, v.definition, f.slug AS flow,
       octet_length(v.definition::text) AS bytes
FROM flow_runs r JOIN flow_versions v ON v.id = r.version_id JOIN flows f ON f.id = v.flow_id
WHERE r.id = :run
""")

# A new service begins: a new owner, and the queue it falls back to.
_OPEN = text("""
WITH run AS (
  INSERT INTO flow_runs (tenant_id, version_id, conversation_id)
  SELECT :tenant, CAST(:version AS uuid), :conversation WHERE CAST(:version AS uuid) IS NOT NULL
  RETURNING id
), freed AS (
  UPDATE users u SET active = u.active - 1
  FROM conversations c
  WHERE c.id = :conversation AND c.owner_kind = 'agent' AND c.status <> 'resolved'
    AND u.id = c.owner_id AND u.active > 0
), opened AS (
  UPDATE conversations SET
    status = CASE WHEN EXISTS (SELECT 1 FROM run) THEN 'pending' ELSE 'open' END,
    owner_kind = CASE WHEN EXISTS (SELECT 1 FROM run) THEN 'flow' ELSE 'queue' END,
    owner_id = coalesce((SELECT id FROM run), :queue),
    queue_id = :queue,
    episode = episode + 1,
    resolved_at = NULL, snoozed_until = NULL, waiting_since = NULL,
    last_seq = last_seq + 1
  WHERE id = :conversation
  RETURNING *
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, cause_id, data)
  SELECT id, last_seq, :tenant, CASE WHEN episode > 1 THEN 'reopened' ELSE 'opened' END, 'contact', :batch,
         jsonb_build_object('owner', owner_kind, 'owner_id', owner_id, 'episode', episode)
  FROM opened
)
SELECT * FROM opened
""")


# What a platform tells of a contact fills what is empty: what people wrote over it stays.
_KNOW = text("""
WITH place AS (
  UPDATE addresses SET username = coalesce(username, :username), user_id = coalesce(user_id, :user_id)
  WHERE channel_id = :channel AND address = :address RETURNING contact_id
), person AS (
  UPDATE contacts p SET name = coalesce(p.name, :name) FROM place WHERE p.id = place.contact_id
  RETURNING p.id
), moved AS (
  UPDATE conversations c SET last_seq = last_seq + 1 FROM person
  WHERE c.channel_id = :channel AND c.address = :address RETURNING c.id, c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, data)
  SELECT id, last_seq, :tenant, 'contact_named', 'system', jsonb_build_object('name', CAST(:name AS text)) FROM moved
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', id, 's', last_seq)::text) FROM moved
""")


class InboundStore:
    """Records batches of inbound events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, batch: InboundBatch) -> Route:
        """Store what is new of a batch and say where it leads.

        A steady conversation costs two statements: the lock, and the one that stores.
        """
        async with self._database.transaction(batch.tenant_id) as connection:
            row = await _one(
                connection,
                _LOCK_CONVERSATION,
                {"channel": batch.channel_id, "address": batch.address},
            )
            if row is None:
                row = await _first_contact(connection, batch)
            last = row["last_batch"] or {"id": None, "accepted": []}
            if last["id"] == str(batch.batch_id):
                return await _same_answer(connection, row)
            before, flow = [UUID(one) for one in last["accepted"]], None
            if {item.id for item in batch.items}.isdisjoint(before):
                before = []
                if _opens(batch, row):
                    row, flow = await _open(connection, batch, row)
            else:
                # Recorded already, by a workflow task that was lost: the next one asks again, with what came meanwhile.
                flow = await _begun(connection, last)
            return await _store(connection, batch, row, flow, before)

    async def know(self, tenant_id: UUID, channel_id: UUID, address: str, sender: Sender) -> None:
        """Keep what a platform tells of a contact."""
        values = {
            "tenant": tenant_id,
            "channel": channel_id,
            "address": address,
            "name": clean(sender.name),
            "username": clean(sender.username),
            "user_id": clean(sender.user_id),
        }
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_KNOW, values)


def _opens(batch: InboundBatch, row: dict[str, Any]) -> bool:
    """Whether a new service begins: something was said, and nobody is serving this contact now."""
    spoken = any(
        item.event.kind in {"message", "comment"}
        and not item.event.echo
        and not item.event.is_automatic
        for item in batch.items
    )
    unserved = row["status"] == ConversationStatus.RESOLVED
    # A workflow that lost its conversation (terminated by an operator) may not wait for a run that is gone.
    orphaned = batch.fresh and row["owner_kind"] == OwnerKind.FLOW
    return spoken and (unserved or orphaned)


async def _one(
    connection: AsyncConnection, statement: Any, values: dict[str, Any]
) -> dict[str, Any] | None:
    row = (await connection.execute(statement, values)).mappings().first()
    return dict(row) if row is not None else None


async def _first_contact(connection: AsyncConnection, batch: InboundBatch) -> dict[str, Any]:
    """Make the person, the address and the conversation: the first time this address writes here."""
    sender = next((item.event.sender for item in batch.items if item.event.sender), None)
    sender = sender or Sender(address=batch.address)
    thread = next((item.event.thread for item in batch.items if item.event.thread), None)
    values = {
        "tenant": batch.tenant_id,
        "channel": batch.channel_id,
        "address": batch.address,
        "name": clean(sender.name),
        "username": clean(sender.username),
        "user_id": clean(sender.user_id),
        "thread": clean(thread),
    }
    contact = await _one(connection, _ADD_CONTACT, values)
    assert contact is not None  # noqa: S101  INSERT … RETURNING returns what it inserted
    row = await _one(connection, _ADD_CONVERSATION, {**values, "contact": contact["id"]})
    if row is None:
        raise NotPossible("this channel does not exist any more")
    return {**row, "contact_name": contact["name"], "language": contact["language"]}


async def _open(
    connection: AsyncConnection, batch: InboundBatch, row: dict[str, Any]
) -> tuple[dict[str, Any], FlowStart | None]:
    channel = await _one(connection, _CHANNEL, {"channel": batch.channel_id})
    assert channel is not None  # noqa: S101  the conversation refers to it
    opened = await _one(
        connection,
        _OPEN,
        {
            "tenant": batch.tenant_id,
            "conversation": row["id"],
            "version": channel["version_id"],
            "queue": channel["queue_id"],
            "batch": batch.batch_id,
        },
    )
    assert opened is not None  # noqa: S101  the row is locked
    flow = _flow_start(opened["owner_id"], channel) if channel["version_id"] else None
    return {**row, **opened}, flow


def _flow_start(run_id: UUID, row: dict[str, Any]) -> FlowStart:
    return FlowStart(
        run_id=run_id,
        flow=row["flow"],
        version_id=row["version_id"],
        version=row["number"],
        definition=row["definition"] if row["bytes"] <= INLINE_DEFINITION_BYTES else None,
    )


async def _store(
    connection: AsyncConnection,
    batch: InboundBatch,
    row: dict[str, Any],
    flow: FlowStart | None,
    before: list[UUID],
) -> Route:
    """`before`: what an earlier, lost attempt at this batch accepted; it counts as accepted now."""
    messages = _message_items(batch.items)
    last = messages[-1]["preview"] if messages else None
    stored = await _one(
        connection,
        _STORE,
        {
            "items": as_json(messages),
            "tenant": batch.tenant_id,
            "channel": batch.channel_id,
            "conversation": row["id"],
            "last_seq": row["last_seq"],
            "batch": batch.batch_id,
            "before": as_json([str(one) for one in before]),
            "run": str(flow.run_id) if flow else None,
            "preview": clean(last),
        },
    )
    assert stored is not None  # noqa: S101  the row is locked
    for item in batch.items:
        if item.event.kind in {"edit", "delete", "reaction"}:
            await amend(connection, batch.tenant_id, row["id"], item, batch.batch_id)
    return _route({**row, **stored}, before + (stored["ids"] or []), flow)


async def _same_answer(connection: AsyncConnection, row: dict[str, Any]) -> Route:
    """The activity ran before and its answer was lost: give the same one."""
    last = row["last_batch"]
    accepted = [UUID(value) for value in last["accepted"]]
    return _route(row, accepted, await _begun(connection, last))


async def _begun(connection: AsyncConnection, batch: dict[str, Any]) -> FlowStart | None:
    """The flow run that a batch began, if it did."""
    if not batch.get("run"):
        return None
    run = await _one(connection, _RUN_OF, {"run": UUID(batch["run"])})
    return _flow_start(UUID(batch["run"]), run) if run else None


def _route(row: dict[str, Any], accepted: list[UUID], flow: FlowStart | None) -> Route:
    return Route(
        conversation_id=row["id"],
        contact_name=row["contact_name"],
        language=row["language"],
        view=view_of(row),
        accepted=accepted,
        flow=flow,
    )


def _message_items(items: list[InboundItem]) -> list[dict[str, Any]]:
    """The messages among the events, each external id once, as rows for the statement."""
    chosen: dict[str, InboundItem] = {}
    for item in items:
        if item.event.kind in {"message", "comment"} and item.event.content is not None:
            chosen.setdefault(item.event.external_id, item)
    return [
        _message_item(number, item.id, item.event) for number, item in enumerate(chosen.values())
    ]


def _message_item(number: int, message_id: UUID, event: InboundEvent) -> dict[str, Any]:
    assert event.content is not None  # noqa: S101  chosen for having one
    return {
        "ord": number,
        "id": str(message_id),
        "external_id": event.external_id,
        "direction": "out" if event.echo else "in",
        "author_kind": "account" if event.echo else "contact",
        "content": event.content.model_dump(mode="json", exclude_none=True),
        "reply_to": event.reply_to,
        "sent_at": event.sent_at.isoformat() if event.sent_at else None,
        "raw": event.raw,
        "preview": preview(event.content),
        "cause": event.referral.model_dump(mode="json", exclude_none=True)
        if event.referral
        else None,
    }
