"""The embedded Temporal dev server: its settings, and data that survives a crash."""

import stat
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from embedded import temporal
from embedded.errors import NotInstalled
from embedded.temporal import TemporalDevServer

TENANT = SearchAttributeKey.for_keyword("PytakeTenant")
ATTRIBUTES = {"PytakeTenant": "Keyword", "PytakeDueAt": "Datetime"}
KEYWORD, DATETIME = 2, 6  # temporalio.api.enums.v1.IndexedValueType


async def ids(client: Client) -> set[str]:
    return {found.id async for found in client.list_workflows("PytakeTenant = 'acme'")}


async def eventually_listed(client: Client, expected: set[str]) -> None:
    """The list follows the start by some milliseconds."""
    for _ in range(200):
        if await ids(client) == expected:
            return
        await client.service_client.check_health()
    assert await ids(client) == expected


async def test_search_attributes_are_there_and_data_survives_a_kill(folder: Path) -> None:
    async with TemporalDevServer(folder, search_attributes=ATTRIBUTES) as server:
        client = await Client.connect(server.address)
        asked = ListSearchAttributesRequest(namespace="default")
        known = await client.operator_service.list_search_attributes(asked)
        assert dict(known.custom_attributes) == {"PytakeTenant": KEYWORD, "PytakeDueAt": DATETIME}

        pair = SearchAttributePair(TENANT, "acme")
        await client.start_workflow(
            "Waiting",
            id="conversation/1",
            task_queue="nobody",
            search_attributes=TypedSearchAttributes([pair]),
        )
        await eventually_listed(client, {"conversation/1"})

        server.kill()
        server.start()
        client = await Client.connect(server.address)
        assert await ids(client) == {"conversation/1"}


def test_the_command_carries_every_setting(folder: Path) -> None:
    arguments = temporal.dynamic_config_args()
    assert arguments[:2] == [
        "--dynamic-config-value",
        "history.transferProcessorMaxPollRPS=100",
    ]
    with TemporalDevServer(folder) as server:
        assert server.child is not None
        process = server.child.tracked.find()
        assert process is not None
        line = process.cmdline()
    assert set(arguments) <= set(line)
    assert {"--headless", "journal_mode=wal", "synchronous=normal"} <= set(line)
    assert stat.S_IMODE(server.database.stat().st_mode) == 0o600


def test_a_missing_program_is_named() -> None:
    with pytest.raises(NotInstalled, match="`no-such-program` is not installed"):
        temporal.binary("no-such-program")


def test_nobody_there_is_no_health(folder: Path) -> None:
    assert TemporalDevServer(folder).probe() == "it accepts no connections"
