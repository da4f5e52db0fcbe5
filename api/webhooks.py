"""Where platforms post: verify, parse, hand every item over, and answer 200 only when all of it is durable."""

import asyncio
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response

from activities.accounts import Connected, connect
from api.dependencies import Api, api
from api.errors import Problem, not_found
from domain.conversation import InboundItem
from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms import registry
from platforms.base import MessagingPlatform, WebhookRequest
from storage.channels import Channel
from workflows.messages import MessageFailure

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])
log = structlog.get_logger(__name__)

SAID = frozenset({"message", "comment", "edit", "delete", "reaction"})
"""Event kinds that belong into a conversation's order."""


@router.get("/{platform}")
async def handshake_shared(
    platform: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Answer a platform's check of the one URL it has for many accounts."""
    spoken = _shared(platform)
    asked = await _read(request, use)
    for channel in await use.services.channels.of_platform(platform):
        try:
            return _handshake(connect(channel), asked)
        except (Problem, SignatureInvalid):
            continue
    if spoken.capabilities.platform:
        raise Problem(HTTPStatus.FORBIDDEN, "handshake_refused", "No channel knows this token.")
    raise not_found("platform")


@router.post("/{platform}")
async def receive_shared(
    platform: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Take a body that names its accounts itself."""
    spoken = _shared(platform)
    asked = await _read(request, use)
    channels = [
        channel
        for account in spoken.accounts(asked)
        if (channel := await use.services.channels.find_by_account(platform, account))
    ]
    if not channels:
        raise not_found("channel")
    for channel in channels:
        _verify(connect(channel), asked)
    await _take(use, connect(channels[0]), asked)
    return Response()


@router.get("/{platform}/{channel_id}")
async def handshake(
    platform: str, channel_id: UUID, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Answer a platform's check of a channel's URL."""
    return _handshake(await _find(use, platform, channel_id), await _read(request, use))


@router.post("/{platform}/{channel_id}")
async def receive(
    platform: str, channel_id: UUID, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Take one webhook of a channel."""
    connected = await _find(use, platform, channel_id)
    asked = await _read(request, use)
    _verify(connected, asked)
    await _take(use, connected, asked)
    return Response()


def _shared(key: str) -> MessagingPlatform:
    platform = registry.find(key)
    if platform is None or not platform.shared_webhook:
        raise not_found("webhook")
    return platform


async def _find(use: Api, platform: str, channel_id: UUID) -> Connected:
    channel = await use.services.channels.find(channel_id)
    if channel is None or channel.platform != platform or channel.disabled:
        raise not_found("channel")
    return connect(channel)


async def _read(request: Request, use: Api) -> WebhookRequest:
    """The request with its body, which is never read past the limit."""
    limit = use.services.settings.webhook_max_bytes
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                f"A webhook body may have {limit} bytes at most.",
            )
    return WebhookRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params),
        body=bytes(body),
        received_at=datetime.now(UTC),  # noqa: TID251  edge: reads the clock
    )


def _handshake(connected: Connected, asked: WebhookRequest) -> Response:
    answer = connected.platform.handshake(asked, connected.account)
    if answer is None:
        raise not_found("handshake")
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type)


def _verify(connected: Connected, asked: WebhookRequest) -> None:
    try:
        connected.platform.verify(asked, connected.account)
    except SignatureInvalid:
        log.warning("webhook refused", channel=str(connected.channel.id), reason="signature")
        raise


async def _take(use: Api, connected: Connected, asked: WebhookRequest) -> None:
    """Everything in an authentic body. What cannot be read is kept: the platform would send it for days."""
    channel = connected.channel
    try:
        events = connected.platform.parse(asked)
    except PayloadUnreadable as error:
        log.warning("unreadable webhook kept", channel=str(channel.id), reason=error.detail)
        use.counts["unreadable"] += 1
        await use.services.spool.keep_raw(
            channel.tenant_id, channel.id, asked.body, error.detail or error.code
        )
        return
    for owner, found in (await _by_channel(use, channel, events)).values():
        await _hand_over(use, owner, found)


async def _by_channel(
    use: Api, default: Channel, events: list[InboundEvent]
) -> dict[UUID, tuple[Channel, list[InboundEvent]]]:
    """One body may speak for several accounts; each event goes to the channel of its own."""
    sorted_out: dict[UUID, tuple[Channel, list[InboundEvent]]] = {}
    for event in events:
        channel = default
        if event.account is not None and event.account != default.account_id:
            other = await use.services.channels.find_by_account(default.platform, event.account)
            # The signature proved one app; an account of another tenant is not reached through it.
            if other is not None and other.tenant_id == default.tenant_id:
                channel = other
            elif other is not None or event.kind in SAID:
                log.warning("event for an account we do not know", channel=str(default.id))
                event = event.model_copy(  # noqa: PLW2901  the same event, set aside
                    update={"kind": "ignored", "reason": "unknown account"}
                )
        sorted_out.setdefault(channel.id, (channel, []))[1].append(event)
    return sorted_out


async def _hand_over(use: Api, channel: Channel, events: list[InboundEvent]) -> None:
    """Words first, then receipts, then the rest; each is safe to repeat when the platform redelivers."""
    said: dict[str, list[InboundItem]] = defaultdict(list)
    rest: list[InboundEvent] = []
    for event in events:
        if event.kind in SAID and event.sender is not None:
            item = InboundItem(id=uuid.uuid4(), event=event)  # noqa: TID251  edge: makes the id
            said[event.sender.address].append(item)
        else:
            rest.append(event)
    await asyncio.gather(
        *(use.intake.receive(channel, address, items) for address, items in said.items())
    )
    for event in rest:
        await _other(use, channel, event)


async def _other(use: Api, channel: Channel, event: InboundEvent) -> None:
    if event.receipt is not None:
        await _receipt(use, channel, event)
    elif event.kind == "typing" and event.sender is not None:
        await use.hub.contact_is_typing(channel, event.sender.address)
    elif event.kind == "read" and event.sender is not None and event.target_external_id:
        await use.services.receipts.read_up_to(
            channel.tenant_id, channel.id, event.sender.address, event.target_external_id
        )
    else:
        await use.services.spool.keep_event(channel.tenant_id, channel.id, event)


async def _receipt(use: Api, channel: Channel, event: InboundEvent) -> None:
    """One monotonic statement; a signal only when a flow must know that its message failed."""
    assert event.receipt is not None  # noqa: S101  asked before the call
    told = await use.services.receipts.record(channel.tenant_id, channel.id, event.receipt)
    failed = event.receipt.status is ReceiptStatus.FAILED
    if told is not None and failed and told.author_kind == "flow":
        code = event.receipt.error.code if event.receipt.error else "failed"
        failure = MessageFailure(message_id=told.message_id, code=code)
        await use.gateway.message_failed(channel, told.address, failure)
