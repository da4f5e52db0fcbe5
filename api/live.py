"""Fan-out: every move of a conversation, as it commits in any process, to every socket that may see it."""

import asyncio
import contextlib
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import structlog

from storage.channels import Channel
from storage.conversations import ConversationEvent, ConversationStore
from storage.database import Database, DatabaseUnavailable
from storage.live import Moved, listen

log = structlog.get_logger(__name__)

Frame = dict[str, Any]

QUEUE_FRAMES = 1_000
"""A reader this far behind is cut off; it comes back and asks for what it missed."""
REMEMBERED_CONVERSATIONS = 10_000
OVERLAP = 20
"""Events sent again for a conversation this process has not followed; readers drop what they have."""
RECONNECT_SECONDS = 1.0


class Subscriber:
    """One socket. `address` narrows a webchat visitor to their own conversation."""

    def __init__(self, tenant_id: UUID, channel_id: UUID | None = None, address: str = "") -> None:
        self.tenant_id = tenant_id
        self.channel_id = channel_id
        self.address = address
        self.conversation_id: UUID | None = None
        self.frames: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUE_FRAMES)

    @property
    def is_visitor(self) -> bool:
        return self.channel_id is not None

    def put(self, frame: Frame) -> bool:
        """False when the reader is too far behind: then the socket ends."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            with contextlib.suppress(asyncio.QueueEmpty):
                self.frames.get_nowait()
            self.frames.put_nowait(None)
            return False
        return True


class Hub:
    """All sockets of this process."""

    def __init__(self, database: Database, conversations: ConversationStore) -> None:
        self._database = database
        self._conversations = conversations
        self._subscribers: set[Subscriber] = set()
        self._sent: OrderedDict[UUID, int] = OrderedDict()
        self.counts: Counter[str] = Counter()
        self.listening = False

    @contextlib.contextmanager
    def subscribed(self, subscriber: Subscriber) -> Any:
        """Receive frames for as long as the block runs."""
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    def sockets_of(self, reader: Subscriber) -> int:
        """How many sockets of this process show the same visitor."""
        who = (reader.channel_id, reader.address)
        return sum((one.channel_id, one.address) == who for one in self._subscribers)

    def stats(self) -> dict[str, Any]:
        visitors = sum(one.is_visitor for one in self._subscribers)
        return {
            "sockets": len(self._subscribers),
            "agents": len(self._subscribers) - visitors,
            "visitors": visitors,
            "frames_sent": self.counts["frames"],
            "readers_cut_off": self.counts["cut_off"],
            "listening": self.listening,
        }

    async def run_forever(self) -> None:
        """Follow PostgreSQL's notifications; after an outage, tell every reader to ask for what it missed."""
        while True:
            try:
                await self._follow()
            except DatabaseUnavailable as error:
                log.info("live updates wait for PostgreSQL", reason=error.detail)
            except Exception:
                log.exception("live updates stumbled and go on")
            self.listening = False
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _follow(self) -> None:
        async for moved in listen(self._database):
            if moved is None:
                self.listening = True
                self._sent.clear()
                self._broadcast(self._subscribers, {"t": "resync"})
                continue
            await self._moved(moved)

    async def _moved(self, moved: Moved) -> None:
        readers = [one for one in self._subscribers if one.tenant_id == moved.tenant_id]
        if not readers:
            self._sent.pop(moved.conversation_id, None)
            return
        readers = [one for one in readers if await self._may_see(one, moved)]
        after = self._sent.get(moved.conversation_id, max(0, moved.seq - OVERLAP))
        if not readers or moved.seq <= after:
            return
        events = await self._conversations.events(
            moved.tenant_id, moved.conversation_id, after=after
        )
        if events:
            self._remember(moved.conversation_id, events[-1].seq)
            self._broadcast(readers, events_frame(moved.conversation_id, events))

    async def _may_see(self, reader: Subscriber, moved: Moved) -> bool:
        """An agent sees the tenant's conversations, a visitor the one of their own address."""
        if reader.channel_id is None:
            return True
        if reader.conversation_id is None:
            found = await self._conversations.find(
                reader.tenant_id, reader.channel_id, reader.address
            )
            reader.conversation_id = found.id if found else None
        return reader.conversation_id == moved.conversation_id

    def _remember(self, conversation_id: UUID, seq: int) -> None:
        self._sent[conversation_id] = seq
        self._sent.move_to_end(conversation_id)
        if len(self._sent) > REMEMBERED_CONVERSATIONS:
            self._sent.popitem(last=False)

    def _broadcast(self, readers: Any, frame: Frame) -> None:
        for reader in list(readers):
            self.counts["frames"] += 1
            if not reader.put(frame):
                self.counts["cut_off"] += 1

    async def contact_is_typing(self, channel: Channel, address: str) -> None:
        """Show agents that the contact writes. Not kept, not numbered."""
        readers = [
            one
            for one in self._subscribers
            if one.tenant_id == channel.tenant_id and not one.is_visitor
        ]
        if not readers:
            return
        found = await self._conversations.find(channel.tenant_id, channel.id, address)
        if found is not None:
            self._broadcast(readers, {"t": "typing", "conversation_id": str(found.id)})

    def agent_is_typing(self, channel: Channel, address: str) -> None:
        """Show a visitor of this process that somebody writes. Not kept, not numbered."""
        readers = [
            one
            for one in self._subscribers
            if one.channel_id == channel.id and one.address == address
        ]
        self._broadcast(readers, {"t": "typing", "on": True})

    async def missed(self, tenant_id: UUID, resume: dict[UUID, int]) -> AsyncIterator[Frame]:
        """What happened in each conversation after the sequence number its reader has."""
        known = await self._conversations.seen(tenant_id, list(resume))
        for conversation_id, seq in resume.items():
            after = seq
            while known.get(conversation_id, 0) > after:
                events = await self._conversations.events(tenant_id, conversation_id, after=after)
                if not events:
                    break
                after = events[-1].seq
                yield events_frame(conversation_id, events)


def events_frame(conversation_id: UUID, events: list[ConversationEvent]) -> Frame:
    return {
        "t": "events",
        "conversation_id": str(conversation_id),
        "seq": events[-1].seq,
        "events": [event.model_dump(mode="json") for event in events],
    }
