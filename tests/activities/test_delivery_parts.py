"""Messages of several parts, giving up, and bugs of our own: every part is settled, and a doubt is a real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.exceptions import ApplicationError
from typing_extensions import override

from domain.content import MediaContent, MediaRef
from domain.conversation import Delivery, OutboundDraft, part_id
from domain.errors import ContactUnreachable, Throttled
from domain.platform import Idempotency, Limits
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from platforms.base import Account, LoadMedia, OutboundMessage, OutboundRequest
from simulator.media import SAMPLE_PNG as PNG
from storage.database import DatabaseUnavailable
from storage.delivery import DeliveryStore
from storage.receipts import ReceiptStore
from tests.activities.desk import Desk
from tests.fakes import (
    CAPABILITIES,
    Answer,
    OneWay,
    ScriptedPlatform,
    accept,
    hang,
    refuse,
)
from tests.stack import eventually

DAY = timedelta(days=1)
WORD = Limits(text=5)
"""Every word of a message is a part of its own."""
WORDS = "one two three"

Before = Callable[[Desk, OutboundDraft], Awaitable[None]]


# --- the first part that fails


async def test_a_part_that_fails_speaks_for_the_message_and_is_the_last_that_is_tried(
    desk: Desk,
) -> None:
    desk.speaks(accept(), refuse(ContactUnreachable("blocked")), limits=WORD)
    draft = desk.draft(WORDS)
    for _ in range(2):
        delivery = await desk.deliver(draft)
        assert (delivery.status, delivery.parts) == (ReceiptStatus.FAILED, 3)
        assert delivery.error_code == "contact_unreachable"
        assert desk.texts() == ["one"]
    assert len(desk.platform.calls) == 2


async def test_what_comes_after_a_part_that_failed_is_kept_as_failed(desk: Desk) -> None:
    desk.speaks(accept(), refuse(ContactUnreachable("blocked")), limits=WORD)
    await desk.deliver(desk.draft(WORDS))
    assert await desk.messages() == [("one", "sent"), ("two", "failed"), ("three", "failed")]
    assert await desk.reasons() == [None, "contact_unreachable", "not_tried"]


async def test_a_part_in_doubt_does_not_hide_one_that_failed(desk: Desk) -> None:
    desk.speaks(hang(takes=True), limits=WORD)
    draft = desk.draft("one two")
    await desk.cut_off(draft)
    desk.speaks(refuse(ContactUnreachable("blocked")), limits=WORD)
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "contact_unreachable")
    assert await desk.messages() == [("one", "unconfirmed"), ("two", "failed")]


async def test_a_part_that_failed_late_stops_those_that_wait(desk: Desk) -> None:
    desk.speaks(accept(), refuse(Throttled()), limits=WORD)
    draft = desk.draft(WORDS)
    await desk.refused(draft)
    await _told(desk, f"scripted-{draft.message_id}", ReceiptStatus.FAILED)
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "131026")
    assert [status for _, status in await desk.messages()] == ["failed"] * 3
    assert desk.texts() == ["one"]


class HastyReceipts(ScriptedPlatform):
    """Says by webhook that a message failed before it answers the call that sent it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(capabilities=CAPABILITIES.model_copy(update={"limits": WORD}))
        self._desk = desk

    @override
    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        receipt = await super().send(client, account, message, load_media)
        await _told(self._desk, f"scripted-{message.id}", ReceiptStatus.FAILED)
        return receipt


async def test_a_failure_that_overtakes_the_answer_counts(desk: Desk) -> None:
    desk.through(HastyReceipts(desk))
    delivery = await desk.deliver(desk.draft("one two"))
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "delivery_failed")
    assert desk.texts() == ["one"]
    assert await desk.reasons() == ["131026", "not_tried"]


async def _told(desk: Desk, external_id: str, status: ReceiptStatus) -> None:
    error = ReceiptError(code="131026", title="Undeliverable")
    receipt = Receipt(status=status, message_external_id=external_id, error=error)
    store = ReceiptStore(desk.tenant.database)
    await store.record(desk.tenant.id, desk.tenant.channel, receipt)


