"""The frames of the socket: models of what a visitor's browser sends, builders of what we answer.

One frame is one JSON text of at most 64 KiB. The `id` of a frame is the number of an event of the conversation: it only
ever grows, and not every number comes to the visitor.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.errors import PayloadUnreadable
from platforms.webchat.facts import MAX_ATTACHMENTS, MAX_FRAME_BYTES, MAX_TEXT

PROTOCOL = "omni.v1"
HEARTBEAT_SECONDS = 25
MISSED_HEARTBEATS = 2

Frame = dict[str, Any]


class CloseCode(IntEnum):
    """Why a socket was closed, beside the standard 1012 (restart)."""

    RESTART = 1012
    MALFORMED = 4400
    BAD_TOKEN = 4401
    FORBIDDEN = 4403
    TIMEOUT = 4408
    REPLACED = 4409
    TOO_MANY = 4429


class FrameRefused(PayloadUnreadable):
    """A browser's frame that we do not take; `nack()` is the answer where the frame said which message it was."""

    def __init__(self, reason: str, cid: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cid = cid

    def nack(self) -> Frame | None:
        return nack(self.cid, self.reason) if self.cid else None


class _ClientFrame(BaseModel):
    """What all frames of a browser share: unknown fields are refused, numbers are not taken for texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Postback(_ClientFrame):
    """A pressed button, list row or quick reply."""

    id: str = Field(min_length=1, max_length=256)
    title: str | None = Field(default=None, max_length=MAX_TEXT)


class Hello(_ClientFrame):
    """The first frame of a socket, and the way to ask for what was missed."""

    t: Literal["hello"]
    v: Literal[1] = 1
    last_event_id: int | None = Field(default=None, ge=0)
    caps: list[str] = Field(default_factory=list, max_length=20)
    token: str | None = Field(default=None, max_length=4096)
    """The session token, where the sub-protocol could not carry it."""


class Msg(_ClientFrame):
    """A message. `cid` is the visitor's own id for it: a second one with the same `cid` gets the same ack."""

    t: Literal["msg"]
    cid: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")
    text: str | None = Field(default=None, max_length=MAX_TEXT)
    attachments: list[str] = Field(default_factory=list, max_length=MAX_ATTACHMENTS)
    """Ids of uploads."""
    reply_to: str | None = Field(default=None, max_length=128)
    postback: Postback | None = None


class Typing(_ClientFrame):
    """The visitor writes, or has stopped. Not stored; expires after six seconds."""

    t: Literal["typing"]
    on: bool = True


class Delivered(_ClientFrame):
    """The browser has every event up to this one, whether or not it was looked at."""

    t: Literal["delivered"]
    up_to: int = Field(ge=0)


class Read(_ClientFrame):
    """The visitor has seen every event up to this one."""

    t: Literal["read"]
    up_to: int = Field(ge=0)


class Ping(_ClientFrame):
    """The browser asks whether we are still there."""

    t: Literal["ping"]


AnyFrame = Hello | Msg | Typing | Delivered | Read | Ping
ClientFrame = Annotated[AnyFrame, Field(discriminator="t")]
_ADAPTER: TypeAdapter[AnyFrame] = TypeAdapter(ClientFrame)


def read_frame(raw: str | bytes) -> AnyFrame:
    """A browser's frame. Raises `FrameRefused`."""
    octets = raw.encode("utf-8", "replace") if isinstance(raw, str) else raw
    if len(octets) > MAX_FRAME_BYTES:
        raise FrameRefused("too_large")
    try:
        return _not_empty(_ADAPTER.validate_json(octets))
    except ValidationError as error:
        raise FrameRefused(_reason(error), _cid(octets)) from None


def parse_frame(given: dict[str, Any]) -> AnyFrame:
    """A frame that came in a list of several. Raises `FrameRefused`."""
    return read_frame(json.dumps(given))


def _not_empty(frame: AnyFrame) -> AnyFrame:
    if isinstance(frame, Msg) and not (
        (frame.text or "").strip() or frame.attachments or frame.postback
    ):
        raise FrameRefused("empty", frame.cid)
    return frame


_REASONS = {
    "msg.text.string_too_long": "text_too_long",
    "msg.attachments.too_long": "too_many_attachments",
    "union_tag_invalid": "unknown_frame",
    "union_tag_not_found": "unknown_frame",
}


def _reason(error: ValidationError) -> str:
    """What a browser is told: one of a closed set of words."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in (*first["loc"], first["type"]))
    return _REASONS.get(place, "malformed")


class _Identified(BaseModel):
    """As much of a refused frame as its nack needs."""

    cid: str = Field(min_length=1, max_length=64)


def _cid(octets: bytes) -> str | None:
    try:
        return _Identified.model_validate_json(octets).cid
    except ValidationError:
        return None


def webhook_body(visitor_id: str, frames: Iterable[BaseModel], *, name: str | None = None) -> Frame:
    """What the socket layer posts for a visitor: the body that `inbound.parse` reads."""
    visitor = {"id": visitor_id, **({"name": name} if name else {})}
    return {"visitor": visitor, "frames": [frame.model_dump(mode="json") for frame in frames]}


def welcome(session: str, *, resumed: bool) -> Frame:
    """`resumed` False: too much was missed, the browser reloads the history over HTTP."""
    resume = "ok" if resumed else "reset"
    return {"t": "welcome", "session": session, "heartbeat": HEARTBEAT_SECONDS, "resume": resume}


def synced(event_id: int) -> Frame:
    return {"t": "synced", "id": event_id}


def ack(cid: str, event_id: int, message_id: str, at: datetime) -> Frame:
    return {"t": "ack", "cid": cid, "id": event_id, "message_id": message_id, "at": at.isoformat()}


def nack(cid: str, code: str, retry_after: int | None = None) -> Frame:
    """`retry_after` in seconds; without it the browser does not try again."""
    delay = {} if retry_after is None else {"retry_after": retry_after}
    return {"t": "nack", "cid": cid, "code": code, **delay}


def msg(message: Frame, event_id: int | None = None) -> Frame:
    """A message of ours, as `outbound.message_of` writes it."""
    event = {} if event_id is None else {"id": event_id}
    return {"t": "msg", **event, "message": message}


def typing(*, on: bool) -> Frame:
    return {"t": "typing", "on": on}


def conversation(event_id: int, status: str, assignee: str | None = None) -> Frame:
    """Where the conversation stands, and the name of the person who has it."""
    return {"t": "conversation", "id": event_id, "status": status, "assignee": assignee}


def token(session_token: str) -> Frame:
    """A fresh session token, in time before the old one is over."""
    return {"t": "token", "session_token": session_token}


def pong() -> Frame:
    return {"t": "pong"}


def goodbye(code: CloseCode, retry_after: int | None = None) -> Frame:
    """Sent before we close the socket with that code."""
    delay = {} if retry_after is None else {"retry_after": retry_after}
    return {"t": "goodbye", "code": int(code), **delay}
