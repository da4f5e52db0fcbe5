"""Where platforms post: verify, parse, hand every item over, and answer 200 only when all of it is durable."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response

from activities.accounts import Connected, connect
from api import arrivals
from api.arrivals import SAID
from api.dependencies import Api, api
from api.errors import Problem, not_found
from domain.errors import PayloadUnreadable, SignatureInvalid
from domain.events import InboundEvent
from platforms import registry
from platforms.base import MessagingPlatform, WebhookRequest
from storage.channels import Channel

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])
log = structlog.get_logger(__name__)


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
        await arrivals.hand_over(use, owner, found)


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
