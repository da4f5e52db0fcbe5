"""Putting a whole tenant into an empty database, as the schema's owner. Running it again changes nothing."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import create_engine, text

from domain.value import Value
from storage.database import dialect_url
from storage.rows import as_json


class SeedUser(Value):
    """A person to add."""

    id: UUID
    email: str
    name: str
    role: str
    password_hash: str = Field(repr=False)
    available: bool = True
    capacity: int = 4


class SeedChannel(Value):
    """A channel to add."""

    id: UUID
    platform: str
    name: str
    account_id: str
    account: dict[str, Any] = Field(repr=False)


class SeedFlow(Value):
    """A flow to add, with its first version, and to greet with on every channel."""

    id: UUID
    version_id: UUID
    slug: str
    definition: dict[str, Any]
    hash: str


class Seed(Value):
    """A tenant with all it needs to take its first message."""

    tenant_id: UUID
    slug: str
    name: str
    queue_id: UUID
    queue: str
    users: list[SeedUser]
    channels: list[SeedChannel]
    flow: SeedFlow | None = None


_TENANT = text(
    "INSERT INTO tenants (id, slug, name) VALUES (:id, :slug, :name) ON CONFLICT DO NOTHING RETURNING id"
)
_QUEUE = text("INSERT INTO queues (id, tenant_id, name) VALUES (:id, :tenant, :name)")
_USER = text("""
INSERT INTO users (id, tenant_id, email, name, role, password_hash, available, capacity)
VALUES (:id, :tenant, :email, :name, :role, :password_hash, :available, :capacity)
""")
_FLOW = text("""
INSERT INTO flows (id, tenant_id, slug, name, live_version_id) VALUES (:id, :tenant, :slug, :name, :version)
""")
_VERSION = text("""
INSERT INTO flow_versions (id, tenant_id, flow_id, number, hash, definition)
VALUES (:version, :tenant, :id, 1, :hash, CAST(:definition AS jsonb))
""")
_CHANNEL = text("""
INSERT INTO channels (id, tenant_id, platform, name, account_id, account, flow_id, queue_id)
VALUES (:id, :tenant, :platform, :name, :account_id, CAST(:account AS jsonb), CAST(:flow AS uuid), :queue)
""")
_ACCOUNT = text("UPDATE channels SET account = CAST(:account AS jsonb) WHERE id = :id")


def plant(owner_url: str, seed: Seed) -> bool:
    """Add the tenant; False when it, or its slug, was there already.

    Channel settings are brought up to date either way.
    """
    engine = create_engine(dialect_url(owner_url))
    try:
        with engine.begin() as connection:
            new = connection.execute(
                _TENANT, {"id": seed.tenant_id, "slug": seed.slug, "name": seed.name}
            ).first()
            if new is not None:
                for statement, values in _rows(seed):
                    connection.execute(statement, values)
            for channel in seed.channels:
                connection.execute(
                    _ACCOUNT, {"id": channel.id, "account": as_json(channel.account)}
                )
        return new is not None
    finally:
        engine.dispose()


def _rows(seed: Seed) -> list[tuple[Any, dict[str, Any]]]:
    """Everything of the tenant, in the order its references need."""
    tenant = {"tenant": seed.tenant_id}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (_QUEUE, {**tenant, "id": seed.queue_id, "name": seed.queue})
    ]
    rows += [(_USER, {**tenant, **user.model_dump()}) for user in seed.users]
    if seed.flow is not None:
        flow = {
            **tenant,
            "id": seed.flow.id,
            "version": seed.flow.version_id,
            "slug": seed.flow.slug,
            "name": seed.flow.definition.get("name", seed.flow.slug),
            "hash": seed.flow.hash,
            "definition": as_json(seed.flow.definition),
        }
        rows += [(_FLOW, flow), (_VERSION, flow)]
    for channel in seed.channels:
        values = {
            **tenant,
            **channel.model_dump(exclude={"account"}),
            "account": as_json(channel.account),
            "flow": seed.flow.id if seed.flow else None,
            "queue": seed.queue_id,
        }
        rows.append((_CHANNEL, values))
    return rows
