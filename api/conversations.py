"""Conversations: lists, transcripts, replies, and what agents do."""

import base64
import binascii
import uuid
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query
from pydantic import Field, ValidationError, field_validator, model_validator

from activities.accounts import connect
from api import outgoing
from api.bodies import Body, Moment, SequenceNumber, Words
from api.dependencies import By, Caller, UseApi
from api.errors import Problem, not_found
from domain.content import MessageContent, TextContent
from domain.conversation import (
    Action,
    ActionKind,
    ConversationStatus,
    ConversationView,
    Owner,
    OwnerKind,
    Priority,
    Reply,
)
from domain.errors import NotYours
from domain.value import Value
from storage.channels import Channel
from storage.conversations import (
    Conversation,
    ConversationEvent,
    Cursor,
    Filters,
    Message,
)

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

_REPLY_NAMESPACE = UUID("0b6e4f0c-6f6c-4a39-8d5e-52a0f6f4b6a1")

LONGEST_SNOOZE = timedelta(days=366)
"""The same day next year, whichever year it is."""


class Page(Value):
    """One page, newest first. `next` goes into `after` for the next one; None: this was the last."""

    items: list[Conversation]
    next: str | None


class Sent(Value):
    """A reply that is on its way; receipts on the message tell how far it got."""

    message_id: UUID


class ReplyBody(Body):
    """A message to the contact: `text`, or any `content` the channel can carry."""

    text: str | None = Field(default=None, min_length=1)
    content: MessageContent | None = None
    reply_to: UUID | None = None
    """A message of this conversation to quote."""

    @model_validator(mode="after")
    def _one_of_two(self) -> "ReplyBody":
        if (self.text is None) == (self.content is None):
            raise ValueError("give either text or content")
        return self

    def message(self) -> MessageContent:
        return self.content or TextContent(text=self.text or "")


