"""Connected accounts, found by id or by the names that platforms call them."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from domain.value import Value
from storage.database import Database, DatabaseUnavailable
from storage.rows import clean
from storage.tables.channels import CHANNELS
from storage.tables.flows import FLOWS

CACHE_SECONDS = 30.0

_BY_ID = text("SELECT channel_by_id(:wanted)")
_BY_PLATFORM = text("SELECT channels_of_platform(:platform)")
_BY_NAME = text("SELECT channel_by_account(:platform, :name, :setting)")


class Channel(Value):
    """One connected account. `account` holds its credentials and stays out of every repr."""

    id: UUID
    tenant_id: UUID
    platform: str
    name: str
    account_id: str
    account: dict[str, Any] = Field(repr=False)
    flow_id: UUID | None = None
    flow: str | None = None
    """The slug of the flow that greets new conversations."""
    queue_id: UUID | None = None
    disabled: bool = False


class ChannelTaken(Exception):
    """This account of the platform is a channel already, here or with another tenant."""


class ChannelStore:
    """Finds and keeps channels.

    Look-ups are remembered for half a minute, so that a webhook costs no SQL, and a revoked secret
    stops working within that time in every process (at once in the one that changed it).
    """

    def __init__(self, database: Database, remember: float = CACHE_SECONDS) -> None:
        self._database = database
        self._remember_for = remember
        self._by_id: dict[UUID, tuple[float, Channel]] = {}
        self._by_name: dict[tuple[str, str, str | None], tuple[float, list[UUID]]] = {}

    async def find(self, channel_id: UUID) -> Channel | None:
        """The channel of that id, whichever tenant's it is."""
        known = self._by_id.get(channel_id)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            async with self._database.lookup() as connection:
                row = await connection.scalar(_BY_ID, {"wanted": channel_id})
        except DatabaseUnavailable:
            # While PostgreSQL is away, what we knew is better than refusing the customer's message.
            if known:
                return known[1]
            raise
        return self._remember(row) if row else None

    async def find_by_account(self, platform: str, account_id: str) -> Channel | None:
        """The channel of a platform's own account id, whichever tenant's it is."""
        found = await self.find_by_name(platform, account_id)
        return next((channel for channel in found if channel.account_id == account_id), None)

    async def find_by_name(
        self, platform: str, name: str, setting: str | None = None
    ) -> list[Channel]:
        """The channels with that account id, or with that name in a setting; whichever tenants', the oldest first."""
        key = platform, name, setting
        known = self._by_name.get(key)
        if known and known[0] > time.monotonic():
            return await self._those(known[1])
        if name != clean(name):
            return []
        values = {"platform": platform, "name": name, "setting": setting}
        try:
            async with self._database.lookup() as connection:
                rows = (await connection.scalars(_BY_NAME, values)).all()
        except DatabaseUnavailable:
            if known:
                return await self._those(known[1])
            raise
        found = [self._remember(row) for row in rows]
        if found:
            self._by_name[key] = (self._until(), [channel.id for channel in found])
        return found

    async def of_platform(self, platform: str) -> list[Channel]:
        """Every channel of a platform, over all tenants: for the handshake of a shared URL only."""
        async with self._database.lookup() as connection:
            rows = await connection.scalars(_BY_PLATFORM, {"platform": platform})
            return [_channel(row) for row in rows]

    async def of_tenant(self, tenant_id: UUID) -> list[Channel]:
        async with self._database.transaction(tenant_id) as connection:
            query = (
                select(CHANNELS, FLOWS.c.slug.label("flow"))
                .outerjoin(FLOWS, FLOWS.c.id == CHANNELS.c.flow_id)
                .order_by(CHANNELS.c.created_at)
            )
            rows = await connection.execute(query)
            return [_channel(dict(row)) for row in rows.mappings()]

    async def add(self, channel: Channel) -> Channel:
        """Keep a new channel. Raises `ChannelTaken`."""
        values = channel.model_dump(exclude={"disabled", "flow"})
        one_per_account = [CHANNELS.c.platform, CHANNELS.c.account_id]
        statement = (
            insert(CHANNELS).values(values).on_conflict_do_nothing(index_elements=one_per_account)
        )
        async with self._database.transaction(channel.tenant_id) as connection:
            added = await connection.scalar(statement.returning(CHANNELS.c.id))
        if added is None:
            raise ChannelTaken(channel.account_id)
        self._by_id.pop(channel.id, None)
        self._by_name.clear()
        return await self.find(channel.id) or channel

    async def set_flow(self, tenant_id: UUID, channel_id: UUID, flow_id: UUID | None) -> None:
        """Choose the flow that greets new conversations of a channel."""
        async with self._database.transaction(tenant_id) as connection:
            await connection.execute(
                update(CHANNELS).where(CHANNELS.c.id == channel_id).values(flow_id=flow_id)
            )
        self._by_id.pop(channel_id, None)

    async def _those(self, ids: Sequence[UUID]) -> list[Channel]:
        return [channel for one in ids if (channel := await self.find(one)) is not None]

    def _remember(self, row: dict[str, Any]) -> Channel:
        channel = _channel(row)
        self._by_id[channel.id] = (self._until(), channel)
        return channel

    def _until(self) -> float:
        return time.monotonic() + self._remember_for


def _channel(row: dict[str, Any]) -> Channel:
    return Channel.model_validate({**row, "disabled": row["disabled_at"] is not None})
