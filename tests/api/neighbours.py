"""Other tenants beside the demo, with numbers of their own, as they share a platform with it."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url

from embedded.postgres import EmbeddedPostgres
from simulator.demo import WHATSAPP
from storage import seeding
from storage.channels import Channel
from tests.stack import Stack

SECRET: str = WHATSAPP.account["app_secret"]
"""The demo's app secret: tenants under one app have the same."""

_numbers = count(880000000001)


def plant(stack: Stack, postgres: EmbeddedPostgres) -> UUID:
    """One more tenant, with nothing but a queue."""
    url = stack.settings.database_url
    assert url is not None
    owner_url = postgres.owner_url(make_url(url.get_secret_value()).database or "")
    tenant_id = uuid4()
    seeding.plant(
        owner_url,
        seeding.Seed(
            tenant_id=tenant_id,
            slug=f"neighbour-{tenant_id}",
            name="Neighbour",
            queue_id=uuid4(),
            queue="Support",
            users=[],
            channels=[],
        ),
    )
    return tenant_id


async def connect(
    stack: Stack, tenant_id: UUID, *, secret: str = SECRET, number: str = "", **account: Any
) -> Channel:
    """A number of a tenant. `broken=True`: with settings that its platform cannot read."""
    number = number or str(next(_numbers))
    settings = {
        "phone_number_id": number,
        "access_token": f"token of {number}",
        "app_secret": secret,
        "verify_token": f"verify {number}",
        **account,
    }
    return await stack.services.channels.add(
        Channel(
            id=uuid4(),
            tenant_id=tenant_id,
            platform="whatsapp",
            name=f"Number {number}",
            account_id=number,
            account={} if account.get("broken") else settings,
        )
    )


async def rows(stack: Stack, tenant_id: UUID, sql: str, **values: Any) -> Sequence[Any]:
    """What a statement finds, asked as that tenant."""
    async with stack.services.database.transaction(tenant_id) as connection:
        found = await connection.execute(text(sql), values)
        return found.all() if found.returns_rows else []


async def kept(stack: Stack, channel: Channel, needle: str) -> int:
    """How many rows of the channel's tenant hold that text anywhere: messages, events, raw bodies, the spool."""
    (found,) = await rows(
        stack,
        channel.tenant_id,
        "SELECT (SELECT count(*) FROM messages m WHERE m::text LIKE :like)"
        " + (SELECT count(*) FROM channel_events e WHERE e::text LIKE :like)"
        " + (SELECT count(*) FROM inbound_spool s WHERE s::text LIKE :like)"
        " + (SELECT count(*) FROM raw_webhooks r WHERE convert_from(r.body, 'UTF8') LIKE :like) AS n",
        like=f"%{needle}%",
    )
    return int(found.n)
