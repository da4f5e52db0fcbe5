"""Sending: fit to the platform, record the attempt, make the call once, settle what became of it."""

import asyncio
import itertools
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from typing import ClassVar

import httpx
from temporalio import activity

from activities.accounts import Accounts, Connected
from activities.enclosures import Enclosures
from activities.failures import to_failure, translated
from domain.consent import LastWord, check_consent
from domain.conversation import Delivery, OutboundDraft
from domain.errors import (
    DeliveryError,
    DomainError,
    NotPossible,
    NotYours,
    OutcomeUnknown,
    WindowClosed,
)
from domain.fitting import fit
from domain.platform import Idempotency
from domain.receipts import RANK, Receipt, ReceiptError, ReceiptStatus
from domain.window import is_open
from platforms.base import OutboundMessage
from storage.attempts import Attempt, Start
from storage.database import DatabaseUnavailable
from storage.delivery import DeliveryStore

# What became of a call must be written down: for this long we keep trying before a message counts as doubtful.
_SETTLE_DELAYS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)

_GAVE_UP = ReceiptError(code="gave_up", title="The platform did not answer in time.")
_NOT_TRIED = ReceiptError(code="not_tried", title="The part before this one could not be sent.")


class Fault(DeliveryError):
    """A bug of ours stopped a message before it left. The log says where."""

    code = "internal_error"
    words: ClassVar = {
        "en": "An error of ours kept this message from being sent.",
        "pt": "Um erro nosso impediu o envio desta mensagem.",
    }


