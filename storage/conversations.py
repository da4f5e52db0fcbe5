"""Conversations as people see them: lists, one with its messages, its events from a sequence number on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import Select, and_, func, literal_column, or_, select, text

from domain.consent import Consent
from domain.content import MessageContent
from domain.conversation import ConversationStatus, Owner, OwnerKind, Priority
from domain.receipts import ReceiptError, ReceiptStatus
from domain.value import Value
from storage.database import Database
from storage.tables.channels import CHANNELS
from storage.tables.contacts import CONSENTS, CONTACTS
from storage.tables.conversations import CONVERSATION_EVENTS, CONVERSATIONS
from storage.tables.messages import MESSAGES


class Conversation(Value):
    """One conversation, as a list shows it."""

    id: UUID
    tenant_id: UUID
    channel_id: UUID
    channel_name: str
    platform: str
    contact_id: UUID
    contact_name: str | None
    address: str
    thread: str | None = None
    status: ConversationStatus
    owner: Owner
    queue_id: UUID | None
    priority: Priority
    tags: list[str]
    episode: int
    preview: str | None
    last_seq: int
    last_message_at: datetime | None
    last_inbound_at: datetime | None
    last_inbound_id: str | None = None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    created_at: datetime
    consents: list[Consent]
    """What the contact asked for on this channel, by scope; nothing: they said nothing of it."""


class Message(Value):
    """One message of a conversation's transcript."""

    id: UUID
    conversation_id: UUID
    seq: int
    direction: str
    external_id: str | None
    author_kind: str
    author_id: UUID | None
    content: MessageContent
    reply_to: str | None
    status: ReceiptStatus | None
    error: ReceiptError | None
    cause: dict[str, Any] | None
    deleted: bool
    edited_at: datetime | None
    sent_at: datetime | None
    created_at: datetime


class ConversationEvent(Value):
    """One thing that happened, numbered without gaps."""

    conversation_id: UUID
    seq: int
    kind: str
    actor_kind: str
    actor_id: UUID | None
    message_id: UUID | None
    data: dict[str, Any]
    at: datetime


class Filters(Value):
    """Which conversations a list shows."""

    status: ConversationStatus | None = None
    owner: OwnerKind | None = None
    owner_id: UUID | None = None
    channel_id: UUID | None = None
    queue_id: UUID | None = None
    tag: str | None = None
    search: str | None = None
    """Part of the contact's name or address."""


class Cursor(Value):
    """Where a page of the list ended: newest first."""

    at: AwareDatetime
    id: UUID


# What a key said first stays; a second request waits here for the first and sees what that one has written.
_TAKE_KEY = text("""
INSERT INTO reply_keys AS k (message_id, tenant_id, digest) VALUES (:message, :tenant, :digest)
ON CONFLICT (message_id) DO UPDATE SET digest = k.digest
RETURNING digest
""")


