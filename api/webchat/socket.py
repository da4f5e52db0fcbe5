"""The visitors' socket: resume first, then live; nothing is missed and nothing comes out of order.

The protocol is in docs/platforms/webchat.md. The transcript is the outbox: after an absence a browser says the last
event it has, and gets what came after it from PostgreSQL, whichever process it reaches.
"""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.clock import now
from api.dependencies import Api
from api.errors import Problem
from api.live import Subscriber
from api.sockets import BadFrame, receive_text, serve
from api.webchat.pace import FRAMES_AT_ONCE, FRAMES_PER_SECOND, Pace
from api.webchat.speech import hear
from api.webchat.view import View
from api.webchat.visitors import Visitor, visitor_of
from domain.errors import SignatureInvalid
from platforms.webchat import frames, sessions
from platforms.webchat.frames import PROTOCOL, CloseCode, Frame, FrameRefused, Hello, Msg
from storage.conversations import ConversationEvent
from storage.database import DatabaseUnavailable

router = APIRouter(tags=["web chat"])

HELLO_SECONDS = 10.0
RESUMABLE = 1_000
"""Events a socket replays; who missed more reads the history over HTTP."""
SOCKETS_OF_A_VISITOR = 5
RENEW_AFTER = sessions.TTL * 0.8


class Refusal(Exception):
    """The socket ends, and the browser is told why."""

    def __init__(self, code: CloseCode, retry_after: int | None = None) -> None:
        super().__init__(code.name)
        self.code = code
        self.retry_after = retry_after


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    use: Api = socket.app.state.api
    offered = [part.strip() for part in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    token = next((part[5:] for part in offered if part.startswith("auth.")), None)
    try:
        hello = await asyncio.wait_for(_hello(socket), HELLO_SECONDS)
        by = await _visitor(use, socket, token or hello.token or "")
        with use.hub.subscribed(Subscriber(by.channel.tenant_id, by.channel.id, by.id)) as reader:
            _check_room(use, reader)
            await Connection(use, by, reader).run(socket, hello)
    except TimeoutError:
        await _goodbye(socket, Refusal(CloseCode.TIMEOUT))
    except (BadFrame, FrameRefused):
        await _goodbye(socket, Refusal(CloseCode.MALFORMED))
    except DatabaseUnavailable:
        await _goodbye(socket, Refusal(CloseCode.RESTART, 5))
    except Refusal as refusal:
        await _goodbye(socket, refusal)
    except WebSocketDisconnect:
        return


async def _hello(socket: WebSocket) -> Hello:
    frame = frames.read_frame(await receive_text(socket))
    if not isinstance(frame, Hello):
        raise BadFrame("say hello first")
    return frame


async def _visitor(use: Api, socket: WebSocket, token: str) -> Visitor:
    try:
        return await visitor_of(use, token, socket.headers.get("origin", ""))
    except SignatureInvalid:
        raise Refusal(CloseCode.BAD_TOKEN) from None
    except Problem:
        raise Refusal(CloseCode.FORBIDDEN) from None


def _check_room(use: Api, reader: Subscriber) -> None:
    if use.hub.sockets_of(reader) > SOCKETS_OF_A_VISITOR:
        raise Refusal(CloseCode.TOO_MANY, 30)


async def _goodbye(socket: WebSocket, refusal: Refusal) -> None:
    # The browser may be gone already, which is what we wanted to tell it.
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json(frames.goodbye(refusal.code, refusal.retry_after))
        await socket.close(refusal.code)


class Connection:
    """One open socket of a visitor."""

    def __init__(self, use: Api, by: Visitor, reader: Subscriber) -> None:
        self._use = use
        self._by = by
        self._reader = reader
        self._view = View(use, by)
        self._last = 0
        """The newest event this socket has been shown."""
        self._unanswered: set[str] = set()
        """Messages this socket said and has no answer for."""
        self._pace = Pace(FRAMES_PER_SECOND, FRAMES_AT_ONCE)

    async def run(self, socket: WebSocket, hello: Hello) -> None:
        # First in the queue, before anything live: the resume is read when its turn comes, so order holds.
        self._reader.put(_resume(hello))
        renewing = asyncio.create_task(self._renew_token())
        try:
            await serve(socket, self._reader, self._on_text, self._show)
        finally:
            renewing.cancel()

    async def _on_text(self, raw: str) -> None:
        if self._pace.take():
            raise Refusal(CloseCode.TOO_MANY, 5)
        try:
            frame = frames.read_frame(raw)
        except FrameRefused as refused:
            nack = refused.nack()
            if nack is None:
                raise
            self._reader.put(nack)
            return
        if isinstance(frame, Hello):
            self._reader.put(_resume(frame))
            return
        if isinstance(frame, Msg):
            self._unanswered.add(frame.cid)
        answer = await hear(self._use, self._by, frame)
        if answer is not None:
            self._unanswered.discard(answer.get("cid", ""))
            self._reader.put(answer)

    async def _show(self, frame: Frame) -> list[Frame]:
        """What the hub queued, as this visitor sees it."""
        if frame["t"] == "resume":
            return await self._caught_up(frame["last_event_id"])
        if frame["t"] == "resync":
            return await self._missed()
        if frame["t"] != "events":
            return [frame]
        events = [ConversationEvent.model_validate(event) for event in frame["events"]]
        if events[0].seq > self._last + 1:
            return await self._missed()
        return await self._shown([event for event in events if event.seq > self._last])

    async def _caught_up(self, last_event_id: int | None) -> list[Frame]:
        """The answer to `hello`: without a last event, from now on."""
        newest = await self._newest()
        asked = newest if last_event_id is None else last_event_id
        resumed = 0 <= newest - asked <= RESUMABLE
        self._last = asked if resumed else newest
        missed = await self._missed()
        welcome = frames.welcome(self._by.id, resumed=resumed)
        return [welcome, *missed, frames.synced(self._last)]

    async def _newest(self) -> int:
        found = await self._use.services.conversations.find(
            self._by.channel.tenant_id, self._by.channel.id, self._by.id
        )
        if found is None:
            return 0
        self._reader.conversation_id = found.id
        return found.last_seq

    async def _missed(self) -> list[Frame]:
        """Everything after the last event shown, from PostgreSQL."""
        if self._reader.conversation_id is None and await self._newest() == 0:
            return []
        conversation = self._reader.conversation_id
        assert conversation is not None  # noqa: S101  `_newest` found it
        shown: list[Frame] = []
        tenant = self._by.channel.tenant_id
        while events := await self._use.services.conversations.events(
            tenant, conversation, after=self._last
        ):
            shown += await self._shown(events)
        return shown

    async def _shown(self, events: list[ConversationEvent]) -> list[Frame]:
        shown = await self._view.frames(events, self._unanswered)
        self._last = events[-1].seq if events else self._last
        return shown

    async def _renew_token(self) -> None:
        """A browser that stays gets a new session token in time, for when it must come back."""
        while True:
            await asyncio.sleep(RENEW_AFTER.total_seconds())
            account, by = self._by.inbox.account, self._by
            fresh = sessions.issue(account, by.id, by.origin, now(), name=by.name)
            self._reader.put(frames.token(fresh))


def _resume(hello: Hello) -> Frame:
    """A note to ourselves in the queue."""
    return {"t": "resume", "last_event_id": hello.last_event_id}