class DeliveryActivities:
    """What leaves."""

    def __init__(
        self,
        delivery: DeliveryStore,
        enclosures: Enclosures,
        accounts: Accounts,
        client: httpx.AsyncClient,
    ) -> None:
        self._delivery = delivery
        self._enclosures = enclosures
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
                parts = await self._fitted(draft, connected)
            except DeliveryError as error:
                # Content no part of which can be carried: the message exists, and says why it failed.
                return _settled(await self._delivery.close(draft, _receipt_error(error)))
            return await self._deliver_parts(connected, parts)

    @activity.defn
    async def abandon(self, draft: OutboundDraft) -> Delivery:
        """Settle a message whose retries ran out: what is in doubt stays in doubt, the rest failed.

        May run as often as it takes, even beside a last attempt to deliver.
        """
        with translated():
            parts, error = await self._what_was_to_leave(draft)
            settled = [_settled(await self._delivery.close(part, error)) for part in parts]
            # Parts of an earlier attempt that the message would not have today.
            for number in itertools.count(len(parts)):
                beyond = draft.part(number, draft.content)
                attempt = await self._delivery.close(beyond, error, add=False)
                if attempt.status is None:
                    break
                settled.append(_settled(attempt))
            return reduce(_worse, settled).model_copy(update={"parts": len(settled)})

    async def _what_was_to_leave(
        self, draft: OutboundDraft
    ) -> tuple[list[OutboundDraft], ReceiptError]:
        """The parts of a message, and why it is given up. It is, whatever its channel and its content say."""
        try:
            with _before_the_call():
                connected = await self._accounts.find(draft.channel_id)
            return await self._fitted(draft, connected), _GAVE_UP
        except DomainError as error:
            if error.retryable:
                raise
            return [draft], _receipt_error(error)

    async def _fitted(self, draft: OutboundDraft, connected: Connected) -> list[OutboundDraft]:
        """The parts to send, in order. Raises a `DeliveryError`."""
        with _before_the_call():
            content = await self._enclosures.described(draft.tenant_id, draft.content)
            link = self._enclosures.link(draft.tenant_id, content, _scheduled())
            contents = fit(content, connected.platform.capabilities, link)
        return [draft.part(number, content) for number, content in enumerate(contents)]

    async def _deliver_parts(
        self, connected: Connected, parts: Sequence[OutboundDraft]
    ) -> Delivery:
        """In order, up to the first that fails: what comes after it makes no sense without it."""
        delivered: list[Delivery] = []
        for number, part in enumerate(parts, start=1):
            delivered.append(await self._deliver_part(connected, part))
            if delivered[-1].error_code is not None:
                for rest in parts[number:]:
                    await self._delivery.close(rest, _NOT_TRIED)
                break
        return reduce(_worse, delivered).model_copy(update={"parts": len(parts)})

    async def _deliver_part(self, connected: Connected, draft: OutboundDraft) -> Delivery:
        attempt = await self._delivery.begin(draft)
        if attempt.start is Start.CALL:
            return await self._call(connected, draft, attempt)
        if attempt.start is Start.DOUBTFUL:
            # With an idempotency key the platform itself drops the second copy.
            if connected.platform.capabilities.idempotency is not Idempotency.KEY:
                return await self._doubt(draft, OutcomeUnknown("the sender was interrupted"))
            await self._delivery.again(draft.tenant_id, draft.message_id)
            return await self._call(connected, draft, attempt)
        if attempt.start is Start.NOT_OWNER:
            # It may have waited for another attempt that will not come.
            attempt = await self._delivery.close(draft, _receipt_error(NotYours()))
        return _settled(attempt)

    async def _call(self, connected: Connected, draft: OutboundDraft, attempt: Attempt) -> Delivery:
        try:
            link = self._enclosures.link(draft.tenant_id, draft.content, _scheduled())
            message = _ready(connected, draft, attempt, link)
            receipt = await self._send(connected, draft, message)
        except OutcomeUnknown as error:
            return await self._doubt(draft, error)
        except DeliveryError as error:
            return await self._refused(draft, error)
        status = await _settle(
            lambda: self._delivery.accepted(draft.tenant_id, draft.message_id, receipt)
        )
        return _so_far(status)

    async def _send(
        self, connected: Connected, draft: OutboundDraft, message: OutboundMessage
    ) -> Receipt:
        """The one call. What breaks in it in an unknown way may have left before."""

        async def load_media(key: str) -> bytes:
            with _before_the_call():
                return await self._enclosures.load(draft.tenant_id, key)

        try:
            return await connected.platform.send(
                self._client, connected.account, message, load_media
            )
        except DeliveryError:
            raise
        except Exception as error:  # noqa: BLE001  it must be settled, and is logged
            _log("a call broke; nobody knows whether it left", error)
            raise OutcomeUnknown(f"an error of ours: {type(error).__name__}") from None

    async def _doubt(self, draft: OutboundDraft, error: OutcomeUnknown) -> Delivery:
        status = await _settle(
            lambda: self._delivery.doubted(draft.tenant_id, draft.message_id, _receipt_error(error))
        )
        return _so_far(status, error)

    async def _refused(self, draft: OutboundDraft, error: DeliveryError) -> Delivery:
        status = await _settle(
            lambda: self._delivery.refused(
                draft.tenant_id,
                draft.message_id,
                _receipt_error(error),
                final=not error.retryable,
            )
        )
        if error.retryable:
            raise to_failure(error)
        return _so_far(status, error)


@contextmanager
def _before_the_call() -> Iterator[None]:
    """Nothing has left yet: what breaks in here is a failure for good, never a doubt and never a retry."""
    try:
        yield
    except DomainError:
        raise
    except Exception as error:  # noqa: BLE001  it must be settled, and is logged
        _log("a message could not be prepared", error)
        raise Fault(type(error).__name__) from None


def _log(what: str, error: Exception) -> None:
    """Where a bug of ours is. Its own words are left out: they may repeat a secret, or what people wrote."""
    place = "".join(traceback.format_tb(error.__traceback__))
    activity.logger.error("%s: %s\n%s", what, type(error).__name__, place)


def _scheduled() -> datetime:
    """The same at every attempt, so that a link is too: what is sent again reads as what was written down."""
    return activity.info().scheduled_time


