"""What connections that we hold bring: kept with the place where the next holder goes on, then taken in order.

One holder at a time. Whoever takes a connection over raises its bookmark's version, and so does all that is kept:
what an earlier holder wants to keep afterwards is refused, body and place alike.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import Field
from sqlalchemy import text

from domain.errors import DomainError
from domain.value import Value
from storage.database import Database
from storage.rows import as_json

ANNOUNCED = "pytake_arrivals"
"""Notified, without a word, by every transaction that keeps a body."""

_BOOKMARK = text("SELECT cursor, version FROM bookmarks WHERE channel_id = :channel")
_TAKE_OVER = text("""
INSERT INTO bookmarks AS b (tenant_id, channel_id, version) VALUES (:tenant, :channel, 1)
ON CONFLICT (channel_id) DO UPDATE SET version = b.version + 1, updated_at = now()
RETURNING cursor, version
""")
# The bookmark's row is locked before the body has its number: what one channel brought is numbered as it commits.
_KEEP = text(f"""
WITH moved AS (
  UPDATE bookmarks SET cursor = CAST(:cursor AS jsonb), version = version + 1, updated_at = now()
  WHERE channel_id = :channel AND version = :version
  RETURNING version
), kept AS (
  INSERT INTO arrivals (tenant_id, channel_id, body)
  SELECT :tenant, :channel, CAST(:body AS bytea) FROM moved WHERE CAST(:body AS bytea) IS NOT NULL
  RETURNING id
)
SELECT moved.version, CASE WHEN kept.id IS NOT NULL THEN pg_notify('{ANNOUNCED}', '') END
FROM moved LEFT JOIN kept ON true
""")  # noqa: S608  a name of our own
_WAITING = text("SELECT tenant_id, channel_id, waiting FROM waiting_arrivals()")
_OLDEST = text("""
SELECT id, tenant_id, channel_id, body, received_at,
       ARRAY(SELECT DISTINCT s.address FROM inbound_spool s WHERE s.channel_id = :channel) AS spooled
FROM arrivals WHERE channel_id = :channel ORDER BY id LIMIT 1
""")
_REMOVE = text("DELETE FROM arrivals WHERE id = :id")
_COUNT = text("SELECT count(*) AS n FROM arrivals WHERE channel_id = :channel")


class BookmarkLost(DomainError):
    """Somebody else holds the connection now, or its channel is gone: whoever is told this must let go."""

    code = "connection_lost_to_another"
    words: ClassVar = {
        "en": "Another process holds this connection now.",
        "pt": "Outro processo mantém esta conexão agora.",
    }


class Bookmark(Value):
    """Where a connection goes on; the cursor is the platform's own, None before it has one."""

    cursor: dict[str, Any] | None = None
    version: int


class Arrival(Value):
    """One body that came and has not been taken yet."""

    id: int
    tenant_id: UUID
    channel_id: UUID
    body: bytes = Field(repr=False)
    received_at: datetime
    spooled: list[str]
    """The addresses of this channel whose words wait in the spool: what they say now goes behind those."""


class Waiting(NamedTuple):
    """A channel with bodies that have not been taken yet, and how many."""

    tenant_id: UUID
    channel_id: UUID
    waiting: int


class ArrivalStore:
    """Keeps what arrives, and hands it out in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bookmark(self, tenant_id: UUID, channel_id: UUID) -> Bookmark | None:
        """None: nobody has held this connection yet."""
        row = await self._database.single(tenant_id, _BOOKMARK, {"channel": channel_id})
        return Bookmark.model_validate(row) if row else None

    async def take_over(self, tenant_id: UUID, channel_id: UUID) -> Bookmark:
        """Hold the connection from now on; whoever held it keeps nothing any more."""
        values = {"tenant": tenant_id, "channel": channel_id}
        row = await self._database.single(tenant_id, _TAKE_OVER, values)
        return Bookmark.model_validate(row)

    async def keep(
        self,
        tenant_id: UUID,
        channel_id: UUID,
        body: bytes | None,
        cursor: Mapping[str, Any],
        version: int,
    ) -> int:
        """Keep a body, if there is one, and the place behind it, both or neither; the version for the next.

        Raises `BookmarkLost`. After any other error nobody knows whether it was kept: take over, and ask the bookmark.
        """
        values = {
            "tenant": tenant_id,
            "channel": channel_id,
            "body": body,
            "cursor": as_json(dict(cursor)),
            "version": version,
        }
        row = await self._database.single(tenant_id, _KEEP, values)
        if row is None:
            raise BookmarkLost
        kept: int = row["version"]
        return kept

    async def waiting(self) -> list[Waiting]:
        """Where something waits, over all tenants."""
        async with self._database.lookup() as connection:
            return [Waiting(*row) for row in await connection.execute(_WAITING)]

    async def oldest(self, tenant_id: UUID, channel_id: UUID) -> Arrival | None:
        """What of a channel is to be taken next."""
        row = await self._database.single(tenant_id, _OLDEST, {"channel": channel_id})
        return Arrival.model_validate(row) if row else None

    async def remove(self, tenant_id: UUID, arrival_id: int) -> None:
        """It has been taken."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(_REMOVE, {"id": arrival_id})

    async def count(self, tenant_id: UUID, channel_id: UUID) -> int:
        """How many bodies of a channel wait."""
        row = await self._database.single(tenant_id, _COUNT, {"channel": channel_id})
        return int(row["n"]) if row else 0
