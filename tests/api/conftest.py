"""People who are signed in, and a conversation for them."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.desk import Desk, open_desk
from tests.stack import Stack


@pytest.fixture
async def ana(shared_stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with await shared_stack.sign_in("ana@demo.example") as client:
        yield client


@pytest.fixture
async def bruno(shared_stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with await shared_stack.sign_in("bruno@demo.example") as client:
        yield client


@pytest.fixture
async def admin(shared_stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with await shared_stack.sign_in("admin@demo.example") as client:
        yield client


@pytest.fixture
async def desk(shared_stack: Stack, ana: httpx.AsyncClient) -> Desk:
    return await open_desk(shared_stack, ana)
