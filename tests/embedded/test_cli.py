"""The three commands on the real plan, as far as they go with nothing running."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import settings
from cli.up import register
from embedded.ports import LOOPBACK, free_port

PORTS = ("PORT", "POSTGRES_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT", "SIMULATOR_PORT")


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    monkeypatch.setenv("PYTAKE_STATE_DIR", str(folder / "state"))
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    for name in PORTS:
        monkeypatch.setenv(f"PYTAKE_{name}", str(free_port()))
    settings.load.cache_clear()
    made = typer.Typer()
    register(made)
    yield made
    settings.load.cache_clear()


def test_down_and_status_with_nothing_running(app: typer.Typer, folder: Path) -> None:
    done = CliRunner().invoke(app, ["down"])
    assert (done.exit_code, done.output) == (0, "Nothing is running.\n")
    shown = CliRunner().invoke(app, ["status"])
    assert (shown.exit_code, shown.output) == (3, "PyTake is not running.\n")
    told = CliRunner().invoke(app, ["status", "--json"])
    assert told.exit_code == 3
    services = json.loads(told.output)["services"]
    names = ["postgres", "temporal", "simulator", "worker", "api"]
    assert [each["name"] for each in services] == names
    assert not (folder / "state").exists()


def test_up_names_the_busy_port_and_its_variable(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        number = taken.getsockname()[1]
        monkeypatch.setenv("PYTAKE_PORT", str(number))
        done = CliRunner().invoke(app, ["up"])
    assert done.exit_code == 1
    assert done.output == (
        f"✗ Port {number} is busy (API). Stop the program that uses it or set PYTAKE_PORT.\n"
    )
