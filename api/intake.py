"""Getting a contact's words to their conversation, through every outage that leaves one store standing."""

import asyncio
from uuid import UUID

import structlog

from api.gateway import Gateway, TemporalUnavailable
from domain.conversation import InboundItem
from storage.channels import Channel, ChannelStore
from storage.database import DatabaseUnavailable
from storage.spool import SpoolStore

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at the spool."""


class Intake:
    """Signals conversations; while Temporal is away, spools in PostgreSQL and drains in order afterwards.

    While anything is spooled, everything new is spooled behind it, so that order holds within this process.
    """

    def __init__(self, gateway: Gateway, spool: SpoolStore, channels: ChannelStore) -> None:
        self._gateway = gateway
        self._spool = spool
        self._channels = channels
        self._spooling = False
        self._order = asyncio.Lock()

    @property
    def spooling(self) -> bool:
        return self._spooling

    async def receive(self, channel: Channel, address: str, items: list[InboundItem]) -> None:
        """Return once it is durable. Raises `DatabaseUnavailable` when neither store takes it."""
        if not self._spooling:
            try:
                await self._gateway.message_received(channel, address, items)
            except TemporalUnavailable as error:
                log.warning("temporal is away, spooling", reason=error.detail)
            else:
                return
        async with self._order:
            await self._spool.add(channel.tenant_id, channel.id, address, items)
            self._spooling = True

    async def drain_forever(self) -> None:
        """Look for what is spooled, by this process or one that died, and hand it over oldest first."""
        while True:
            try:
                await self._drain()
            except (DatabaseUnavailable, TemporalUnavailable) as error:
                log.info("the spool waits", reason=error.code)
            except Exception:
                log.exception("draining the spool failed; it will be tried again")
            await asyncio.sleep(LOOK_EVERY)

    async def _drain(self) -> None:
        for tenant_id in await self._spool.waiting_tenants():
            self._spooling = True
            await self._drain_tenant(tenant_id)
        async with self._order:
            if not await self._spool.waiting_tenants():
                self._spooling = False

    async def _drain_tenant(self, tenant_id: UUID) -> None:
        while rows := await self._spool.oldest(tenant_id):
            for row in rows:
                channel = await self._channels.find(row.channel_id)
                if channel is not None:
                    await self._gateway.message_received(channel, row.address, row.items)
                await self._spool.remove(tenant_id, row.id)