class ConversationStore:
    """Reads conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, tenant_id: UUID, filters: Filters, *, limit: int, after: Cursor | None
    ) -> list[Conversation]:
        """Newest first."""
        recent = func.coalesce(CONVERSATIONS.c.last_message_at, CONVERSATIONS.c.created_at)
        query = _filtered(_joined(), filters)
        if after is not None:
            query = query.where(
                or_(recent < after.at, and_(recent == after.at, CONVERSATIONS.c.id < after.id))
            )
        query = query.order_by(recent.desc(), CONVERSATIONS.c.id.desc()).limit(limit)
        async with self._database.transaction(tenant_id) as connection:
            return [
                _conversation(dict(row)) for row in (await connection.execute(query)).mappings()
            ]

    async def get(self, tenant_id: UUID, conversation_id: UUID) -> Conversation | None:
        query = _joined().where(CONVERSATIONS.c.id == conversation_id)
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(query)).mappings().first()
        return _conversation(dict(row)) if row else None

    async def find(self, tenant_id: UUID, channel_id: UUID, address: str) -> Conversation | None:
        """The conversation with one address of a channel."""
        query = _joined().where(
            CONVERSATIONS.c.channel_id == channel_id, CONVERSATIONS.c.address == address
        )
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(query)).mappings().first()
        return _conversation(dict(row)) if row else None

    async def messages(
        self, tenant_id: UUID, conversation_id: UUID, *, before: int | None, limit: int
    ) -> list[Message]:
        """The last `limit` messages before a sequence number, oldest first."""
        query = select(MESSAGES).where(MESSAGES.c.conversation_id == conversation_id)
        if before is not None:
            query = query.where(MESSAGES.c.seq < before)
        query = query.order_by(MESSAGES.c.seq.desc()).limit(limit)
        async with self._database.transaction(tenant_id) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Message.model_validate(dict(row)) for row in reversed(rows)]

    async def messages_by_id(self, tenant_id: UUID, ids: list[UUID]) -> list[Message]:
        """Messages by id, in order of their sequence."""
        query = select(MESSAGES).where(MESSAGES.c.id.in_(ids)).order_by(MESSAGES.c.seq)
        async with self._database.transaction(tenant_id) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Message.model_validate(dict(row)) for row in rows]

    async def take_key(self, tenant_id: UUID, message_id: UUID, digest: str) -> bool:
        """Let the id of a reply stand for one request, known by its digest. False: it stands for another."""
        values = {"tenant": tenant_id, "message": message_id, "digest": digest}
        async with self._database.transaction(tenant_id) as connection:
            return bool(await connection.scalar(_TAKE_KEY, values) == digest)

    async def message_of(
        self, tenant_id: UUID, conversation_id: UUID, external_id: str
    ) -> Message | None:
        """The message a platform calls by that id."""
        query = select(MESSAGES).where(
            MESSAGES.c.conversation_id == conversation_id, MESSAGES.c.external_id == external_id
        )
        async with self._database.transaction(tenant_id) as connection:
            row = (await connection.execute(query)).mappings().first()
        return Message.model_validate(dict(row)) if row else None

    async def events(
        self, tenant_id: UUID, conversation_id: UUID, *, after: int, limit: int = 500
    ) -> list[ConversationEvent]:
        """What happened after a sequence number, in order."""
        query = (
            select(CONVERSATION_EVENTS)
            .where(
                CONVERSATION_EVENTS.c.conversation_id == conversation_id,
                CONVERSATION_EVENTS.c.seq > after,
            )
            .order_by(CONVERSATION_EVENTS.c.seq)
            .limit(limit)
        )
        async with self._database.transaction(tenant_id) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [ConversationEvent.model_validate(dict(row)) for row in rows]

    async def seen(self, tenant_id: UUID, conversation_ids: list[UUID]) -> dict[UUID, int]:
        """The last sequence number of each conversation that is the tenant's."""
        query = select(CONVERSATIONS.c.id, CONVERSATIONS.c.last_seq).where(
            CONVERSATIONS.c.id.in_(conversation_ids)
        )
        async with self._database.transaction(tenant_id) as connection:
            return {row.id: row.last_seq for row in await connection.execute(query)}


_CONSENTS = (
    select(func.coalesce(func.jsonb_agg(literal_column("consents")), text("'[]'")))
    .where(
        CONSENTS.c.channel_id == CONVERSATIONS.c.channel_id,
        CONSENTS.c.address == CONVERSATIONS.c.address,
    )
    .correlate(CONVERSATIONS)
    .scalar_subquery()
)


def _joined() -> Select[Any]:
    return (
        select(
            CONVERSATIONS,
            CONTACTS.c.name.label("contact_name"),
            CHANNELS.c.name.label("channel_name"),
            CHANNELS.c.platform,
            _CONSENTS.label("consents"),
        )
        .join(CONTACTS, CONTACTS.c.id == CONVERSATIONS.c.contact_id)
        .join(CHANNELS, CHANNELS.c.id == CONVERSATIONS.c.channel_id)
    )


def _filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    plain = {
        CONVERSATIONS.c.status: filters.status,
        CONVERSATIONS.c.owner_kind: filters.owner,
        CONVERSATIONS.c.owner_id: filters.owner_id,
        CONVERSATIONS.c.channel_id: filters.channel_id,
        CONVERSATIONS.c.queue_id: filters.queue_id,
    }
    for column, value in plain.items():
        if value is not None:
            query = query.where(column == value)
    if filters.tag is not None:
        query = query.where(CONVERSATIONS.c.tags.contains([filters.tag]))
    if filters.search:
        query = query.where(
            or_(
                CONTACTS.c.name.icontains(filters.search, autoescape=True),
                CONVERSATIONS.c.address.icontains(filters.search, autoescape=True),
            )
        )
    return query


def _conversation(row: dict[str, Any]) -> Conversation:
    owner = Owner(kind=row.pop("owner_kind"), id=row.pop("owner_id"))
    return Conversation.model_validate({**row, "owner": owner})
