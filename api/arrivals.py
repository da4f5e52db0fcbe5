"""Where each normalised event goes: words into conversations, receipts onto messages, the rest to be looked up."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable

from api.dependencies import Api
from domain.consent import choice_in
from domain.conversation import InboundItem
from domain.errors import DomainError
from domain.events import InboundEvent, Watermark
from domain.pieces import piece_of
from domain.receipts import ReceiptStatus
from storage.channels import Channel
from workflows.messages import MessageFailure

SAID = frozenset({"message", "comment", "edit", "delete", "reaction"})
"""Event kinds that belong into a conversation's order."""


async def hand_over(
    use: Api, channel: Channel, events: list[InboundEvent], name: str | None = None
) -> None:
    """Wishes first, then words, then receipts and the rest; each is safe to repeat when the platform redelivers.

    Who asks not to be written to is heard before a flow hears the words by which they do. One event that cannot be
    taken costs the others nothing: they are done before the first problem is raised.

    `name`: of the body, where we ourselves may hand it over again. Its items are then known by their ids.
    """
    said: dict[str, list[InboundItem]] = defaultdict(list)
    wishes: list[InboundEvent] = []
    rest: list[InboundEvent] = []
    for number, event in enumerate(events):
        if event.kind in SAID and event.sender is not None and not _is_our_own(event):
            item = InboundItem(id=_item_id(channel, name, number), event=event)
            said[event.sender.address].append(item)
        else:
            (rest if choice_in(event) is None else wishes).append(event)
    problems = await _each(use, channel, wishes, _wish)
    await asyncio.gather(*(_say(use, channel, address, items) for address, items in said.items()))
    problems += await _each(use, channel, rest, _other)
    if problems:
        raise problems[0]


def _item_id(channel: Channel, body: str | None, number: int) -> uuid.UUID:
    if body is None:
        return uuid.uuid4()  # noqa: TID251  edge: makes the id
    return uuid.uuid5(channel.id, f"{body}/{number}")


async def _each(
    use: Api,
    channel: Channel,
    events: list[InboundEvent],
    take: Callable[[Api, Channel, InboundEvent], Awaitable[None]],
) -> list[DomainError]:
    """Take every event; what could not be taken."""
    problems: list[DomainError] = []
    for event in events:
        try:
            await take(use, channel, event)
        except DomainError as error:
            problems.append(error)
    return problems


async def _say(use: Api, channel: Channel, address: str, items: list[InboundItem]) -> None:
    """What is whole goes on at once; the pieces of a longer message wait for each other."""
    pieces = {item.id: piece for item in items if (piece := piece_of(item.event)) is not None}
    if whole := [item for item in items if item.id not in pieces]:
        await use.intake.receive(channel, address, whole)
    for item in items:
        if item.id in pieces:
            await use.intake.receive_piece(channel, address, item, pieces[item.id])


async def _wish(use: Api, channel: Channel, event: InboundEvent) -> None:
    choice = choice_in(event)
    assert choice is not None  # noqa: S101  asked before the call
    await use.services.consents.record(channel.tenant_id, channel.id, event, choice)
    await use.services.spool.keep_event(channel.tenant_id, channel.id, event)


def _is_our_own(event: InboundEvent) -> bool:
    """What we sent, coming back with our reference: it settles how far our message got, and is no second one.

    Other programs that write for the same account have references of their own, which are no ids of ours.
    """
    reference = event.receipt.reference if event.echo and event.receipt else None
    try:
        return reference is not None and bool(uuid.UUID(reference))
    except ValueError:
        return False


async def _other(use: Api, channel: Channel, event: InboundEvent) -> None:
    sender = event.sender.address if event.sender else None
    if sender is not None and (mark := _mark(event)) is not None:
        status = event.receipt.status if event.receipt else ReceiptStatus.READ
        receipts = use.services.receipts
        await receipts.advance(channel.tenant_id, channel.id, sender, status, mark)
    elif event.receipt is not None:
        await _receipt(use, channel, event)
    elif event.kind == "typing" and sender is not None:
        await use.hub.contact_is_typing(channel, sender)
    else:
        await use.services.spool.keep_event(channel.tenant_id, channel.id, event)


def _mark(event: InboundEvent) -> Watermark | str | None:
    """Up to where the contact has come, where the event says that instead of naming one message."""
    if event.kind in {"read", "receipt"} and event.up_to is not None:
        return event.up_to
    return event.target_external_id if event.kind == "read" else None


async def _receipt(use: Api, channel: Channel, event: InboundEvent) -> None:
    """One monotonic statement; a signal only when a flow must know that its message failed.

    A failure is signalled as often as it is told: the signal may have been what failed the last time.
    """
    assert event.receipt is not None  # noqa: S101  asked before the call
    told = await use.services.receipts.record(channel.tenant_id, channel.id, event.receipt)
    failed = event.receipt.status is ReceiptStatus.FAILED
    if told is not None and failed and told.author_kind == "flow":
        code = event.receipt.error.code if event.receipt.error else "failed"
        failure = MessageFailure(message_id=told.message_id, code=code)
        await use.gateway.message_failed(channel, told.address, failure)
