"""Telling every API process that a conversation moved: NOTIFY carries ids only, readers fetch the rest.

PostgreSQL takes one exclusive lock, of the whole server, while a transaction with a NOTIFY commits, and fails a
transaction whose payload is over 8,000 bytes; ours have about 150. `docs/operations/realtime.md` says where that ends.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from domain.value import Value
from storage.database import Database
from storage.notes import notes

CHANNEL = "pytake_live"


class Moved(Value):
    """A conversation has events up to `seq`."""

    tenant_id: UUID
    conversation_id: UUID
    seq: int


async def listen(database: Database) -> AsyncIterator[Moved | None]:
    """None once it listens, then every move as it commits. `DatabaseUnavailable` when the connection is lost.

    What was said while nobody listened is not repeated: callers compare sequence numbers.
    """
    async for payload in notes(database, CHANNEL, "pytake-live"):
        yield None if payload is None else _moved(json.loads(payload))


def _moved(raw: dict[str, Any]) -> Moved:
    return Moved(tenant_id=raw["t"], conversation_id=raw["c"], seq=raw["s"])
