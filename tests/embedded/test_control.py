"""`up`, `down` and `status` as real processes: signals, leftovers, detaching."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from embedded.health import http_ok
from embedded.ports import LOOPBACK, free_port
from embedded.process import end, is_alive, wait_until
from embedded.record import RecordFile, Running
from tests.embedded import fake_stack


class Commands:
    """The commands of one state folder, each as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = free_port(), free_port()
        self.record = RecordFile(folder)
        self.started: list[subprocess.Popen[str]] = []

    def start(self, command: str, flavour: str = "good") -> "subprocess.Popen[str]":
        ports = map(str, self.ports)
        process = subprocess.Popen(  # noqa: S603  our own script
            [sys.executable, fake_stack.__file__, command, str(self.folder), *ports, flavour],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=dict(os.environ) | {"COLUMNS": "120"},
        )
        self.started.append(process)
        return process

    def run(self, command: str, flavour: str = "good") -> tuple[int, str]:
        process = self.start(command, flavour)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def up(self, flavour: str = "good") -> "subprocess.Popen[str]":
        process = self.start("up", flavour)
        assert wait_until(lambda: self.is_ready(process.pid), 30), process.poll()
        return process

    def is_ready(self, pid: int) -> bool:
        running = self.record.read()
        return running is not None and running.ready and running.supervisor.pid == pid

    def running(self) -> Running:
        found = self.record.read()
        assert found is not None
        return found

    def healthy(self) -> list[bool]:
        return [http_ok(LOOPBACK, port) is None for port in self.ports]

    def status(self) -> tuple[int, dict[str, Any]]:
        code, said = self.run("status")
        return code, json.loads(said)

    def close(self) -> None:
        """Whatever a failed test left."""
        running = self.record.read()
        if running is not None:
            end(running.supervisor, hard=True)
        self.record.end_leftovers()
        for process in self.started:
            process.kill()
            process.communicate()


@pytest.fixture
def commands(folder: Path) -> Iterator[Commands]:
    made = Commands(folder)
    yield made
    made.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_with_code_0(commands: Commands, number: int) -> None:
    up = commands.up()
    assert commands.healthy() == [True, True]
    up.send_signal(number)
    said, _ = up.communicate(timeout=30)
    assert up.returncode == 0
    assert commands.healthy() == [False, False]
    assert not commands.record.path.exists()
    assert said.index("✓ Base") < said.index("✓ Once") < said.index("✓ App")
    assert f"http://127.0.0.1:{commands.ports[1]}" in said
    assert "ana@example.com" in said
    assert "curl /hello" in said
    assert said.index("Stopping App") < said.index("Stopping Base")


def test_a_busy_port_is_one_line_and_code_1(commands: Commands) -> None:
    with socket.create_server((LOOPBACK, commands.ports[1])):
        code, said = commands.run("up")
    assert code == 1
    assert said == (
        f"✗ Port {commands.ports[1]} is busy (App). "
        "Stop the program that uses it or set FAKE_APP_PORT.\n"
    )


def test_a_child_that_dies_at_start_takes_the_others_along(commands: Commands) -> None:
    code, said = commands.run("up", "app-dies")
    assert code == 1
    assert "✗ app ended with code 7" in said
    assert "    cannot find the moon\n" in said
    assert "Traceback" not in said
    assert commands.healthy() == [False, False]


def test_a_child_that_dies_later_takes_the_others_along(commands: Commands) -> None:
    up = commands.up()
    process = commands.running().children[0].find()
    assert process is not None
    process.kill()
    said, _ = up.communicate(timeout=30)
    assert up.returncode == 1
    assert "✗ base was ended by signal 9" in said
    assert "    serving\n" in said
    assert commands.healthy() == [False, False]


def test_a_second_up_says_that_one_runs(commands: Commands) -> None:
    commands.up()
    for command in ("up", "detach"):
        code, said = commands.run(command)
        assert code == 1
        assert "running already" in said
        assert f"http://127.0.0.1:{commands.ports[0]}" in said
    assert commands.healthy() == [True, True]


def test_what_a_killed_supervisor_left_is_stopped_by_the_next(commands: Commands) -> None:
    first = commands.up()
    left = commands.running().children
    first.kill()
    first.wait()
    assert commands.healthy() == [True, True]
    second = commands.up()
    assert commands.healthy() == [True, True]
    assert [child.find() for child in left] == [None, None, None]
    second.terminate()
    said, _ = second.communicate(timeout=30)
    assert "Stopped app, left by a run that was killed." in said


def test_detach_returns_when_healthy_and_down_stops_it(commands: Commands) -> None:
    code, said = commands.run("detach")
    assert code == 0
    assert "✓ App" in said
    assert f"http://127.0.0.1:{commands.ports[1]}" in said
    assert commands.healthy() == [True, True]
    code, status = commands.status()
    assert code == 0
    assert status["running"] is True
    assert [(each["name"], each["state"]) for each in status["services"]] == [
        ("base", "healthy"),
        ("app", "healthy"),
    ]
    assert all(psutil.pid_exists(each["pid"]) for each in status["services"])

    code, said = commands.run("down")
    assert (code, "PyTake is stopped" in said) == (0, True)
    assert commands.healthy() == [False, False]


def test_detach_shows_why_it_failed(commands: Commands) -> None:
    code, said = commands.run("detach", "once-dies")
    assert code == 1
    assert "✗ once ended with code 7" in said
    assert commands.healthy() == [False, False]


def test_nothing_runs(commands: Commands) -> None:
    assert commands.run("down") == (0, "Nothing is running.\n")
    code, status = commands.status()
    assert code == 3
    assert status["running"] is False
    assert [each["state"] for each in status["services"]] == ["stopped", "stopped"]
    assert sorted(path.name for path in commands.folder.iterdir()) == ["health"]


def test_a_service_that_hangs_is_unhealthy(commands: Commands) -> None:
    commands.up()
    process = commands.running().children[0].find()
    assert process is not None
    process.suspend()
    code, status = commands.status()
    assert code == 1
    assert [each["state"] for each in status["services"]] == ["unhealthy", "healthy"]
    process.resume()


def test_down_ends_its_own_and_nothing_else(commands: Commands) -> None:
    commands.up("app-breeds")
    app = psutil.Process(commands.running().children[-1].pid)
    (grandchild,) = app.children()
    bystander = fake_stack.child(commands.folder, "bystander", fake_stack.HANGS)
    # A record whose pid has gone to somebody else since.
    stranger = bystander.tracked.model_copy(update={"created": 1.0})
    commands.record.add(stranger)
    try:
        assert commands.run("down")[0] == 0
        assert commands.healthy() == [False, False]
        assert not is_alive(grandchild)
        assert bystander.exit_code is None
    finally:
        bystander.kill()


def test_down_ends_what_a_killed_supervisor_left(commands: Commands) -> None:
    up = commands.up()
    up.kill()
    up.wait()
    code, said = commands.run("down")
    assert code == 0
    assert "Stopped app, left by a run that was killed." in said
    assert commands.healthy() == [False, False]
