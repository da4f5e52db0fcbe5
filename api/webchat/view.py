"""What a visitor sees of their conversation: its events, as frames."""

from typing import Any
from uuid import UUID

from api.dependencies import Api
from api.webchat.files import link
from api.webchat.visitors import Visitor
from domain.content import (
    CardContent,
    ChoiceContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
    preview,
)
from platforms.webchat import frames
from platforms.webchat.frames import Frame
from platforms.webchat.outbound import message_of
from storage.conversations import ConversationEvent, Message

SAID = "message_received"
SENT = "message_sent"
MOVED = frozenset(
    {
        "opened",
        "reopened",
        "assigned",
        "taken_over",
        "handed_over",
        "snoozed",
        "woken",
        "resolved",
    }
)
"""Facts after which somebody else has the conversation, or it stands elsewhere."""


class View:
    """One visitor's view. Notes, tags and whatever else is between colleagues never pass through here."""

    def __init__(self, use: Api, by: Visitor) -> None:
        self._use = use
        self._by = by
        self._names: dict[UUID, str] = {}

    async def frames(
        self, events: list[ConversationEvent], unanswered: set[str] | None = None
    ) -> list[Frame]:
        """The frames of some events, in order. What this very reader said (`unanswered`) is acknowledged instead."""
        ids = [event.message_id for event in events if event.kind in {SAID, SENT}]
        wanted = [one for one in ids if one is not None]
        found = await self._messages(wanted) if wanted else {}
        shown: list[Frame] = []
        for event in events:
            message = found.get(event.message_id) if event.message_id else None
            if event.kind in MOVED:
                shown.append(await self._moved(event))
            elif message is None or message.deleted:
                continue
            elif event.kind == SAID:
                shown.append(self._said(event, message, unanswered or set()))
            elif event.kind == SENT:
                shown.append(await self._sent(event, message))
        return shown

    async def _messages(self, ids: list[UUID]) -> dict[UUID, Message]:
        conversations = self._use.services.conversations
        found = await conversations.messages_by_id(self._by.channel.tenant_id, ids)
        return {message.id: message for message in found}

    def _said(self, event: ConversationEvent, message: Message, unanswered: set[str]) -> Frame:
        cid = message.external_id or ""
        if cid in unanswered:
            unanswered.discard(cid)
            return frames.ack(cid, event.seq, str(message.id), event.at)
        body = message_of(
            str(message.id),
            self._linked(_showable(message.content)),
            reply_to=message.reply_to,
            author={"type": "visitor", "name": self._by.name},
            at=message.created_at,
        )
        return frames.msg({**body, "cid": cid}, event.seq)

    async def _sent(self, event: ConversationEvent, message: Message) -> Frame:
        body = message_of(
            str(message.id),
            self._linked(_showable(message.content)),
            reply_to=message.reply_to,
            author=await self._author(message),
            at=message.created_at,
        )
        return frames.msg(body, event.seq)

    async def _author(self, message: Message) -> dict[str, Any]:
        if message.author_kind == "agent" and message.author_id is not None:
            return {"type": "agent", "name": await self._name(message.author_id)}
        kind = "bot" if message.author_kind == "flow" else "system"
        return {"type": kind, "name": self._by.channel.name}

    async def _moved(self, event: ConversationEvent) -> Frame:
        owner = event.data.get("owner")
        status = event.data.get("status") or ("pending" if owner == "flow" else "open")
        agent = event.data.get("owner_id") if owner == "agent" else None
        return frames.conversation(
            event.seq, str(status), await self._name(UUID(agent)) if agent else None
        )

    async def _name(self, user_id: UUID) -> str | None:
        if user_id not in self._names:
            user = await self._use.services.users.get(self._by.channel.tenant_id, user_id)
            if user is None:
                return None
            self._names[user_id] = user.name
        return self._names[user_id]

    def _linked(self, content: MessageContent) -> MessageContent:
        """Files of our own store get a link that expires."""
        if isinstance(content, MediaContent | CardContent) and content.media is not None:
            return content.model_copy(update={"media": self._with_link(content.media)})
        return content

    def _with_link(self, media: MediaRef) -> MediaRef:
        if media.key is None:
            return media
        url = link(self._use, self._by.channel.tenant_id, media.key)
        return media.model_copy(update={"url": url})


def _showable(content: MessageContent) -> MessageContent:
    """A pressed option, and what the widget has no form for, as the words a person would read."""
    if isinstance(content, ChoiceContent):
        return TextContent(text=content.title)
    if content.type in {"text", "image", "video", "audio", "document", "buttons", "list", "card"}:
        return content
    return TextContent(text=preview(content))
