"""A tenant to test with, and what its contacts say: batches as a conversation hands them to be recorded."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.content import MessageContent, TextContent
from domain.conversation import Actor, InboundBatch, InboundItem, OutboundDraft
from domain.events import InboundEvent, Sender
from storage import seeding
from storage.database import Database

ADDRESS = "5511900000001"
PLATFORM = "scripted"
"""The platform of every planted channel: `tests.fakes.ScriptedPlatform`, where something is sent at all."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Tenant:
    """One tenant with a queue, a channel, its agents and, where asked for, a flow that greets."""

    database: Database = field(repr=False)
    id: UUID = field(default_factory=uuid4)
    queue: UUID = field(default_factory=uuid4)
    channel: UUID = field(default_factory=uuid4)
    version: UUID = field(default_factory=uuid4)
    """The flow's first version; nothing has this id when the tenant was planted without a flow."""
    agents: tuple[UUID, ...] = ()

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """What a statement finds, asked as the application and as this tenant."""
        async with self.database.transaction(self.id) as connection:
            found = await connection.execute(text(statement), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def row(self, statement: str, **values: Any) -> dict[str, Any]:
        """The one row that a statement finds."""
        (only,) = await self.rows(statement, **values)
        return only

    def batch(
        self, *items: InboundItem, address: str = ADDRESS, fresh: bool = False
    ) -> InboundBatch:
        """What waited in the inbox of one conversation."""
        return InboundBatch(
            batch_id=uuid4(),
            tenant_id=self.id,
            channel_id=self.channel,
            address=address,
            items=list(items),
            fresh=fresh,
        )

    def draft(
        self, conversation_id: UUID, words: str = "Good morning", author: Actor | None = None
    ) -> OutboundDraft:
        """A message on its way out: of an agent who need not exist, unless an author is given."""
        return OutboundDraft(
            message_id=uuid4(),
            tenant_id=self.id,
            channel_id=self.channel,
            conversation_id=conversation_id,
            author=author or Actor(kind="agent", id=uuid4()),
            content=TextContent(text=words),
        )


def plant(
    database: Database, owner_url: str, *, agents: int = 0, capacity: int = 4, flow: bool = False
) -> Tenant:
    """Add a tenant of its own to a database."""
    name = f"tenant-{next(_numbers)}"
    tenant = Tenant(database, agents=tuple(uuid4() for _ in range(agents)))
    users = [
        seeding.SeedUser(
            id=agent,
            email=f"{agent}@{name}.example",
            name=f"Agent {number}",
            role="agent",
            password_hash="-",
            capacity=capacity,
        )
        for number, agent in enumerate(tenant.agents, start=1)
    ]
    greeting = seeding.SeedFlow(
        id=uuid4(),
        version_id=tenant.version,
        slug="greeting",
        definition={"name": "Greeting"},
        hash="of its definition",
    )
    channel = seeding.SeedChannel(
        id=tenant.channel,
        platform=PLATFORM,
        name="The channel",
        account_id=name,
        account={"name": name, "token": "a secret"},
    )
    seeding.plant(
        owner_url,
        seeding.Seed(
            tenant_id=tenant.id,
            slug=name,
            name=name,
            queue_id=tenant.queue,
            queue="Support",
            users=users,
            channels=[channel],
            flow=greeting if flow else None,
        ),
    )
    return tenant


def said(words: str, external_id: str | None = None, **more: Any) -> InboundItem:
    """A message of the contact; `more` are other fields of its event."""
    return happened("message", external_id, content=TextContent(text=words), **more)


def happened(
    kind: str, external_id: str | None = None, *, content: MessageContent | None = None, **more: Any
) -> InboundItem:
    """Any event of the contact."""
    values = {
        "kind": kind,
        "external_id": external_id or f"external-{next(_numbers)}",
        "sender": Sender(address=ADDRESS, name="Rita"),
        "content": content,
        **more,
    }
    return InboundItem(id=uuid4(), event=InboundEvent.model_validate(values))
