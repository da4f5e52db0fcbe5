"""Real servers for the suite: one PostgreSQL for all of it, a fresh database and a fresh Temporal where asked for."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from embedded.postgres import EmbeddedPostgres
from embedded.temporal import TemporalDevServer
from storage import migrate
from storage.database import Database
from tests.stack import Stack, running
from workflows.search import ATTRIBUTES

settings.register_profile("everyday", max_examples=200)
settings.register_profile("nightly", max_examples=10_000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))
"""How often a property is tried that does not say so itself, above all each platform's parser with broken bodies."""

TEMPLATE = "template_pytake"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class FreshDatabase:
    """An empty, migrated database of one test."""

    app_url: str
    owner_url: str


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for servers, not below pytest's own.

    As root, PostgreSQL runs as another user and we open the way to its data; every pytest that starts closes its
    folder again, also for the servers of one that is still running.
    """
    made = Path(tempfile.mkdtemp(prefix="pytake-test-"))
    try:
        yield made
    finally:
        shutil.rmtree(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state folder for each test."""
    with own_folder() as made:
        yield made


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    with own_folder() as made, EmbeddedPostgres(made, fsync=False) as server:
        server.create_database(TEMPLATE)
        migrate.upgrade(server.owner_url(TEMPLATE), server.app_url(TEMPLATE))
        yield server


@pytest.fixture
def fresh(postgres: EmbeddedPostgres) -> Iterator[FreshDatabase]:
    name = f"test_{next(_numbers)}"
    postgres.create_database(name, template=TEMPLATE)
    yield FreshDatabase(app_url=postgres.app_url(name), owner_url=postgres.owner_url(name))
    postgres.drop_database(name)


@pytest.fixture
async def database(fresh: FreshDatabase) -> AsyncIterator[Database]:
    opened = Database(fresh.app_url, pool_size=5, name="pytake-test")
    yield opened
    await opened.close()


@pytest.fixture
async def temporal(tmp_path: Path) -> AsyncIterator[TemporalDevServer]:
    async with TemporalDevServer(tmp_path / "temporal", search_attributes=ATTRIBUTES) as server:
        yield server


@pytest.fixture(scope="module")
async def shared_stack(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """As `stack`, once for a module whose tests each use customers of their own."""
    folder = tmp_path_factory.mktemp("stack")
    name = f"test_{next(_numbers)}"
    postgres.create_database(name, template=TEMPLATE)
    urls = postgres.app_url(name), postgres.owner_url(name)
    async with (
        TemporalDevServer(folder / "temporal", search_attributes=ATTRIBUTES) as server,
        running(*urls, server.address, folder) as started,
    ):
        yield started
    postgres.drop_database(name)


@pytest.fixture
async def stack(
    fresh: FreshDatabase, temporal: TemporalDevServer, tmp_path: Path
) -> AsyncIterator[Stack]:
    """API, worker and simulator in this process, over real HTTP, with the demo tenant."""
    async with running(fresh.app_url, fresh.owner_url, temporal.address, tmp_path) as started:
        yield started
