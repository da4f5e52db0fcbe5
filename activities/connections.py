"""Holding a connection: whatever it brings is kept, with the place where whoever takes over goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

import httpx
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.accounts import Accounts
from activities.failures import SHORTEST_DELAY, translated
from domain.errors import NotPossible, PlatformUnavailable
from domain.value import Value
from platforms.base import HoldsConnection
from storage.arrivals import ArrivalStore, BookmarkLost

OnConnected = Callable[[UUID, UUID], Awaitable[None]]
"""Told the tenant and the channel whenever a connection stands."""

LEAVING = "worker_leaving"
"""The type of the failure by which a worker that is told to stop hands its connections on."""


class Listen(Value):
    """A channel whose connection is to be held."""

    tenant_id: UUID
    channel_id: UUID


async def _nobody_asks(tenant_id: UUID, channel_id: UUID) -> None:
    """Nobody wants to know."""


class ConnectionActivities:
    """Connections that are held."""

    def __init__(
        self,
        arrivals: ArrivalStore,
        accounts: Accounts,
        client: httpx.AsyncClient,
        on_connected: OnConnected = _nobody_asks,
    ) -> None:
        self._arrivals = arrivals
        self._accounts = accounts
        self._client = client
        self._on_connected = on_connected

    @activity.defn
    async def hold_connection(self, listen: Listen) -> None:
        """Keep what a connection brings, for ever; with a sign of life for each thing, and for silence too.

        It ends by a failure: what the platform said, or that another holds the connection now. A worker that is told
        to stop lets go at once, and another goes on; were it cancelled instead, nobody would.
        """
        async with _until_told_to_stop():
            with translated():
                try:
                    await self._hold(listen)
                except BookmarkLost as error:
                    raise _quietly(error.detail or str(error), BookmarkLost.code) from error

    async def _hold(self, listen: Listen) -> None:
        connected = await self._accounts.find(listen.channel_id)
        platform = connected.platform
        if not isinstance(platform, HoldsConnection):
            raise NotPossible("this platform has no connection to hold")
        bookmark = await self._arrivals.take_over(listen.tenant_id, listen.channel_id)
        version, told = bookmark.version, False
        coming = platform.listen(self._client, connected.account, bookmark.cursor)
        async with aclosing(coming):
            async for arrived in coming:
                activity.heartbeat()
                version = await self._arrivals.keep(
                    listen.tenant_id, listen.channel_id, arrived.body, arrived.cursor, version
                )
                if not told:
                    await self._on_connected(listen.tenant_id, listen.channel_id)
                    told = True
        raise PlatformUnavailable("the connection ended without a word")


@asynccontextmanager
async def _until_told_to_stop() -> AsyncIterator[None]:
    """End the block when the worker shuts down, with a failure after which it is tried again elsewhere."""
    patience = asyncio.timeout(None)
    try:
        async with patience:
            stopping = asyncio.create_task(_stop(patience))
            try:
                yield
            finally:
                stopping.cancel()
    except TimeoutError:
        if not patience.expired():
            raise
        raise _quietly("this worker stops", LEAVING, again=True) from None


async def _stop(patience: asyncio.Timeout) -> None:
    await activity.wait_for_worker_shutdown()
    patience.reschedule(asyncio.get_running_loop().time())


def _quietly(message: str, kind: str, *, again: bool = False) -> ApplicationError:
    """A failure that is in order: nobody's log needs it."""
    return ApplicationError(
        message,
        type=kind,
        non_retryable=not again,
        next_retry_delay=SHORTEST_DELAY if again else None,
        category=ApplicationErrorCategory.BENIGN,
    )
