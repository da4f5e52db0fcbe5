"""Recording what contacts say, and fetching the files they send."""

from uuid import UUID

import httpx
from temporalio import activity
from temporalio.service import RPCError, RPCStatusCode

from activities.accounts import Accounts, Connected
from activities.failures import translated
from domain.content import MediaRef
from domain.conversation import InboundBatch, OwnerKind, Route
from domain.errors import DeliveryError, DomainError
from domain.ids import flow_run_workflow_id
from domain.value import Value
from flows.hearing import heard
from platforms.base import BringsFiles, FetchedMedia
from storage.inbound import InboundStore
from storage.media import MediaStore, StoredMedia
from storage.spool import SpoolStore


class MediaFetch(Value):
    """A file to fetch from a platform before its link expires."""

    tenant_id: UUID
    channel_id: UUID
    message_id: UUID
    media: MediaRef


class ProfileFetch(Value):
    """A contact whose name a platform may know."""

    tenant_id: UUID
    channel_id: UUID
    address: str


async def _heard(batch: InboundBatch, route: Route) -> bool:
    """Signal the run that owns the conversation; False when it is gone."""
    at = activity.info().current_attempt_scheduled_time
    messages = [
        heard(item, at)
        for item in batch.items
        if item.id in route.accepted and not item.event.is_automatic
    ]
    run_id = route.view.owner.id
    if not messages or run_id is None:
        return True
    handle = activity.client().get_workflow_handle(flow_run_workflow_id(batch.tenant_id, run_id))
    try:
        await handle.signal("message_received", messages)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


class TranscriptActivities:
    """What is written down of a conversation."""

    def __init__(
        self,
        inbound: InboundStore,
        spool: SpoolStore,
        media: MediaStore,
        accounts: Accounts,
        client: httpx.AsyncClient,
        media_max_bytes: int,
    ) -> None:
        self._inbound = inbound
        self._spool = spool
        self._media = media
        self._accounts = accounts
        self._client = client
        self._media_max_bytes = media_max_bytes

    @activity.defn
    async def record_inbound(self, batch: InboundBatch) -> Route:
        """Store all that waited in one transaction, and let the flow run that owns the conversation hear it.

        The run is signalled from here and not by the conversation: that saves the conversation two events and
        a workflow task per turn. A retry signals again; the run drops what it has heard.
        """
        with translated():
            route = await self._inbound.record(batch)
            if route.contact_name is None and await self._may_ask(batch.channel_id):
                route = route.model_copy(update={"profile_wanted": True})
            if route.flow is not None or route.view.owner.kind is not OwnerKind.FLOW:
                return route
            return route.model_copy(update={"flow_gone": not await _heard(batch, route)})

    async def _fetched(self, connected: Connected, fetch: MediaFetch) -> FetchedMedia:
        """From the platform, or out of the webhook's body, where that brought the file along."""
        platform, limit = connected.platform, self._media_max_bytes
        if isinstance(platform, BringsFiles) and (key := platform.body_key(fetch.media)):
            body = await self._media.read_body(fetch.tenant_id, key)
            return platform.cut(body, fetch.media, limit)
        return await platform.fetch_media(self._client, connected.account, fetch.media, limit)

    async def _may_ask(self, channel_id: UUID) -> bool:
        """Channels are remembered: this costs no statement."""
        try:
            connected = await self._accounts.find(channel_id)
        except DomainError:
            return False
        return connected.platform.capabilities.profiles

    @activity.defn
    async def fetch_profile(self, fetch: ProfileFetch) -> str | None:
        """Ask the platform who a contact is, and keep what it says; the name, or None."""
        with translated():
            connected = await self._accounts.find(fetch.channel_id)
            try:
                found = await connected.platform.fetch_profile(
                    self._client, connected.account, fetch.address
                )
            except DeliveryError as error:
                if error.retryable:
                    raise
                activity.logger.warning("profile not fetched: %s", error.code)
                return None
            if found is None:
                return None
            await self._inbound.know(fetch.tenant_id, fetch.channel_id, fetch.address, found)
            return found.name

    @activity.defn
    async def set_aside(self, batch: InboundBatch) -> None:
        """Keep a batch that PostgreSQL refuses as text, byte by byte."""
        body = batch.model_dump_json(exclude_none=True).encode("utf-8", "replace")
        with translated():
            reason = "it cannot be recorded"
            await self._spool.keep_raw(batch.tenant_id, batch.channel_id, body, reason)

    @activity.defn
    async def fetch_media(self, fetch: MediaFetch) -> str | None:
        """Bring an inbound file into our store; its key, or None when it cannot be had: the message then says why."""
        with translated():
            try:
                stored = await self._brought(fetch)
            except DeliveryError as error:
                activity.logger.warning("media not fetched: %s (%s)", error.code, error.detail)
                await self._media.withhold(fetch.tenant_id, fetch.message_id, error.code)
                if error.retryable:
                    raise
                return None
            await self._media.attach(fetch.tenant_id, fetch.message_id, stored)
            return stored.key

    async def _brought(self, fetch: MediaFetch) -> StoredMedia:
        connected = await self._accounts.find(fetch.channel_id)
        fetched = await self._fetched(connected, fetch)
        name = fetched.filename or fetch.media.filename
        return await self._media.put(fetch.tenant_id, fetched.content, fetched.mime_type, name)