def _ready(
    connected: Connected, draft: OutboundDraft, attempt: Attempt, file_link: str | None
) -> OutboundMessage:
    """The message as the platform is asked to send it. Raises a `DeliveryError`."""
    with _before_the_call():
        _check_wish(draft, attempt)
        late = _check_window(connected, draft, attempt)
        message = OutboundMessage(
            id=str(draft.message_id),
            address=attempt.address,
            content=draft.content,
            reply_to=draft.reply_to,
            thread=attempt.thread,
            answers=attempt.answers if isinstance(attempt.answers, dict) else None,
            automatic=draft.author.kind == "flow",
            late=late,
            unanswered=None if attempt.answered else attempt.last_inbound_id,
            file_link=file_link,
        )
        # Pure, and the part most likely to break: here it is certain that nothing has left.
        connected.platform.render(message, connected.account)
    return message


def _check_wish(draft: OutboundDraft, attempt: Attempt) -> None:
    """The contact may have opted out while it waited. Raises `OptedOut`."""
    last = LastWord(at=attempt.last_inbound_at, external_id=attempt.last_inbound_id)
    check_consent(attempt.consents, draft.content, last, automatic=_is_automatic(draft))


def _check_window(connected: Connected, draft: OutboundDraft, attempt: Attempt) -> bool:
    """Whether only the longer window of people is open. Raises `WindowClosed`.

    A message may have waited, in a queue or for the parts before it: the window is asked again before each call.
    """
    if draft.content.type == "template":
        return False
    scheduled = activity.info().current_attempt_scheduled_time
    # The later of two clocks, Temporal's and PostgreSQL's: a window is closed when it is by either.
    now = max(scheduled, attempt.at or scheduled)
    if is_open(connected.window(automatic=True), attempt.last_inbound_at, now):
        return False
    allowed = connected.window(automatic=_is_automatic(draft))
    if not is_open(allowed, attempt.last_inbound_at, now):
        raise WindowClosed
    return True


def _is_automatic(draft: OutboundDraft) -> bool:
    return draft.author.kind != "agent"


def _worse(one: Delivery, other: Delivery) -> Delivery:
    """The one that got less far. A failure stands below everything, whatever its rank among receipts."""
    return min(one, other, key=lambda delivery: _RANK_FOR_SENDERS[delivery.status])


_RANK_FOR_SENDERS = {**RANK, ReceiptStatus.FAILED: -1}


def _receipt_error(error: DomainError) -> ReceiptError:
    return ReceiptError(
        code=error.vendor_code or error.code,
        title=error.detail or error.words["en"],
        retryable=error.retryable,
        kind=error.code,
    )


def _so_far(status: ReceiptStatus, error: DeliveryError | None = None) -> Delivery:
    """What the message says once a call is over: a receipt may know more than the call."""
    if status is not ReceiptStatus.FAILED:
        return Delivery(status=status, detail=error.detail if error else None)
    code = error.code if error else DeliveryError.code
    return Delivery(status=status, error_code=code, detail=error.detail if error else None)


_NOT_SENT = {Start.NOT_OWNER: NotYours.code, Start.GONE: NotPossible.code}


def _settled(attempt: Attempt) -> Delivery:
    """What became of a message that is not to be called for (any more)."""
    if attempt.start in _NOT_SENT:
        return Delivery(status=ReceiptStatus.FAILED, error_code=_NOT_SENT[attempt.start])
    status = attempt.status or ReceiptStatus.QUEUED
    if status is not ReceiptStatus.FAILED:
        return Delivery(status=status)
    error = attempt.error
    return Delivery(
        status=status,
        error_code=(error.kind or error.code) if error else DeliveryError.code,
        detail=error.title if error else None,
    )


async def _settle(write: Callable[[], Awaitable[ReceiptStatus]]) -> ReceiptStatus:
    """Write an outcome down, and let nothing come between: a worker that is told to stop does this first."""
    writing = asyncio.ensure_future(_written(write))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


async def _written(write: Callable[[], Awaitable[ReceiptStatus]]) -> ReceiptStatus:
    """Through a short absence of PostgreSQL; after a long one the message counts as doubtful."""
    for delay in _SETTLE_DELAYS:
        try:
            return await write()
        except DatabaseUnavailable:
            await asyncio.sleep(delay)
    return await write()
