"""What contacts asked for: the last word of each address of a channel, about everything and about marketing."""

from uuid import UUID

from sqlalchemy import text

from domain.consent import Choice
from domain.events import InboundEvent
from storage.database import Database
from storage.rows import clean

# An older wish that is told late changes nothing, and neither does one that is told again. A conversation that is there
# shows it at once.
_RECORD = text("""
WITH told AS (
  INSERT INTO consents AS k (tenant_id, channel_id, address, scope, state, at, source, message)
  VALUES (:tenant, :channel, :address, :scope, :state, least(CAST(:at AS timestamptz), now()), :source, :message)
  ON CONFLICT (channel_id, address, scope) DO UPDATE SET
    state = excluded.state, at = excluded.at, source = excluded.source, message = excluded.message
  WHERE excluded.at >= k.at AND excluded.source <> k.source
  RETURNING k.scope
), moved AS (
  UPDATE conversations c SET last_seq = c.last_seq + 1
  FROM told WHERE c.channel_id = :channel AND c.address = :address
  RETURNING c.id, c.last_seq
), noted AS (
  INSERT INTO conversation_events (conversation_id, seq, tenant_id, kind, actor_kind, data)
  SELECT id, last_seq, :tenant, 'consent_changed', 'contact',
         jsonb_build_object('scope', CAST(:scope AS text), 'state', CAST(:state AS text),
                            'source', CAST(:source AS text))
  FROM moved
)
SELECT pg_notify('pytake_live', json_build_object('t', :tenant, 'c', id, 's', last_seq)::text) FROM moved
""")


class ConsentStore:
    """Keeps what contacts asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, tenant_id: UUID, channel_id: UUID, event: InboundEvent, choice: Choice
    ) -> None:
        """Keep what an event asks for, unless something newer is known. The event names its sender."""
        assert event.sender is not None  # noqa: S101  else it asks for nothing
        values = {
            "tenant": tenant_id,
            "channel": channel_id,
            "address": event.sender.address,
            "scope": choice.scope.value,
            "state": choice.state.value,
            "at": event.sent_at,
            "source": clean(event.external_id),
            "message": clean(event.target_external_id),
        }
        await self._database.single(tenant_id, _RECORD, values)