# --- ids of parts


async def test_the_ids_of_parts_follow_from_the_message(desk: Desk) -> None:
    desk.speaks(limits=WORD)
    draft = desk.draft(WORDS)
    delivery = await desk.deliver(draft)
    ids = [str(part_id(draft.message_id, number)) for number in range(delivery.parts)]
    assert [call.id for call in desk.platform.calls] == ids


def test_the_ids_of_parts_stay_as_they_are() -> None:
    """Runs that wait know them: they must not change from one release to the next."""
    first = UUID("00000000-0000-4000-8000-000000000001")
    assert part_id(first, 0) == first
    assert part_id(first, 1) == UUID("f6d4fbee-580b-5fcf-9544-411f8d89effb")


# --- the reply window


class SlowDays(ScriptedPlatform):
    """Takes a day to answer."""

    def __init__(self, desk: Desk) -> None:
        able = {"limits": WORD, "reply_window": DAY}
        super().__init__(capabilities=CAPABILITIES.model_copy(update=able))
        self._desk = desk

    @override
    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        receipt = await super().send(client, account, message, load_media)
        await _wrote_earlier(self._desk, DAY)
        return receipt


async def _wrote_earlier(desk: Desk, by: timedelta) -> None:
    await desk.tenant.rows(
        "UPDATE conversations SET last_inbound_at = last_inbound_at - CAST(:by AS interval)", by=by
    )


async def test_the_reply_window_is_asked_before_each_part(desk: Desk) -> None:
    desk.through(SlowDays(desk))
    delivery = await desk.deliver(desk.draft(WORDS))
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "window_closed")
    assert desk.texts() == ["one"]
    assert await desk.reasons() == [None, "window_closed", "not_tried"]


async def test_a_message_that_no_worker_took_until_the_window_closed_is_not_sent(
    desk: Desk,
) -> None:
    """Scheduled while the window was open, and begun afterwards."""
    desk.speaks(reply_window=DAY)
    await _wrote_earlier(desk, timedelta(hours=25))
    delivery = await desk.deliver(desk.draft(), timedelta(hours=-2))
    assert delivery.error_code == "window_closed"
    assert desk.platform.calls == []


# --- giving up


async def _never_tried(desk: Desk, draft: OutboundDraft) -> None:
    desk.speaks(limits=WORD)


async def _second_waits(desk: Desk, draft: OutboundDraft) -> None:
    desk.speaks(accept(), refuse(Throttled()), limits=WORD)
    await desk.refused(draft)


async def _second_cut_off(desk: Desk, draft: OutboundDraft) -> None:
    platform = desk.speaks(accept(), hang(takes=True), limits=WORD)
    call = asyncio.ensure_future(desk.deliver(draft))

    async def called() -> bool | None:
        return True if len(platform.calls) == 2 else None

    await eventually(called, "the second part is on its way")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def _all_sent(desk: Desk, draft: OutboundDraft) -> None:
    desk.speaks(limits=WORD)
    await desk.deliver(draft)


@pytest.mark.parametrize(
    ("before", "statuses", "code"),
    [
        (_never_tried, ["failed", "failed", "failed"], "gave_up"),
        (_second_waits, ["sent", "failed", "failed"], "gave_up"),
        (_second_cut_off, ["sent", "unconfirmed", "failed"], "gave_up"),
        (_all_sent, ["sent", "sent", "sent"], None),
    ],
)
async def test_every_part_of_a_message_given_up_is_settled(
    desk: Desk, before: Before, statuses: list[str], code: str | None
) -> None:
    draft = desk.draft(WORDS)
    await before(desk, draft)
    calls = len(desk.platform.calls)
    for settle in (desk.abandon, desk.abandon, desk.deliver):
        delivery = await settle(draft)
        assert (delivery.error_code, delivery.parts) == (code, 3)
        assert [status for _, status in await desk.messages()] == statuses
    assert len(desk.platform.calls) == calls


