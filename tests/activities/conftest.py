"""A desk to send from, in a fresh database."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from platforms import registry
from storage.database import Database
from storage.inbound import InboundStore
from tests.activities.desk import Desk
from tests.conftest import FreshDatabase
from tests.planting import plant, said


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    def unexpected(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"a call left: {request.url}")

    async with httpx.AsyncClient(transport=httpx.MockTransport(unexpected)) as client:
        yield client


@pytest.fixture
async def desk(
    fresh: FreshDatabase,
    database: Database,
    http: httpx.AsyncClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    # A copy, so that what a test registers is forgotten with it.
    monkeypatch.setattr(registry, "PLATFORMS", dict(registry.PLATFORMS))
    tenant = plant(database, fresh.owner_url, agents=1, flow=True)
    batch = tenant.batch(said("Hello", thread="topic-1"))
    route = await InboundStore(database).record(batch)
    made = Desk(tenant, route, http, tmp_path / "media")
    made.speaks()
    return made
