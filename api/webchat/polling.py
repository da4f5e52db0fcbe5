"""The web chat without a socket: the same frames over plain HTTP, and the history."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.bodies import Body
from api.dependencies import Api, UseApi
from api.live import Subscriber
from api.webchat.speech import hear
from api.webchat.view import View
from api.webchat.visitors import ByVisitor, Visitor
from domain.value import Value
from platforms.webchat import frames
from platforms.webchat.frames import Frame, FrameRefused

router = APIRouter(tags=["web chat"])

FRAMES_OF_A_REQUEST = 20


class FramesBody(Body):
    """Frames as a socket would carry them."""

    frames: list[dict[str, Any]] = Field(min_length=1, max_length=FRAMES_OF_A_REQUEST)


class Answers(Value):
    """What is to be said at once. A `msg` that was taken comes back, with its `cid`, among the events."""

    frames: list[dict[str, Any]]


class Events(Value):
    """Frames after an event, in order. `last_event_id` goes into `after` for what comes next."""

    frames: list[dict[str, Any]]
    last_event_id: int
    more: bool


@router.post("/frames")
async def say(body: FramesBody, use: UseApi, by: ByVisitor) -> Answers:
    """Say what a socket would say; one bad frame does not cost the others."""
    answers = [await _say(use, by, given) for given in body.frames]
    return Answers(frames=[answer for answer in answers if answer is not None])


async def _say(use: Api, by: Visitor, given: dict[str, Any]) -> Frame | None:
    try:
        frame = frames.parse_frame(given)
    except FrameRefused as refused:
        return refused.nack() or {"t": "nack", "cid": None, "code": refused.reason}
    return await hear(use, by, frame)


@router.get("/events")
async def events(
    use: UseApi,
    by: ByVisitor,
    after: Annotated[int, Query(ge=0, description="The last event you have.")] = 0,
    wait: Annotated[float, Query(ge=0, le=30, description="Seconds to wait for a first one.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Events:
    """The history, and, with `wait`, what comes next: a long poll for browsers that get no socket."""
    with use.hub.subscribed(Subscriber(by.channel.tenant_id, by.channel.id, by.id)) as reader:
        found = await _after(use, by, after, limit)
        until = asyncio.get_running_loop().time() + wait
        while not found.frames and (left := until - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(reader.frames.get(), left)
            except TimeoutError:
                break
            found = await _after(use, by, found.last_event_id, limit)
        return found


async def _after(use: Api, by: Visitor, after: int, limit: int) -> Events:
    conversation = await use.services.conversations.find(by.channel.tenant_id, by.channel.id, by.id)
    if conversation is None:
        return Events(frames=[], last_event_id=after, more=False)
    happened = await use.services.conversations.events(
        by.channel.tenant_id, conversation.id, after=after, limit=limit
    )
    last = happened[-1].seq if happened else after
    shown = await View(use, by).frames(happened)
    return Events(frames=shown, last_event_id=last, more=last < conversation.last_seq)
