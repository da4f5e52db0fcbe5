"""What GET /health may say, and how it is read."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typing_extensions import override

from embedded.health import http_names, http_ok
from embedded.ports import LOOPBACK, free_port


class Doctor(BaseHTTPRequestHandler):
    """Answers GET /health with what its server was told to."""

    def do_GET(self) -> None:
        status, body = self.server.answer  # type: ignore[attr-defined]  # set by the fixture
        self.send_response(status if self.path == "/health" else 404)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Clinic:
    """A server whose health the test decides."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.port = server.server_port

    def says(self, status: int, body: object) -> None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._server.answer = (status, text)  # type: ignore[attr-defined]  # read by Doctor


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    with ThreadingHTTPServer((LOOPBACK, 0), Doctor) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Clinic(server)
        server.shutdown()
        thread.join()


def test_200_is_healthy_and_nothing_else(clinic: Clinic) -> None:
    clinic.says(200, {"status": "ok"})
    assert http_ok(LOOPBACK, clinic.port) is None
    clinic.says(503, {"status": "degraded"})
    assert http_ok(LOOPBACK, clinic.port) == "GET /health answers 503"


def test_nobody_there() -> None:
    port = free_port()
    assert http_ok(LOOPBACK, port) == "it accepts no connections"
    assert http_names(LOOPBACK, port, "worker") == "the API that watches it accepts no connections"


def test_a_part_may_be_well_while_the_whole_is_not(clinic: Clinic) -> None:
    clinic.says(
        503,
        {
            "ok": False,
            "worker": {"ok": True, "detail": ""},
            "database": {"ok": False, "detail": "connection refused"},
            "temporal": {"ok": False, "detail": ""},
        },
    )
    assert http_names(LOOPBACK, clinic.port, "worker") is None
    assert http_names(LOOPBACK, clinic.port, "database") == "database: connection refused"
    assert http_names(LOOPBACK, clinic.port, "temporal") == "temporal: not ok"


@pytest.mark.parametrize("body", [{}, {"worker": "ok"}, [], b"<html>", b""])
def test_a_part_that_is_not_named_is_not_well(clinic: Clinic, body: object) -> None:
    clinic.says(200, body)
    said = http_names(LOOPBACK, clinic.port, "worker")
    assert said == "GET /health says nothing of worker"
