"""The one way in which a body is taken in, posted by a platform or brought by a connection of ours."""

import structlog

from api.dependencies import Api
from domain.content import MediaContent
from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import BringsFiles, MessagingPlatform, WebhookRequest
from storage.channels import Channel

log = structlog.get_logger(__name__)


async def take_in(
    use: Api, spoken: MessagingPlatform, asked: WebhookRequest, channel: Channel
) -> list[InboundEvent]:
    """Everything in an authentic body of one channel. Where it brings files along, it is kept for them."""
    events = await read(use, spoken, asked, channel)
    brought = any(isinstance(event.content, MediaContent) for event in events)
    if brought and isinstance(spoken, BringsFiles):
        kind = asked.headers.get("content-type", "application/octet-stream")
        await use.services.media.put_body(channel.tenant_id, asked.body, kind)
    return events


async def read(
    use: Api, spoken: MessagingPlatform, asked: WebhookRequest, home: Channel | None
) -> list[InboundEvent]:
    """Everything in an authentic body. What cannot be read is kept: the platform would send it for days."""
    try:
        return spoken.parse(asked)
    except PayloadUnreadable as error:
        if home is None:
            raise
        log.warning("unreadable body kept", channel=str(home.id), reason=error.detail)
        use.counts["unreadable"] += 1
        reason = error.detail or error.code
        await use.services.spool.keep_raw(home.tenant_id, home.id, asked.body, reason)
        return []