@router.get("")
async def list_conversations(  # noqa: PLR0913, PLR0917  one parameter per filter
    use: UseApi,
    by: By,
    status: ConversationStatus | None = None,
    owner: OwnerKind | None = None,
    assignee: Annotated[UUID | None, Query(description="An agent's id.")] = None,
    channel: UUID | None = None,
    queue: UUID | None = None,
    tag: Words | None = None,
    search: Annotated[Words | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    after: Words | None = None,
) -> Page:
    filters = Filters(
        status=status,
        owner=OwnerKind.AGENT if assignee else owner,
        owner_id=assignee,
        channel_id=channel,
        queue_id=queue,
        tag=tag,
        search=search,
    )
    found = await use.services.conversations.page(
        by.tenant_id, filters, limit=limit + 1, after=_read_cursor(after)
    )
    items = found[:limit]
    return Page(items=items, next=_cursor(items[-1]) if len(found) > limit else None)


@router.get("/{conversation_id}")
async def get_conversation(conversation_id: UUID, use: UseApi, by: By) -> Conversation:
    return await _find(use, by, conversation_id)


@router.get("/{conversation_id}/messages")
async def list_messages(
    conversation_id: UUID,
    use: UseApi,
    by: By,
    before: Annotated[SequenceNumber | None, Query(description="A sequence number.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[Message]:
    """The newest messages, or those before a sequence number; oldest first."""
    await _find(use, by, conversation_id)
    return await use.services.conversations.messages(
        by.tenant_id, conversation_id, before=before, limit=limit
    )


@router.get("/{conversation_id}/events")
async def list_events(
    conversation_id: UUID,
    use: UseApi,
    by: By,
    after: Annotated[SequenceNumber, Query(description="A sequence number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[ConversationEvent]:
    """Everything that happened after a sequence number, without gaps: for screens that were away."""
    await _find(use, by, conversation_id)
    return await use.services.conversations.events(
        by.tenant_id, conversation_id, after=after, limit=limit
    )


@router.post("/{conversation_id}/messages", status_code=HTTPStatus.ACCEPTED)
async def reply(
    conversation_id: UUID,
    body: ReplyBody,
    use: UseApi,
    by: By,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Sent:
    """Write to the contact. Refused before anything is recorded when it could not be sent."""
    conversation = await _find(use, by, conversation_id)
    connected = await use.services.accounts.find(conversation.channel_id)
    sent = Reply(
        message_id=_message_id(conversation_id, by.user_id, idempotency_key),
        author=by.actor,
        content=await outgoing.with_file(use, by.tenant_id, body.message()),
        reply_to=await _quoted(use, by, conversation_id, body.reply_to),
    )
    outgoing.check(use, connected, conversation, sent)
    # Asked again after a while, the conversation may have moved on: the answer is still the first one.
    keyed = idempotency_key is not None
    if keyed and await outgoing.was_said(use, by.tenant_id, sent.message_id, body):
        return Sent(message_id=sent.message_id)
    outgoing.check_wish(conversation, sent)
    return Sent(message_id=await use.gateway.reply(conversation, connected.channel, sent))


class NoteBody(Body):
    """A note for colleagues; the contact never sees it."""

    text: str = Field(min_length=1, max_length=10_000)


class AssignBody(Body):
    """An agent, or a queue, or neither: back to the queue it came from."""

    agent_id: UUID | None = None
    queue_id: UUID | None = None


class NoBody(Body):
    """Nothing more to say."""


class SnoozeBody(Body):
    """When it shall come back. The contact's next message brings it back earlier."""

    until: Moment

    @field_validator("until")
    @classmethod
    def _within_a_year(cls, until: datetime) -> datetime:
        now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
        if until > now + LONGEST_SNOOZE:
            raise ValueError("a conversation can be snoozed for a year at most")
        return until


Tag = Annotated[str, Field(min_length=1, max_length=100)]


class TagBody(Body):
    """Tags to put on and to take off."""

    add: list[Tag] = Field(default_factory=list, max_length=50)
    remove: list[Tag] = Field(default_factory=list, max_length=50)


class PriorityBody(Body):
    """How urgent it is."""

    priority: Priority


@router.post("/{conversation_id}/typing", status_code=HTTPStatus.NO_CONTENT)
async def typing(conversation_id: UUID, use: UseApi, by: By) -> None:
    """Show the contact that we have read and are writing, where the platform can; best effort, and never kept."""
    conversation = await _find(use, by, conversation_id)
    if conversation.owner != Owner(kind=OwnerKind.AGENT, id=by.user_id):
        raise NotYours
    channel = await _channel(use, conversation)
    use.hub.agent_is_typing(channel, conversation.address)
    connected = connect(channel)
    await connected.platform.show_activity(
        use.services.http, connected.account, conversation.address, conversation.last_inbound_id
    )


@router.post("/{conversation_id}/note")
async def note(conversation_id: UUID, body: NoteBody, use: UseApi, by: By) -> ConversationView:
    return await _act(use, by, conversation_id, "note", text=body.text)


@router.post("/{conversation_id}/assign")
async def assign(conversation_id: UUID, body: AssignBody, use: UseApi, by: By) -> ConversationView:
    """Give it to an agent, whatever their load, or back to a queue."""
    if body.agent_id and await use.services.users.get(by.tenant_id, body.agent_id) is None:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_agent", "There is no such agent.")
    queues = {queue.id for queue in await use.services.users.queues(by.tenant_id)}
    if body.queue_id and body.queue_id not in queues:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_queue", "There is no such queue.")
    return await _act(
        use, by, conversation_id, "assign", assignee=body.agent_id, queue=body.queue_id
    )


@router.post("/{conversation_id}/take_over")
async def take_over(
    conversation_id: UUID, use: UseApi, by: By, body: NoBody | None = None
) -> ConversationView:
    """Make it mine. A flow that was talking stops, and says nothing after this answer."""
    return await _act(use, by, conversation_id, "take_over", assignee=by.user_id)


@router.post("/{conversation_id}/resolve")
async def resolve(
    conversation_id: UUID, use: UseApi, by: By, body: NoBody | None = None
) -> ConversationView:
    return await _act(use, by, conversation_id, "resolve")


@router.post("/{conversation_id}/reopen")
async def reopen(
    conversation_id: UUID, use: UseApi, by: By, body: NoBody | None = None
) -> ConversationView:
    """Bring a resolved conversation back, as mine."""
    return await _act(use, by, conversation_id, "reopen", assignee=by.user_id)


@router.post("/{conversation_id}/snooze")
async def snooze(conversation_id: UUID, body: SnoozeBody, use: UseApi, by: By) -> ConversationView:
    return await _act(use, by, conversation_id, "snooze", until=body.until)


@router.post("/{conversation_id}/tag")
async def tag(conversation_id: UUID, body: TagBody, use: UseApi, by: By) -> ConversationView:
    return await _act(use, by, conversation_id, "tag", add=body.add, remove=body.remove)


@router.post("/{conversation_id}/set_priority")
async def set_priority(
    conversation_id: UUID, body: PriorityBody, use: UseApi, by: By
) -> ConversationView:
    return await _act(use, by, conversation_id, "set_priority", priority=body.priority)


async def _act(
    use: UseApi,
    by: Caller,
    conversation_id: UUID,
    kind: ActionKind,
    **details: UUID | str | datetime | list[str] | Priority | None,
) -> ConversationView:
    conversation = await _find(use, by, conversation_id)
    action = Action.model_validate(
        {
            "id": uuid.uuid4(),  # noqa: TID251  edge: makes the id
            "kind": kind,
            "actor": by.actor,
            **details,
        }
    )
    return await use.gateway.act(conversation, await _channel(use, conversation), action)


async def _find(use: UseApi, by: Caller, conversation_id: UUID) -> Conversation:
    found = await use.services.conversations.get(by.tenant_id, conversation_id)
    if found is None:
        raise not_found("conversation")
    return found


async def _channel(use: UseApi, conversation: Conversation) -> Channel:
    channel = await use.services.channels.find(conversation.channel_id)
    if channel is None:
        raise not_found("channel")
    return channel


async def _quoted(
    use: UseApi, by: Caller, conversation_id: UUID, message_id: UUID | None
) -> str | None:
    """The platform's id of the message to quote."""
    if message_id is None:
        return None
    found = await use.services.conversations.messages_by_id(by.tenant_id, [message_id])
    if not found or found[0].conversation_id != conversation_id:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unknown_message",
            "The message to quote is not part of this conversation.",
        )
    return found[0].external_id


def _message_id(conversation_id: UUID, author_id: UUID, key: str | None) -> UUID:
    """With an idempotency key, the same request of the same person asked twice is the same message."""
    if key is None:
        return uuid.uuid4()  # noqa: TID251  edge: makes the id
    return uuid.uuid5(_REPLY_NAMESPACE, f"{conversation_id}:{author_id}:{key}")


def _cursor(last: Conversation) -> str:
    cursor = Cursor(at=last.last_message_at or last.created_at, id=last.id)
    return base64.urlsafe_b64encode(cursor.model_dump_json().encode()).decode()


def _read_cursor(given: str | None) -> Cursor | None:
    if given is None:
        return None
    try:
        return Cursor.model_validate_json(base64.urlsafe_b64decode(given))
    except (binascii.Error, ValidationError, ValueError) as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_cursor", "`after` is not a cursor of ours."
        ) from error
