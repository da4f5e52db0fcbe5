"""What a visitor's frames do. The same over a socket and over plain HTTP."""

import json
import math

from api import arrivals
from api.clock import now
from api.dependencies import Api
from api.webchat.files import uploaded
from api.webchat.visitors import Visitor
from domain.content import MediaContent
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.webchat import frames, inbound
from platforms.webchat.frames import AnyFrame, Delivered, Frame, Hello, Msg, Ping, Read, Typing
from storage.conversations import Message
from storage.database import DatabaseUnavailable

UNAVAILABLE_SECONDS = 5
"""When a browser may try again while neither store takes its message."""


async def hear(use: Api, by: Visitor, frame: AnyFrame) -> Frame | None:
    """Do what one frame asks; what is to be answered at once. A `msg` is acknowledged when it is recorded."""
    match frame:
        case Msg():
            return await _message(use, by, frame)
        case Typing():
            if frame.on:
                await use.hub.contact_is_typing(by.channel, by.id)
            return None
        case Read() | Delivered():
            await arrivals.hand_over(use, by.channel, _events(by, frame))
            return None
        case Ping():
            return frames.pong()
        case Hello():
            return None


async def _message(use: Api, by: Visitor, frame: Msg) -> Frame | None:
    known = await _known(use, by, frame.cid)
    if known is not None:
        return frames.ack(frame.cid, known.seq, str(known.id), known.created_at)
    if wait := use.paces.of(by.channel.id, by.id).take():
        return frames.nack(frame.cid, "rate_limited", math.ceil(wait))
    said = [_with_file(use, by, event) for event in _events(by, frame)]
    whole = [event for event in said if event is not None]
    if len(whole) < len(said):
        return frames.nack(frame.cid, "attachment_unknown")
    try:
        await arrivals.hand_over(use, by.channel, whole)
    except DatabaseUnavailable:
        return frames.nack(frame.cid, "unavailable", UNAVAILABLE_SECONDS)
    return None


async def _known(use: Api, by: Visitor, cid: str) -> Message | None:
    """What this visitor said with the same `cid` before."""
    conversations, channel = use.services.conversations, by.channel
    conversation = await conversations.find(channel.tenant_id, channel.id, by.id)
    if conversation is None:
        return None
    return await conversations.message_of(channel.tenant_id, conversation.id, cid)


def _events(by: Visitor, frame: AnyFrame) -> list[InboundEvent]:
    """Through the same reader as what servers post: one meaning for every frame."""
    body = frames.webhook_body(by.id, [frame], name=by.name)
    body["frames"][0]["at"] = now().isoformat()
    return inbound.parse(WebhookRequest(body=json.dumps(body).encode()))


def _with_file(use: Api, by: Visitor, event: InboundEvent) -> InboundEvent | None:
    """The event with its uploaded file in place of the upload's id; None when there is no such upload."""
    content = event.content
    if not isinstance(content, MediaContent) or content.media.id is None:
        return event
    found = uploaded(use, by, content.media.id)
    if found is None:
        return None
    with_words = found.model_copy(update={"caption": content.caption})
    return event.model_copy(update={"content": with_words})