async def test_a_message_in_doubt_that_is_given_up_is_no_failure(desk: Desk) -> None:
    """A flow counts it as sent, as it does when it is in doubt at once."""
    desk.speaks(hang(takes=True))
    draft = desk.draft()
    await desk.cut_off(draft)
    assert await desk.abandon(draft) == Delivery(status=ReceiptStatus.UNCONFIRMED)


async def test_a_message_says_that_its_channel_was_disabled(desk: Desk) -> None:
    await desk.tenant.rows("UPDATE channels SET disabled_at = now()")
    draft = desk.draft()
    for _ in range(2):
        delivery = await desk.abandon(draft)
        assert (delivery.status, delivery.error_code) == (
            ReceiptStatus.FAILED,
            "channel_unauthorized",
        )
    assert await desk.messages() == [("Good morning", "failed")]


async def test_parts_that_wait_are_settled_although_the_channel_was_disabled_meanwhile(
    desk: Desk,
) -> None:
    draft = desk.draft(WORDS)
    await _second_waits(desk, draft)
    await desk.tenant.rows("UPDATE channels SET disabled_at = now()")
    delivery = await desk.abandon(draft)
    assert (delivery.error_code, delivery.parts) == ("channel_unauthorized", 2)
    assert await desk.messages() == [("one", "sent"), ("two", "failed")]


class LeavingDatabase(OneWay):
    """Goes away after so many transactions."""

    def __init__(self, url: str, transactions: int) -> None:
        super().__init__(url, pool_size=1, name="pytake-test-leaving")
        self._left = transactions

    @override
    @asynccontextmanager
    async def transaction(
        self, tenant_id: UUID, alone: str | None = None
    ) -> AsyncIterator[AsyncConnection]:
        if not self._left:
            raise DatabaseUnavailable
        self._left -= 1
        async with super().transaction(tenant_id, alone) as connection:
            yield connection


@pytest.mark.parametrize("transactions", range(4))
async def test_giving_up_that_is_cut_off_leaves_no_doubt_about_what_never_left(
    desk: Desk, transactions: int
) -> None:
    desk.speaks(limits=WORD)
    leaving = LeavingDatabase(desk.tenant.database.url, transactions)
    steady, desk.store = desk.store, DeliveryStore(leaving)
    draft = desk.draft(WORDS)
    with pytest.raises(ApplicationError):
        await desk.abandon(draft)
    await leaving.close()
    desk.store = steady
    assert (await desk.abandon(draft)).status is ReceiptStatus.FAILED
    assert [status for _, status in await desk.messages()] == ["failed"] * 3


# --- a flow that lost the conversation while its message waited


async def test_a_message_that_waited_until_its_flow_lost_the_conversation_failed(
    desk: Desk,
) -> None:
    desk.speaks(refuse(Throttled()))
    draft = desk.of_the_flow()
    await desk.refused(draft)
    await desk.take_over()
    for settle in (desk.deliver, desk.abandon, desk.deliver):
        delivery = await settle(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "not_yours")
    assert await desk.messages() == [("Good morning", "failed")]
    assert await desk.reasons() == ["not_yours"]
    assert len(desk.platform.calls) == 1


async def test_a_message_given_up_after_its_flow_lost_the_conversation_failed(desk: Desk) -> None:
    desk.speaks(refuse(Throttled()))
    draft = desk.of_the_flow()
    await desk.refused(draft)
    await desk.take_over()
    assert (await desk.abandon(draft)).error_code == "not_yours"
    assert await desk.reasons() == ["not_yours"]


async def test_what_a_flow_never_tried_to_say_stays_out_of_the_transcript(desk: Desk) -> None:
    desk.speaks(accept(), refuse(Throttled()), limits=WORD)
    draft = desk.of_the_flow(WORDS)
    await desk.refused(draft)
    await desk.take_over()
    assert (await desk.deliver(draft)).error_code == "not_yours"
    assert await desk.messages() == [("one", "sent"), ("two", "failed")]


