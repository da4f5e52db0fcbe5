"""The health checks of our containers: what makes them healthy, and what they say when they are not."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker
from typing_extensions import override

from deploy import api_health, worker_health
from embedded.ports import free_port
from embedded.temporal import TemporalDevServer
from tests.stack import eventually
from workflows import queues


@contextmanager
def page(status: int, body: Any) -> Iterator[int]:
    """A server that answers every GET like this; its port."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Not to the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def parts(*, database: bool, temporal: bool) -> dict[str, Any]:
    up = {"database": database, "temporal": temporal, "worker": False}
    return {name: {"ok": ok, "detail": "" if ok else "away"} for name, ok in up.items()}


@pytest.mark.parametrize(("database", "temporal"), [(True, True), (True, False), (False, True)])
def test_an_api_that_can_take_messages_is_healthy(*, database: bool, temporal: bool) -> None:
    with page(503, parts(database=database, temporal=temporal)) as port:
        assert api_health.complaint(port) is None


def test_an_api_that_can_only_refuse_is_not() -> None:
    with page(503, parts(database=False, temporal=False)) as port:
        assert api_health.complaint(port) == "database: away; temporal: away"


@pytest.mark.parametrize("body", [[], {}, {"database": None}, "fine"])
def test_what_is_not_our_page_is_not_healthy(body: Any) -> None:
    with page(200, body) as port:
        assert "GET /health" in str(api_health.complaint(port))


def test_an_api_that_does_not_answer_is_not_healthy() -> None:
    assert "ConnectionRefusedError" in str(api_health.complaint(free_port()))


@workflow.defn(sandboxed=False)
class Idle:
    @workflow.run
    async def run(self) -> None:
        """Nothing."""


async def test_a_worker_is_healthy_while_this_host_asks_for_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = socket.gethostname()
    async with TemporalDevServer(tmp_path / "temporal") as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
        monkeypatch.setenv("TEMPORAL_NAMESPACE", "default")
        assert "has asked pytake for work lately" in str(await worker_health.complaint(here))
        client = await Client.connect(server.address)
        async with Worker(client, task_queue=queues.CONVERSATIONS, workflows=[Idle]):

            async def healthy() -> bool | None:
                return await worker_health.complaint(here) is None or None

            await eventually(healthy, "the worker is seen", 10)
            assert "another" in str(await worker_health.complaint("another"))
    assert "Temporal: " in str(await worker_health.complaint(here))
