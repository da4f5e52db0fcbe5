"""What people and timers do to a conversation: its status, its owner, its tags, with a fact for each."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.content import TextContent
from domain.conversation import Action, ActionResult, ConversationView, Owner, OwnerKind
from domain.errors import NotPossible
from domain.ids import conversation_workflow_id
from domain.lifecycle import project
from storage.database import Database
from storage.rows import as_json, clean, view_of

_LOCK = text("SELECT * FROM conversations WHERE id = :conversation FOR UPDATE")

_DONE_BEFORE = text("""
SELECT 1 FROM conversation_events WHERE conversation_id = :conversation AND cause_id = :action
""")

# Loads move with owners, in the same statement: who had it gives one back, who gets it takes one.
_CHANGE = text("""
WITH before AS (
  SELECT owner_kind, owner_id, status FROM conversations WHERE id = :conversation
), freed AS (
  UPDATE users u SET active = u.active - 1 FROM before
  WHERE before.owner_kind = 'agent' AND before.status <> 'resolved' AND u.id = before.owner_id
    AND NOT (:owner_kind = 'agent' AND CAST(:owner AS uuid) = before.owner_id AND :status <> 'resolved')
    AND u.active > 0
), loaded AS (
  UPDATE users u SET active = u.active + 1, last_assigned_at = now() FROM before
  WHERE :owner_kind = 'agent' AND :status <> 'resolved' AND u.id = CAST(:owner AS uuid)
    AND NOT (before.owner_kind = 'agent' AND before.owner_id = CAST(:owner AS uuid) AND before.status <> 'resolved')
)
UPDATE conversations SET
  status = :status, owner_kind = :owner_kind, owner_id = CAST(:owner AS uuid), queue_id = CAST(:queue AS uuid),
  priority = :priority, tags = CAST(:tags AS text[]), snoozed_until = CAST(:until AS timestamptz),
  waiting_since = CASE WHEN :status = 'resolved' THEN NULL ELSE waiting_since END,
  resolved_at = CASE WHEN :status <> 'resolved' THEN NULL WHEN status = 'resolved' THEN resolved_at ELSE now() END,
  episode = episode + CASE WHEN :kind = 'reopen' THEN 1 ELSE 0 END,
  last_seq = last_seq + 1
WHERE id = :conversation
RETURNING last_seq
""")

_NOTE = text("""
WITH noted AS (
  INSERT INTO conversation_events
    (conversation_id, seq, tenant_id, kind, actor_kind, actor_id, message_id, cause_id, data)
  VALUES (:conversation, :seq, :tenant, :kind, :actor_kind, CAST(:actor AS uuid), CAST(:message AS uuid),
          :action, CAST(:data AS jsonb))
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', :conversation, 's', :seq)::text)
""")

_WRITE_NOTE = text("""
INSERT INTO messages (id, tenant_id, conversation_id, channel_id, seq, direction, author_kind, author_id, content)
VALUES (:action, :tenant, :conversation, :channel, :seq, 'note', :actor_kind, CAST(:actor AS uuid),
        CAST(:content AS jsonb))
""")

_QUEUE = text("SELECT id FROM queues WHERE name = :name")

_END_RUN = text("""
UPDATE flow_runs SET outcome = :outcome, ended_at = now() WHERE id = :run AND ended_at IS NULL
""")

# The longest wait first: who may have the agent that has room again.
_NEXT_WAITING = text("""
SELECT c.channel_id, c.address FROM conversations c
WHERE c.owner_kind = 'queue' AND c.status = 'open' AND c.id IS DISTINCT FROM CAST(:but AS uuid)
  AND EXISTS (SELECT 1 FROM users u WHERE u.available AND u.disabled_at IS NULL AND u.active < u.capacity
              AND (NOT EXISTS (SELECT 1 FROM queue_members m WHERE m.queue_id = c.queue_id)
                   OR EXISTS (SELECT 1 FROM queue_members m WHERE m.queue_id = c.queue_id AND m.user_id = u.id)))
ORDER BY CASE c.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END,
         c.waiting_since NULLS LAST, c.id
LIMIT 1
""")

# Owners of a tenant's conversations change one after the other: each assignment sees what the last one took, and two
# transfers that cross never wait for each other's agents.
_ASSIGN_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:tenant AS text), 16))")

# One statement decides and takes; `active < capacity` holds on the locked row, so a limit is never exceeded.
_ASSIGN = text("""
WITH conv AS (
  SELECT * FROM conversations WHERE id = :conversation FOR UPDATE
), pick AS (
  SELECT u.id FROM users u, conv
  WHERE conv.owner_kind <> 'agent' AND conv.status <> 'resolved'
    AND u.available AND u.disabled_at IS NULL AND u.active < u.capacity
    AND u.id IS DISTINCT FROM CAST(:but AS uuid)
    AND (NOT EXISTS (SELECT 1 FROM queue_members m WHERE m.queue_id = :queue)
         OR EXISTS (SELECT 1 FROM queue_members m WHERE m.queue_id = :queue AND m.user_id = u.id))
  ORDER BY u.active, u.last_assigned_at NULLS FIRST, u.id
  LIMIT 1 FOR UPDATE OF u
), taken AS (
  UPDATE users SET active = active + 1, last_assigned_at = now() FROM pick WHERE users.id = pick.id
  RETURNING users.id
), moved AS (
  UPDATE conversations c SET owner_kind = 'agent', owner_id = taken.id, status = 'open',
    last_seq = c.last_seq + 1
  FROM taken WHERE c.id = :conversation
  RETURNING c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, actor_id, data)
  SELECT :conversation, last_seq, :tenant, 'assigned', 'system', NULL,
         jsonb_build_object('owner', 'agent', 'owner_id', (SELECT id FROM taken), 'rule', 'least_loaded')
  FROM moved
)
SELECT conv.owner_kind, conv.owner_id, conv.status, taken.id AS agent,
       CASE WHEN taken.id IS NOT NULL THEN pg_notify('pytake_live', json_build_object(
         't', :tenant, 'c', :conversation, 's', (SELECT last_seq FROM moved))::text) END
