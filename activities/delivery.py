"""Sending: fit to the platform, record the attempt, make the call once, settle what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid5

import httpx
from temporalio import activity

from activities.accounts import Accounts, Connected
from activities.failures import to_failure, translated
from domain.content import MessageContent
from domain.conversation import Delivery, OutboundDraft
from domain.errors import DeliveryError, OutcomeUnknown, WindowClosed
from domain.fitting import fit
from domain.platform import Idempotency
from domain.receipts import RANK, ReceiptError, ReceiptStatus
from domain.window import is_open
from platforms.base import OutboundMessage
from storage.database import DatabaseUnavailable
from storage.delivery import Attempt, DeliveryStore, Start
from storage.media import MediaStore

# What became of a call must be written down: for this long we keep trying before a message counts as doubtful.
_SETTLE_DELAYS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)

_PART_NAMESPACE = UUID("6f1d3c52-6d0f-4a55-9a43-0d6a2f1f7f10")


class DeliveryActivities:
    """What leaves."""

    def __init__(
        self,
        delivery: DeliveryStore,
        media: MediaStore,
        accounts: Accounts,
        client: httpx.AsyncClient,
    ) -> None:
        self._delivery = delivery
        self._media = media
        self._accounts = accounts
        self._client = client

    @activity.defn
    async def deliver(self, draft: OutboundDraft) -> Delivery:
        """Send one message, in as many parts as the platform needs, one after the other.

        Runs again after a crash or a retryable refusal, and then sends only what was certainly not sent.
        """
        with translated():
            connected = await self._accounts.find(draft.channel_id)
            try:
                parts = fit(draft.content, connected.platform.capabilities)
            except DeliveryError as error:
                return await self._refuse(draft, error)
            furthest: Delivery | None = None
            for number, content in enumerate(parts):
                part = _part(draft, number, content)
                furthest = _worse(furthest, await self._deliver_part(connected, part))
                if furthest.error_code is not None:
                    break
            return furthest or Delivery(status=ReceiptStatus.SENT)

    @activity.defn
    async def abandon(self, draft: OutboundDraft) -> Delivery:
        """Settle a message whose retries ran out: what is in doubt stays in doubt, the rest failed."""
        with translated():
            attempt = await self._delivery.begin(draft)
            error = ReceiptError(code="gave_up", title="The platform did not answer in time.")
            if attempt.start is Start.DOUBTFUL:
                status = await self._delivery.doubted(draft.tenant_id, draft.message_id, error)
            elif attempt.start is Start.CALL:
                status = await self._delivery.refused(
                    draft.tenant_id, draft.message_id, error, final=True
                )
            else:
                status = attempt.status or ReceiptStatus.FAILED
            return Delivery(status=status, error_code=error.code)

    async def _refuse(self, draft: OutboundDraft, error: DeliveryError) -> Delivery:
        """Content no part of which can be carried: the message exists, and says why it failed."""
        attempt = await self._delivery.begin(draft)
        if attempt.start is Start.CALL:
            await self._delivery.refused(
                draft.tenant_id, draft.message_id, _receipt_error(error), final=True
            )
        return _failed(error)

    async def _deliver_part(self, connected: Connected, draft: OutboundDraft) -> Delivery:
        attempt = await self._delivery.begin(draft)
        if attempt.start is Start.DOUBTFUL:
            # With an idempotency key the platform itself drops the second copy.
            if connected.platform.capabilities.idempotency is not Idempotency.KEY:
                return await self._doubt(draft, OutcomeUnknown("the sender was interrupted"))
        elif attempt.start is not Start.CALL:
            return _settled(attempt)
        if attempt.number > 1:
            await self._delivery.again(draft.tenant_id, draft.message_id)
        return await self._call(connected, draft, attempt)

    async def _call(self, connected: Connected, draft: OutboundDraft, attempt: Attempt) -> Delivery:
        message = OutboundMessage(
            id=str(draft.message_id),
            address=attempt.address,
            content=draft.content,
            reply_to=draft.reply_to,
            thread=attempt.thread,
        )

        async def load_media(key: str) -> bytes:
            return await self._media.read(draft.tenant_id, key)

        try:
            _check_window(connected, draft, attempt)
            receipt = await connected.platform.send(
                self._client, connected.account, message, load_media
            )
        except OutcomeUnknown as error:
            return await self._doubt(draft, error)
        except DeliveryError as error:
            return await self._refused(draft, error)
        status = await _settle(
            lambda: self._delivery.accepted(draft.tenant_id, draft.message_id, receipt)
        )
        return Delivery(status=status)

    async def _doubt(self, draft: OutboundDraft, error: OutcomeUnknown) -> Delivery:
        status = await _settle(
            lambda: self._delivery.doubted(draft.tenant_id, draft.message_id, _receipt_error(error))
        )
        return Delivery(status=status, detail=error.detail)

    async def _refused(self, draft: OutboundDraft, error: DeliveryError) -> Delivery:
        await _settle(
            lambda: self._delivery.refused(
                draft.tenant_id,
                draft.message_id,
                _receipt_error(error),
                final=not error.retryable,
            )
        )
        if error.retryable:
            raise to_failure(error)
        return _failed(error)


def _part(draft: OutboundDraft, number: int, content: MessageContent) -> OutboundDraft:
    """The first part keeps the message's id and quote; the others get ids that follow from it."""
    if number == 0:
        return draft.model_copy(update={"content": content})
    part_id = uuid5(_PART_NAMESPACE, f"{draft.message_id}:{number}")
    return draft.model_copy(update={"content": content, "message_id": part_id, "reply_to": None})


def _worse(before: Delivery | None, now: Delivery) -> Delivery:
    if before is None or RANK[now.status] < RANK[before.status]:
        return now
    return before


def _check_window(connected: Connected, draft: OutboundDraft, attempt: Attempt) -> None:
    """A message may have waited: the window is asked again at the moment of the call."""
    window = connected.platform.capabilities.reply_window
    now = activity.info().current_attempt_scheduled_time
    if draft.content.type != "template" and not is_open(window, attempt.last_inbound_at, now):
        raise WindowClosed


def _receipt_error(error: DeliveryError) -> ReceiptError:
    return ReceiptError(
        code=error.vendor_code or error.code,
        title=error.detail or error.words["en"],
        retryable=error.retryable,
    )


def _failed(error: DeliveryError) -> Delivery:
    return Delivery(status=ReceiptStatus.FAILED, error_code=error.code, detail=error.detail)


def _settled(attempt: Attempt) -> Delivery:
    if attempt.start is Start.NOT_OWNER:
        return Delivery(status=ReceiptStatus.FAILED, error_code="not_yours")
    if attempt.start is Start.GONE:
        return Delivery(status=ReceiptStatus.FAILED, error_code="not_possible_now")
    failed = attempt.status is ReceiptStatus.FAILED
    code = attempt.error.code if failed and attempt.error else None
    return Delivery(status=attempt.status or ReceiptStatus.QUEUED, error_code=code)


async def _settle(write: Callable[[], Awaitable[ReceiptStatus]]) -> ReceiptStatus:
    """Write an outcome down through a short absence of PostgreSQL; after a long one it counts as doubtful."""
    for delay in _SETTLE_DELAYS:
        try:
            return await write()
        except DatabaseUnavailable:
            await asyncio.sleep(delay)
    return await write()
