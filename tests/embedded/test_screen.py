"""What is shown: on a terminal, in a file, and when nobody looks any more."""

import io
import time
from pathlib import Path

import pytest
from rich.console import Console
from typing_extensions import override

from embedded.banner import Banner
from embedded.errors import PortBusy, ProcessFailed
from embedded.process import Child
from embedded.screen import Screen
from embedded.stack import Plan, Service, State, Step


def never() -> Child:
    raise AssertionError("nothing is launched here")


def step(title: str, state: State, took: float = 0.0) -> Step:
    service = Service(name=title.lower(), title=title, launch=never)
    return Step(service, state, began=time.monotonic(), took=took)


def drawn(*steps: Step) -> str:
    file = io.StringIO()
    screen = Screen(Console(file=file, force_terminal=True, width=80, color_system=None))
    with screen.progress(steps):
        pass
    return file.getvalue()


def test_a_terminal_shows_every_step_with_its_mark() -> None:
    shown = drawn(
        step("PostgreSQL", State.HEALTHY, 1.24),
        step("Temporal", State.STARTING),
        step("API", State.WAITING),
        step("Worker", State.FAILED, 3.0),
    )
    assert "✓ PostgreSQL 1.2 s" in shown
    assert "Temporal 0.0 s" in shown
    assert "· API" in shown
    assert "✗ Worker 3.0 s" in shown


def test_a_file_gets_one_line_for_each_that_is_healthy() -> None:
    file = io.StringIO()
    screen = Screen(Console(file=file, width=80))
    with screen.progress([]):
        screen.changed(step("PostgreSQL", State.STARTING))
        screen.changed(step("PostgreSQL", State.HEALTHY, 1.24))
    assert file.getvalue() == "✓ PostgreSQL (1.2 s)\n"


def test_the_summary_says_where_who_and_what(tmp_path: Path) -> None:
    file = io.StringIO()
    service = Service("api", "API", never, where=(("API", "http://127.0.0.1:8080"),))
    plan = Plan(tmp_path, (service,), external=(("PostgreSQL", "postgresql://a@db/x"),))
    banner = Banner(
        [("Agent", "ana@example.com", "[secret]")], ["curl -d '[1]' http://…" + "x" * 99]
    )
    Screen(Console(file=file, width=120)).summary(plan, banner)
    shown = file.getvalue()
    for part in (
        "http://127.0.0.1:8080",
        "postgresql://a@db/x (external)",
        "[secret]",
        banner.try_lines[0],
        "pytake down",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (PortBusy("Port 80 is busy [API]."), "✗ Port 80 is busy [API].\n"),
        (ProcessFailed("api ended.", ["[red]", "why"]), "✗ api ended.\n    [red]\n    why\n"),
    ],
)
def test_an_error_is_shown_as_it_is(error: PortBusy | ProcessFailed, shown: str) -> None:
    file = io.StringIO()
    Screen(Console(file=file, width=80)).error(error)
    assert file.getvalue() == shown


class Gone(io.StringIO):
    """A terminal that was closed."""

    @override
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_closed_terminal_stops_nobody(tmp_path: Path) -> None:
    screen = Screen(Console(file=Gone(), width=80))
    screen.line("hello")
    screen.summary(Plan(tmp_path, ()), Banner([("a", "b", "c")], ["d"]))
    assert screen.console.width == 80