# --- files that are not there


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd"])
async def test_a_file_that_is_not_there_is_refused_for_good(desk: Desk, key: str) -> None:
    draft = desk.with_content(MediaContent(type="image", media=MediaRef(key=key)))
    for _ in range(2):
        delivery = await desk.deliver(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "media_rejected")
    assert await desk.outcomes(draft) == []  # nothing was begun
    assert await desk.reasons() == ["media_rejected"]
    assert desk.platform.ledger == []


async def test_a_store_that_is_away_is_asked_again(desk: Desk) -> None:
    stored = await desk.media.put(desk.tenant.id, PNG, "image/png", "a.png")
    draft = desk.with_content(MediaContent(type="image", media=MediaRef(key=stored.key)))
    desk.files.is_away = True
    failure = await desk.refused(draft)
    assert (failure.type, failure.non_retryable) == ("media_unavailable", False)
    desk.files.is_away = False
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert await desk.outcomes(draft) == ["refused", "accepted"]
    assert desk.platform.uploads == [PNG]


# --- bugs of ours


class BrokenRenderer(ScriptedPlatform):
    """Cannot put a message into words."""

    @override
    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        raise KeyError(*account.secrets())


async def test_what_breaks_before_the_call_is_a_failure_and_no_doubt(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.through(BrokenRenderer())
    draft = desk.draft()
    for _ in range(2):
        delivery = await desk.deliver(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "internal_error")
    assert await desk.outcomes(draft) == ["refused"]
    assert desk.platform.calls == []
    assert "in render" in caplog.text
    assert "a secret" not in caplog.text


async def test_what_breaks_while_a_message_is_fitted_is_a_failure_too(desk: Desk) -> None:
    desk.speaks(limits=None)
    for settle in (desk.deliver, desk.abandon):
        draft = desk.draft()
        delivery = await settle(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "internal_error")
    assert desk.platform.calls == []


async def test_a_call_that_breaks_is_not_made_again_although_there_is_a_key(desk: Desk) -> None:
    """It would break again, for a day."""
    desk.speaks(Answer(takes=True, error=KeyError("a bug")), idempotency=Idempotency.KEY)
    draft = desk.draft()
    for _ in range(2):
        delivery = await desk.deliver(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.UNCONFIRMED, None)
    assert len(desk.platform.calls) == 1


# --- what PostgreSQL cannot hold


async def test_a_text_with_a_nul_is_sent_and_kept_without_it(desk: Desk) -> None:
    draft = desk.draft("Good\x00morning").model_copy(update={"reply_to": "wamid\x00IN"})
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    kept = await desk.tenant.row("""
        SELECT m.content->>'text' AS text, m.reply_to, c.preview
        FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.direction = 'out'
    """)
    assert kept == {
        "text": "Good\ufffdmorning",
        "reply_to": "wamid\ufffdIN",
        "preview": "Good\ufffdmorning",
    }


# --- a worker that is told to stop


class SlowDeliveryStore(DeliveryStore):
    """Takes its time to write down that a message was accepted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.tenant.database)
        self.writing = asyncio.Event()
        self.go_on = asyncio.Event()

    @override
    async def accepted(
        self,
        tenant_id: UUID,
        message_id: UUID,
        receipt: Receipt,
        receipt_within: timedelta | None = None,
    ) -> ReceiptStatus:
        self.writing.set()
        await self.go_on.wait()
        return await super().accepted(tenant_id, message_id, receipt, receipt_within)


async def test_a_worker_that_is_told_to_stop_writes_down_what_it_knows_first(desk: Desk) -> None:
    desk.speaks(limits=WORD)
    desk.store = slow = SlowDeliveryStore(desk)
    draft = desk.draft("one two")
    sending = asyncio.ensure_future(desk.deliver(draft))
    await slow.writing.wait()
    sending.cancel()
    slow.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await desk.messages() == [("one", "sent")]
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert desk.texts() == ["one", "two"]


async def test_a_message_to_nowhere_is_given_up_without_a_trace(desk: Desk) -> None:
    draft = desk.tenant.draft(uuid4())
    assert (await desk.abandon(draft)).error_code == "not_possible_now"
    assert await desk.messages() == []
