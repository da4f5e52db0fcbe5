"""Where platforms post: verify, parse, hand every item over, and answer 200 only when all of it is durable."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response

from activities.accounts import Connected, connect
from api import arrivals, bringing, recipients
from api.dependencies import Api, api
from api.errors import Problem, not_found
from api.recipients import Recipients
from domain.errors import ChannelUnauthorized, DomainError, SignatureInvalid
from domain.events import InboundEvent
from platforms import registry
from platforms.base import MessagingPlatform, WebhookRequest, WebhookResponse
from storage.channels import Channel

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])
log = structlog.get_logger(__name__)


@router.get("/{platform}")
async def handshake_shared(
    platform: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Answer a platform's check of the one URL it has for many accounts: whoever of us knows the token."""
    spoken = _shared(platform)
    asked = await _read(request, use, spoken)
    answers = [
        answer
        for channel in await use.services.channels.of_platform(platform)
        if (answer := _answer(spoken, channel, asked)) is not None
    ]
    if not answers:
        raise not_found("handshake")
    return _as_response(min(answers, key=lambda answer: answer.status))


@router.post("/{platform}")
async def receive_shared(
    platform: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Take a body that names its accounts itself."""
    spoken = _shared(platform)
    asked = await _read(request, use, spoken)
    accounts = spoken.accounts(asked)
    if not accounts and (answer := await _challenged(use, spoken, asked)) is not None:
        return _as_response(answer)
    asked = await _with_keys_of(use, spoken, accounts, asked)
    try:
        found = await recipients.of_app(use.services.channels, asked, spoken, accounts)
    except SignatureInvalid:
        log.warning("webhook refused", platform=platform, reason="signature")
        raise
    if found is None:
        if not accounts:
            # It raises where nothing can be read: nothing authenticates that.
            spoken.parse(asked)
        raise not_found("channel")
    await _hand_over(use, found, await bringing.read(use, spoken, asked, found.home))
    proven = next(one for named in found.names.values() for one in named.owners)
    return _acknowledged(connect(proven), asked)


@router.get("/{platform}/{channel_id}")
async def handshake(
    platform: str, channel_id: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Answer a platform's check of a channel's URL."""
    connected = await _find(use, platform, channel_id)
    asked = await _read(request, use, connected.platform)
    answer = connected.platform.handshake(asked, connected.account)
    if answer is not None:
        return _as_response(answer)
    if asked.method not in connected.platform.capabilities.webhook_methods:
        raise not_found("handshake")
    return await _take(use, connected, asked)


@router.post("/{platform}/{channel_id}")
async def receive(
    platform: str, channel_id: str, request: Request, use: Annotated[Api, Depends(api)]
) -> Response:
    """Take one webhook of a channel."""
    connected = await _find(use, platform, channel_id)
    return await _take(use, connected, await _read(request, use, connected.platform))


async def _take(use: Api, connected: Connected, posted: WebhookRequest) -> Response:
    asked = posted.model_copy(update={"provider": connected.account.provider_name})
    try:
        asked = await _verified(use, connected, asked)
    except SignatureInvalid:
        log.warning("webhook refused", channel=str(connected.channel.id), reason="signature")
        raise
    events = await bringing.take_in(use, connected.platform, asked, connected.channel)
    found = await recipients.of_channel(use.services.channels, asked, connected, events)
    await _hand_over(use, found, events)
    return _acknowledged(connected, asked)


async def _verified(use: Api, connected: Connected, asked: WebhookRequest) -> WebhookRequest:
    """The request with the keys that prove it. A platform may have changed them since they were fetched."""
    url = connected.platform.keys_url(connected.account)
    if url is not None:
        asked = asked.model_copy(update={"keys": await use.keys.get(url)})
    try:
        connected.platform.verify(asked, connected.account)
    except SignatureInvalid:
        newer = await use.keys.newer(url) if url is not None else None
        if newer is None:
            raise
        asked = asked.model_copy(update={"keys": newer})
        connected.platform.verify(asked, connected.account)
    return asked


async def _with_keys_of(
    use: Api, spoken: MessagingPlatform, accounts: list[str], asked: WebhookRequest
) -> WebhookRequest:
    """For a body that names its accounts itself: the keys of the first that is in use."""
    for name in accounts:
        channel = await use.services.channels.find_by_account(spoken.capabilities.platform, name)
        url = spoken.keys_url(connect(channel).account) if channel is not None else None
        if url is not None:
            return asked.model_copy(update={"keys": await use.keys.get(url)})
    return asked


async def _challenged(
    use: Api, spoken: MessagingPlatform, asked: WebhookRequest
) -> WebhookResponse | None:
    """The answer to a check of the shared URL that names nobody: by whoever of us can prove it."""
    for channel in await use.services.channels.of_platform(spoken.capabilities.platform):
        try:
            connected = connect(channel)
            spoken.verify(asked, connected.account)
        except (ChannelUnauthorized, SignatureInvalid):
            continue
        if (answer := spoken.acknowledge(asked, connected.account)) is not None:
            return answer
    return None


def _acknowledged(connected: Connected, asked: WebhookRequest) -> Response:
    answer = connected.platform.acknowledge(asked, connected.account)
    return _as_response(answer) if answer is not None else Response()


def _shared(key: str) -> MessagingPlatform:
    platform = registry.find(key)
    if platform is None or not platform.shared_webhook:
        raise not_found("webhook")
    return platform


async def _find(use: Api, platform: str, channel_id: str) -> Connected:
    """The channel of a URL. What is no id at all is nobody's, as an unknown one is."""
    try:
        channel = await use.services.channels.find(UUID(channel_id))
    except ValueError:
        channel = None
    if channel is None or channel.platform != platform or channel.disabled:
        raise not_found("channel")
    return connect(channel)


async def _read(request: Request, use: Api, spoken: MessagingPlatform) -> WebhookRequest:
    """The request with its body, which is never read past the limit: ours, or what the platform may send."""
    limit = max(use.services.settings.webhook_max_bytes, spoken.capabilities.max_webhook_bytes)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                f"A webhook body may have {limit} bytes at most.",
            )
    query = f"?{request.url.query}" if request.url.query else ""
    return WebhookRequest(
        method=request.method,
        url=f"{use.services.settings.base_url}{request.url.path}{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params),
        body=bytes(body),
        received_at=datetime.now(UTC),  # noqa: TID251  edge: reads the clock
    )


def _answer(
    spoken: MessagingPlatform, channel: Channel, asked: WebhookRequest
) -> WebhookResponse | None:
    """A channel's answer to a handshake; one whose settings are broken has none, and is in nobody's way."""
    try:
        return spoken.handshake(asked, connect(channel).account)
    except (ChannelUnauthorized, SignatureInvalid):
        return None


def _as_response(answer: WebhookResponse) -> Response:
    return Response(answer.body, status_code=answer.status, media_type=answer.content_type)


async def _hand_over(use: Api, found: Recipients, events: list[InboundEvent]) -> None:
    """To each channel what is its own; where one cannot take it, the others have theirs before the platform is told."""
    sorted_out, foreign = found.sort(events)
    if foreign:
        log.warning("events for channels that may not have them from this body", count=foreign)
        use.counts["foreign"] += foreign
    problems: list[DomainError] = []
    for channel, own in sorted_out:
        try:
            await arrivals.hand_over(use, channel, own)
        except DomainError as error:
            problems.append(error)
    if problems:
        raise problems[0]
