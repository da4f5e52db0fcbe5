"""One fresh simulator for each test."""

from collections.abc import AsyncIterator

import pytest

from simulator.app import create_app
from tests.simulator.harness import World, world


@pytest.fixture
async def sim() -> AsyncIterator[World]:
    async with world(create_app()) as running:
        yield running


@pytest.fixture
async def open_sim(sim: World) -> World:
    """The customer has written on both platforms, and those webhooks are forgotten."""
    assert (await sim.say()).accepted
    assert (await sim.tell_bot()).accepted
    sim.receiver.received.clear()
    return sim