FROM conv LEFT JOIN taken ON true
""")


class ActionStore:
    """Applies actions. Each is applied once, however often its activity runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(self, tenant_id: UUID, conversation_id: UUID, action: Action) -> ActionResult:
        """Change the conversation and note the fact."""
        async with self._database.transaction(tenant_id) as connection:
            if action.kind in MOVES:
                await connection.execute(_ASSIGN_LOCK, {"tenant": tenant_id})
            found = await connection.execute(_LOCK, {"conversation": conversation_id})
            row = found.mappings().first()
            if row is None:
                raise NotPossible("this conversation does not exist")
            view = view_of(dict(row))
            keys = {"conversation": conversation_id, "action": action.id}
            if not (await connection.execute(_DONE_BEFORE, keys)).first():
                view = await _apply(connection, tenant_id, dict(row), action)
            waiting = None
            if action.kind in FREES:
                waiting = await _waiting(connection, tenant_id, but=conversation_id)
            return ActionResult(**view.model_dump(), next_waiting=waiting)

    async def assign(
        self,
        tenant_id: UUID,
        conversation_id: UUID,
        queue_id: UUID | None,
        but: UUID | None = None,
    ) -> Owner:
        """Give a waiting conversation to the least loaded agent who is available and has room, or leave it.

        `but`: an agent who has just given it away, and shall not get it right back.
        """
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_ASSIGN_LOCK, {"tenant": tenant_id})
            values = {"tenant": tenant_id, "conversation": conversation_id, "queue": queue_id}
            found = await connection.execute(_ASSIGN, {**values, "but": but})
            row = found.mappings().first()
        if row is None:
            raise NotPossible("this conversation does not exist")
        if row["agent"] is not None:
            return Owner(kind=OwnerKind.AGENT, id=row["agent"])
        return Owner(kind=row["owner_kind"], id=row["owner_id"])

    async def next_waiting(self, tenant_id: UUID) -> str | None:
        """Workflow id of the conversation that waits longest for somebody who now has room."""
        async with self._database.transaction(tenant_id) as connection:
            return await _waiting(connection, tenant_id)


async def _apply(
    connection: AsyncConnection, tenant_id: UUID, row: dict[str, Any], action: Action
) -> ConversationView:
    if action.queue_name is not None:
        queue = await connection.scalar(_QUEUE, {"name": action.queue_name})
        action = action.model_copy(update={"queue": queue})
    after = project(view_of(row), action)
    values = {
        "conversation": row["id"],
        "kind": action.kind,
        "status": after.status,
        "owner_kind": after.owner.kind,
        "owner": after.owner.id,
        "queue": after.queue_id,
        "priority": after.priority,
        "tags": [clean(tag) for tag in after.tags],
        "until": after.snoozed_until,
    }
    seq = await connection.scalar(_CHANGE, values)
    noted = {
        "conversation": row["id"],
        "seq": seq,
        "tenant": tenant_id,
        "kind": FACTS[action.kind],
        "actor_kind": action.actor.kind,
        "actor": action.actor.id,
        "action": action.id,
        "channel": row["channel_id"],
    }
    if action.text is not None:
        body = TextContent(text=clean(action.text) or "")
        await connection.execute(_WRITE_NOTE, {**noted, "content": as_json(body)})
    if row["owner_kind"] == OwnerKind.FLOW and after.owner.kind != OwnerKind.FLOW:
        outcome = action.reason or FACTS[action.kind]
        await connection.execute(_END_RUN, {"run": row["owner_id"], "outcome": outcome})
    message = action.id if action.text is not None else None
    await connection.execute(
        _NOTE, {**noted, "message": message, "data": as_json(_fact(after, action))}
    )
    return after


FACTS: dict[str, str] = {
    "note": "noted",
    "assign": "assigned",
    "take_over": "taken_over",
    "hand_over": "handed_over",
    "resolve": "resolved",
    "reopen": "reopened",
    "snooze": "snoozed",
    "wake": "woken",
    "tag": "tagged",
    "set_priority": "prioritised",
}
"""The fact each action leaves: past tense, as facts are."""


MOVES = frozenset({"assign", "take_over", "hand_over", "resolve", "reopen"})
"""Actions that may change the owner, or whether an agent has it open."""

FREES = frozenset({"assign", "take_over", "resolve"})
"""Actions after which an agent may have room for the next in line."""


def _fact(after: ConversationView, action: Action) -> dict[str, Any]:
    shown = {
        "owner": after.owner.kind,
        "owner_id": after.owner.id,
        "status": after.status,
        "reason": action.reason,
        "until": action.until,
        "priority": action.priority,
        "added": action.add,
        "removed": action.remove,
    }
    return {key: value for key, value in shown.items() if value not in (None, [])}


async def _waiting(
    connection: AsyncConnection, tenant_id: UUID, but: UUID | None = None
) -> str | None:
    row = (await connection.execute(_NEXT_WAITING, {"but": but})).first()
    if row is None:
        return None
    return conversation_workflow_id(tenant_id, row.channel_id, row.address)
