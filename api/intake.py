"""Getting a contact's words to their conversation, through every outage that leaves one store standing."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog

from api.gateway import ConversationRefused, Gateway, TemporalUnavailable
from domain import payloads
from domain.conversation import InboundItem
from domain.pieces import Piece
from storage.channels import Channel, ChannelStore
from storage.database import DatabaseUnavailable
from storage.pieces import PieceStore
from storage.spool import Spooled, SpoolStore

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at the spool."""
AT_ONCE = 20
"""Conversations whose spooled messages are handed over at the same time."""

Place = tuple[UUID, str]
"""A conversation, by its channel and the contact's address."""


class Intake:
    """Signals conversations; while Temporal is away, spools in PostgreSQL and drains in order afterwards.

    What comes for a conversation that has something in the spool is spooled behind it. A process that has just
    started, or has just failed to reach Temporal, spools everything until it has seen the spool empty: so order holds
    over an outage and over restarts, in every process.
    """

    def __init__(
        self, gateway: Gateway, spool: SpoolStore, channels: ChannelStore, pieces: PieceStore
    ) -> None:
        self._gateway = gateway
        self._spool = spool
        self._channels = channels
        self._pieces = pieces
        self._away = True
        self._behind: set[Place] = set()
        """Conversations known to have something in the spool."""
        self._order = asyncio.Lock()

    @property
    def spooling(self) -> bool:
        return self._away or bool(self._behind)

    async def receive(self, channel: Channel, address: str, items: list[InboundItem]) -> None:
        """Return once it is durable. Raises `DatabaseUnavailable` when neither store takes it."""
        items = [await self._sized(channel, item) for item in items]
        if not self._away and (channel.id, address) not in self._behind:
            try:
                await self._signal(channel, address, items)
            except TemporalUnavailable as error:
                log.warning("spooling", channel=str(channel.id), reason=error.detail)
                self._away = not isinstance(error, ConversationRefused)
            else:
                return
        async with self._order:
            await self._spool.add(channel.tenant_id, channel.id, address, items)
            self._behind.add((channel.id, address))

    async def expect_behind(self, channel_id: UUID, addresses: Sequence[str]) -> None:
        """These have words in the spool, put there by this process or another: what they say next goes behind."""
        if addresses:
            async with self._order:
                self._behind |= {(channel_id, address) for address in addresses}

    async def receive_piece(
        self, channel: Channel, address: str, item: InboundItem, piece: Piece
    ) -> None:
        """Keep a piece of a longer message. With the last one the message is spooled, and soon drained.

        Raises `DatabaseUnavailable`.
        """
        async with self._order:
            if await self._pieces.keep(channel.tenant_id, channel.id, address, item, piece):
                self._behind.add((channel.id, address))

    async def _sized(self, channel: Channel, item: InboundItem) -> InboundItem:
        """An event too large for a history is kept whole beside it, and goes on shortened."""
        if payloads.size(item.event) <= payloads.LARGEST_EVENT:
            return item
        whole = item.event.model_dump_json(exclude_none=True).encode()
        await self._spool.keep_raw(channel.tenant_id, channel.id, whole, f"too large: {item.id}")
        return item.model_copy(update={"event": payloads.shortened(item.event)})

    async def _signal(self, channel: Channel, address: str, items: list[InboundItem]) -> None:
        """One signal, or several in order where one would be too large. Repeats are dropped by their ids."""
        while items:
            count = payloads.leading(items)
            await self._gateway.message_received(channel, address, items[:count])
            items = items[count:]

    async def drain_forever(self) -> None:
        """Look for what is spooled, by this process or one that died, and hand it over oldest first."""
        while True:
            try:
                await self.drain()
            except (DatabaseUnavailable, TemporalUnavailable) as error:
                log.info("the spool waits", reason=error.code)
            except Exception:
                log.exception("draining the spool failed; it will be tried again")
            await asyncio.sleep(LOOK_EVERY)

    async def drain(self) -> None:
        """Hand over what is spooled. Raises `TemporalUnavailable` while Temporal is still away."""
        for tenant_id in await self._spool.waiting_tenants():
            await self._pieces.hand_over_due(tenant_id)
            await self._drain_tenant(tenant_id)
        async with self._order:
            self._behind = {
                (row.channel_id, row.address)
                for tenant_id in await self._spool.waiting_tenants()
                for row in await self._spool.oldest(tenant_id)
            }
            # What is left waits for its own conversation: everybody else goes the direct way again.
            self._away = False

    async def _drain_tenant(self, tenant_id: UUID) -> None:
        """Round after round, the oldest of each conversation; one that is refused holds up no other."""
        refused: set[int] = set()
        while rows := [row for row in await self._spool.oldest(tenant_id) if row.id not in refused]:
            for first in range(0, len(rows), AT_ONCE):
                together = rows[first : first + AT_ONCE]
                taken = await asyncio.gather(*(self._hand_over(row) for row in together))
                refused |= {
                    row.id for row, was_taken in zip(together, taken, strict=True) if not was_taken
                }

    async def _hand_over(self, row: Spooled) -> bool:
        channel = await self._channels.find(row.channel_id)
        if channel is None:
            log.error("a channel is gone, its spooled messages are kept raw", row=row.id)
            body = row.model_dump_json().encode()
            await self._spool.keep_raw(row.tenant_id, row.channel_id, body, "the channel is gone")
        else:
            try:
                await self._signal(channel, row.address, row.items)
            except ConversationRefused as error:
                log.warning("a conversation refuses what is spooled", reason=error.detail)
                return False
        await self._spool.remove(row.tenant_id, row.id)
        return True
