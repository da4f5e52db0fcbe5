"""Sending over a platform that follows a script: at most one accepted send, whatever the platform answers."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from domain.content import (
    ChoiceContent,
    MediaContent,
    MediaRef,
    TemplateContent,
    TextContent,
)
from domain.conversation import Delivery, OutboundDraft
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaRejected,
    PlatformUnavailable,
    Throttled,
    WindowClosed,
)
from domain.platform import Idempotency, Limits
from domain.receipts import Receipt, ReceiptStatus
from storage.database import Database, DatabaseUnavailable
from storage.delivery import DeliveryStore
from tests.activities.desk import Desk
from tests.fakes import Answer, accept, hang, lose_answer, refuse
from tests.planting import ADDRESS

DAY = timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n"


class FlakyDeliveryStore(DeliveryStore):
    """Cannot write the first few outcomes down: PostgreSQL is away for a moment."""

    def __init__(self, database: Database, failures: int) -> None:
        super().__init__(database)
        self.failures = failures

    @override
    async def accepted(
        self,
        tenant_id: UUID,
        message_id: UUID,
        receipt: Receipt,
        receipt_within: timedelta | None = None,
    ) -> ReceiptStatus:
        if self.failures:
            self.failures -= 1
            raise DatabaseUnavailable
        return await super().accepted(tenant_id, message_id, receipt, receipt_within)


# --- one message


async def test_an_accepted_message_is_sent_once_as_it_was_written(desk: Desk) -> None:
    draft = desk.draft().model_copy(update={"reply_to": "wamid.IN"})
    assert await desk.deliver(draft) == Delivery(status=ReceiptStatus.SENT)
    (message,) = desk.platform.ledger
    assert (message.id, message.address) == (str(draft.message_id), ADDRESS)
    assert (message.thread, message.reply_to) == ("topic-1", "wamid.IN")
    assert message.content == draft.content
    assert await desk.outcomes(draft) == ["accepted"]


async def test_a_delivery_that_runs_again_answers_the_same_and_sends_nothing(desk: Desk) -> None:
    draft = desk.draft()
    first = await desk.deliver(draft)
    assert await desk.deliver(draft) == first
    assert len(desk.platform.calls) == 1


async def test_a_file_of_ours_is_read_for_the_platform(desk: Desk) -> None:
    stored = await desk.media.put(desk.tenant.id, PNG, "image/png", "menu.png")
    media = MediaRef(key=stored.key, mime_type="image/png", size=stored.size)
    await desk.deliver(desk.with_content(MediaContent(type="image", media=media)))
    assert desk.platform.uploads == [PNG]


# --- nobody can tell


async def test_a_message_whose_answer_was_lost_is_not_sent_again(desk: Desk) -> None:
    desk.speaks(lose_answer())
    draft = desk.draft()
    for _ in range(2):
        assert (await desk.deliver(draft)).status is ReceiptStatus.UNCONFIRMED
    assert len(desk.platform.ledger) == 1
    assert await desk.outcomes(draft) == ["unknown"]


@pytest.mark.parametrize("takes", [True, False])
async def test_a_worker_killed_in_the_middle_of_a_call_leaves_a_doubt_and_no_second_call(
    desk: Desk,
    takes: bool,  # noqa: FBT001  a table's column
) -> None:
    desk.speaks(hang(takes=takes))
    draft = desk.draft()
    await desk.cut_off(draft)
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.UNCONFIRMED, None)
    assert len(desk.platform.calls) == 1


async def test_a_platform_that_breaks_in_an_unknown_way_leaves_a_doubt(desk: Desk) -> None:
    desk.speaks(Answer(takes=True, error=KeyError("a bug of ours")))
    draft = desk.draft()
    for _ in range(2):
        assert (await desk.deliver(draft)).status is ReceiptStatus.UNCONFIRMED
    assert len(desk.platform.calls) == 1


async def test_with_a_key_a_doubtful_message_is_sent_again_and_seen_once(desk: Desk) -> None:
    desk.speaks(hang(takes=True), idempotency=Idempotency.KEY)
    draft = desk.draft()
    await desk.cut_off(draft)
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert [call.id for call in desk.platform.calls] == [str(draft.message_id)] * 2
    assert len(desk.platform.ledger) == 1
    assert await desk.messages() == [("Good morning", "sent")]


@pytest.mark.parametrize("idempotency", [Idempotency.NONE, Idempotency.ECHO])
async def test_without_a_key_a_doubtful_message_is_never_sent_again(
    desk: Desk, idempotency: Idempotency
) -> None:
    desk.speaks(hang(takes=True), idempotency=idempotency)
    draft = desk.draft()
    await desk.cut_off(draft)
    assert (await desk.deliver(draft)).status is ReceiptStatus.UNCONFIRMED
    assert len(desk.platform.calls) == 1


# --- refusals


async def test_a_throttled_message_is_sent_by_the_next_attempt(desk: Desk) -> None:
    desk.speaks(refuse(Throttled()), refuse(PlatformUnavailable()), accept())
    draft = desk.draft()
    for code in ("throttled", "platform_unavailable"):
        failure = await desk.refused(draft)
        assert (failure.type, failure.non_retryable) == (code, False)
        assert await desk.messages() == [("Good morning", "queued")]
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert len(desk.platform.ledger) == 1
    assert await desk.outcomes(draft) == ["refused", "refused", "accepted"]


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (None, None),
        (timedelta(milliseconds=200), timedelta(seconds=1)),
        (timedelta(seconds=7), timedelta(seconds=7)),
    ],
)
async def test_the_next_attempt_waits_as_long_as_the_platform_asks(
    desk: Desk, asked: timedelta | None, waits: timedelta | None
) -> None:
    desk.speaks(refuse(Throttled(retry_after=asked)))
    assert (await desk.refused(desk.draft())).next_retry_delay == waits


@pytest.mark.parametrize(
    "error",
    [
        ChannelUnauthorized("token revoked"),
        ContactUnreachable("blocked"),
        WindowClosed("24 hours"),
        ContentRejected("malformed"),
        MediaRejected("too large"),
    ],
    ids=lambda error: error.code,
)
async def test_a_refusal_for_good_fails_the_message_and_is_not_tried_again(
    desk: Desk, error: DeliveryError
) -> None:
    desk.speaks(refuse(error))
    draft = desk.draft()
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, error.code)
    again = await desk.deliver(draft)
    assert (again.status, again.error_code) == (ReceiptStatus.FAILED, error.code)
    assert len(desk.platform.calls) == 1
    assert await desk.messages() == [("Good morning", "failed")]


async def test_what_contacts_send_cannot_be_sent_to_them(desk: Desk) -> None:
    draft = desk.with_content(ChoiceContent(id="1", title="Yes"))
    for _ in range(2):
        delivery = await desk.deliver(draft)
        assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "content_rejected")
    assert desk.platform.calls == []
    assert [status for _, status in await desk.messages()] == ["failed"]


# --- parts


async def test_a_long_message_is_sent_in_order_under_ids_that_stay(desk: Desk) -> None:
    desk.speaks(limits=Limits(text=5))
    draft = desk.draft("one two three")
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert desk.texts() == ["one", "two", "three"]
    ids = [call.id for call in desk.platform.calls]
    assert ids[0] == str(draft.message_id)
    assert len(set(ids)) == 3


async def test_only_the_first_part_quotes(desk: Desk) -> None:
    desk.speaks(limits=Limits(text=5))
    await desk.deliver(desk.draft("one two").model_copy(update={"reply_to": "wamid.IN"}))
    assert [call.reply_to for call in desk.platform.calls] == ["wamid.IN", None]


async def test_a_part_that_waited_is_sent_alone_by_the_next_attempt(desk: Desk) -> None:
    desk.speaks(accept(), refuse(Throttled()), limits=Limits(text=5))
    draft = desk.draft("one two three")
    await desk.refused(draft)
    assert await desk.messages() == [("one", "sent"), ("two", "queued")]
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert desk.texts() == ["one", "two", "three"]
    assert [call.content for call in desk.platform.calls].count(TextContent(text="one")) == 1


async def test_a_message_is_as_far_as_the_part_that_got_least_far(desk: Desk) -> None:
    desk.speaks(lose_answer(), limits=Limits(text=5))
    delivery = await desk.deliver(desk.draft("one two"))
    assert delivery.status is ReceiptStatus.UNCONFIRMED
    assert await desk.messages() == [("one", "unconfirmed"), ("two", "sent")]


# --- the reply window


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(hours=23), ReceiptStatus.SENT),
        (timedelta(hours=25), ReceiptStatus.FAILED),
    ],
)
async def test_the_reply_window_is_asked_when_the_call_is_made(
    desk: Desk, after: timedelta, status: ReceiptStatus
) -> None:
    desk.speaks(reply_window=DAY)
    delivery = await desk.deliver(desk.draft(), after)
    assert delivery.status is status
    assert delivery.error_code == ("window_closed" if status is ReceiptStatus.FAILED else None)
    assert len(desk.platform.calls) == (status is ReceiptStatus.SENT)


async def test_a_message_that_waited_until_the_window_closed_is_not_sent(desk: Desk) -> None:
    desk.speaks(refuse(Throttled()), reply_window=DAY)
    draft = desk.draft()
    await desk.refused(draft, timedelta(hours=23))
    delivery = await desk.deliver(draft, timedelta(hours=25))
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "window_closed")
    assert desk.platform.ledger == []


async def test_a_template_is_sent_whenever_it_is(desk: Desk) -> None:
    desk.speaks(reply_window=DAY)
    template = TemplateContent(name="come_back", language="en")
    delivery = await desk.deliver(desk.with_content(template), timedelta(days=30))
    assert delivery.status is ReceiptStatus.SENT


@pytest.mark.parametrize(
    ("after", "late"), [(timedelta(hours=23), False), (timedelta(days=6), True)]
)
async def test_a_person_may_answer_later_where_the_platform_says_so(
    desk: Desk, after: timedelta, *, late: bool
) -> None:
    desk.speaks(reply_window=DAY, agent_window=timedelta(days=7))
    delivery = await desk.deliver(desk.draft(), after)
    assert delivery.status is ReceiptStatus.SENT
    assert [message.late for message in desk.platform.ledger] == [late]


async def test_a_person_too_has_no_longer_than_that(desk: Desk) -> None:
    desk.speaks(reply_window=DAY, agent_window=timedelta(days=7))
    delivery = await desk.deliver(desk.draft(), timedelta(days=7))
    assert delivery.error_code == "window_closed"


async def test_a_flow_may_not_answer_late(desk: Desk) -> None:
    desk.speaks(reply_window=DAY, agent_window=timedelta(days=7))
    delivery = await desk.deliver(desk.of_the_flow(), timedelta(days=2))
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "window_closed")
    assert desk.platform.calls == []


async def test_nobody_may_answer_late_where_the_account_may_not(desk: Desk) -> None:
    desk.speaks(reply_window=DAY, agent_window=timedelta(days=7))
    await desk.tenant.rows(
        "UPDATE channels SET account = account || jsonb_build_object('people_answer_late', false)"
    )
    delivery = await desk.deliver(desk.draft(), timedelta(days=2))
    assert delivery.error_code == "window_closed"


# --- what the contact asked for


async def test_what_is_unanswered_is_told_until_something_of_ours_is_accepted(desk: Desk) -> None:
    for _ in range(2):
        await desk.deliver(desk.draft())
    asked = await desk.tenant.row("SELECT last_inbound_id AS id FROM conversations")
    assert [message.unanswered for message in desk.platform.ledger] == [asked["id"], None]


async def test_a_flow_is_silent_once_the_contact_opted_out(desk: Desk) -> None:
    await desk.contact_asks("opt_out")
    delivery = await desk.deliver(desk.of_the_flow())
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "opted_out")
    assert desk.platform.calls == []
    assert await desk.reasons() == ["opted_out"]


async def test_a_reply_that_waited_while_the_contact_opted_out_is_not_sent(desk: Desk) -> None:
    desk.speaks(refuse(Throttled()))
    draft = desk.draft()
    await desk.refused(draft)
    await desk.contact_asks("opt_out")
    assert (await desk.deliver(draft)).error_code == "opted_out"
    assert desk.platform.ledger == []


async def test_what_the_contact_writes_after_opting_out_a_person_answers_and_no_flow(
    desk: Desk,
) -> None:
    await desk.contact_asks("opt_out")
    await desk.contact_writes("Where is my order?")
    assert (await desk.deliver(desk.of_the_flow())).error_code == "opted_out"
    assert (await desk.deliver(desk.draft())).status is ReceiptStatus.SENT


async def test_the_words_of_the_opt_out_are_no_question(desk: Desk) -> None:
    await desk.contact_asks("opt_out", said_with="sms-1")
    await desk.contact_writes("STOP", "sms-1")
    assert (await desk.deliver(desk.draft())).error_code == "opted_out"


async def test_an_opt_in_lifts_an_opt_out(desk: Desk) -> None:
    await desk.contact_asks("opt_out")
    await desk.contact_asks("opt_in")
    assert (await desk.deliver(desk.of_the_flow())).status is ReceiptStatus.SENT


async def test_who_wants_no_marketing_gets_everything_else(desk: Desk) -> None:
    await desk.contact_asks("stop", category="marketing_messages")
    news = TemplateContent(name="news", language="en", category="marketing")
    bill = TemplateContent(name="bill", language="en", category="utility")
    assert (await desk.deliver(desk.with_content(news))).error_code == "opted_out"
    assert (await desk.deliver(desk.with_content(bill))).status is ReceiptStatus.SENT
    assert (await desk.deliver(desk.of_the_flow())).status is ReceiptStatus.SENT


# --- who may speak


async def test_a_flow_that_lost_the_conversation_is_not_heard(desk: Desk) -> None:
    await desk.take_over()
    delivery = await desk.deliver(desk.of_the_flow())
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "not_yours")
    assert desk.platform.calls == []


async def test_a_message_to_a_conversation_that_is_gone_is_not_sent(desk: Desk) -> None:
    delivery = await desk.deliver(desk.tenant.draft(uuid4()))
    assert delivery.error_code == "not_possible_now"
    assert desk.platform.calls == []


# --- channels that cannot be spoken through


async def test_an_unknown_channel_is_refused_for_good(desk: Desk) -> None:
    failure = await desk.refused(desk.draft().model_copy(update={"channel_id": uuid4()}))
    assert (failure.type, failure.non_retryable) == ("not_possible_now", True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE channels SET disabled_at = now()",
        "UPDATE channels SET account = account - 'token'",
        """UPDATE channels SET account = jsonb_set(account, '{token}', '["a secret"]')""",
    ],
    ids=["disabled", "incomplete", "wrong"],
)
async def test_a_channel_that_is_not_connected_is_refused_without_its_secrets(
    desk: Desk, change: str
) -> None:
    await desk.tenant.rows(change)
    failure = await desk.refused(desk.draft())
    assert (failure.type, failure.non_retryable) == ("channel_unauthorized", True)
    assert "a secret" not in f"{failure!r}{failure.__cause__!r}"


# --- what cannot be written down at once


async def test_an_answer_is_written_down_although_postgresql_was_away_for_a_moment(
    desk: Desk,
) -> None:
    desk.store = FlakyDeliveryStore(desk.tenant.database, failures=2)
    draft = desk.draft()
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert await desk.outcomes(draft) == ["accepted"]
    assert len(desk.platform.ledger) == 1


# --- giving up


async def _never_tried(desk: Desk, draft: OutboundDraft) -> None:
    """The channel could not be reached at all."""


async def _throttled(desk: Desk, draft: OutboundDraft) -> None:
    desk.speaks(*itertools.repeat(refuse(Throttled()), 2))
    for _ in range(2):
        await desk.refused(draft)


async def _cut_off(desk: Desk, draft: OutboundDraft) -> None:
    desk.speaks(hang(takes=True))
    await desk.cut_off(draft)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (_never_tried, ReceiptStatus.FAILED),
        (_throttled, ReceiptStatus.FAILED),
        (_cut_off, ReceiptStatus.UNCONFIRMED),
    ],
)
async def test_a_message_given_up_is_settled(
    desk: Desk, before: Callable[[Desk, OutboundDraft], Any], status: ReceiptStatus
) -> None:
    draft = desk.draft()
    await before(desk, draft)
    calls = len(desk.platform.calls)
    for _ in range(2):
        assert (await desk.abandon(draft)).status is status
    assert (await desk.deliver(draft)).status is status
    assert len(desk.platform.calls) == calls
    assert await desk.messages() == [("Good morning", status)]


async def test_giving_up_does_not_undo_what_was_sent(desk: Desk) -> None:
    draft = desk.draft()
    await desk.deliver(draft)
    assert (await desk.abandon(draft)).status is ReceiptStatus.SENT
    assert await desk.messages() == [("Good morning", "sent")]


async def test_a_refusal_answers_with_our_code_however_often_it_is_asked(desk: Desk) -> None:
    desk.speaks(refuse(ContactUnreachable("blocked", vendor_code="131026")))
    draft = desk.draft()
    for _ in range(2):
        assert (await desk.deliver(draft)).error_code == "contact_unreachable"
