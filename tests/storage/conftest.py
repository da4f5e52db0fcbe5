"""A tenant with three agents in a fresh database."""

import pytest

from storage.database import Database
from tests.conftest import FreshDatabase
from tests.planting import Tenant, plant


@pytest.fixture
def tenant(fresh: FreshDatabase, database: Database) -> Tenant:
    return plant(database, fresh.owner_url, agents=3, capacity=3)


@pytest.fixture
def greeted(fresh: FreshDatabase, database: Database) -> Tenant:
    """A tenant whose channel greets new conversations with a flow."""
    return plant(database, fresh.owner_url, agents=3, capacity=3, flow=True)
