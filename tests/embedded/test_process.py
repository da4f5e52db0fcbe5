"""Processes: ended with all below them, and only if they are the very ones we started."""

import signal
import sys
from pathlib import Path

import psutil

from embedded.process import LOG_LIMIT, Child, Command, end, is_alive, wait_until
from tests.embedded.fake_stack import BREEDS, child

DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); signal.pause()"
)
SLEEPS = "import signal; print('up', flush=True); signal.pause()"


def said_something(started: Child) -> bool:
    return bool(started.log_tail())


def test_a_polite_stop_is_enough_for_most(folder: Path) -> None:
    started = child(folder, "sleeper", SLEEPS)
    assert wait_until(lambda: said_something(started), 10)
    started.stop()
    assert started.exit_code == -signal.SIGTERM
    assert started.tracked.find() is None


def test_what_ignores_the_signal_is_killed(folder: Path) -> None:
    started = child(folder, "deaf", DEAF, grace=0.2)
    assert wait_until(lambda: said_something(started), 10)
    started.stop()
    assert started.exit_code == -signal.SIGKILL


def test_a_stopped_process_takes_its_children_along(folder: Path) -> None:
    started = child(folder, "parent", BREEDS, "0")
    process = psutil.Process(started.pid)
    assert wait_until(lambda: bool(process.children()), 10)
    (below,) = process.children()
    started.stop()
    assert not is_alive(below)


def test_stop_twice_is_stop_once(folder: Path) -> None:
    started = child(folder, "sleeper", SLEEPS)
    started.kill()
    started.stop()
    assert started.exit_code == -signal.SIGKILL


def test_a_pid_that_was_given_to_another_is_left_alone(folder: Path) -> None:
    started = child(folder, "innocent", SLEEPS)
    namesake = started.tracked.model_copy(update={"created": started.tracked.created - 60})
    assert namesake.find() is None
    assert end(namesake) is False
    assert started.exit_code is None
    started.kill()


def test_the_tail_is_of_this_start_only(folder: Path) -> None:
    first = child(folder, "talker", "print('first life')")
    assert wait_until(lambda: first.exit_code is not None, 10)
    second = child(folder, "talker", "print('second life')")
    assert wait_until(lambda: second.exit_code is not None, 10)
    assert second.log_tail() == ["second life"]
    assert "first life" in second.log.read_text()


def test_a_log_that_grew_too_large_begins_anew(folder: Path) -> None:
    log = folder / "logs" / "talker.log"
    log.parent.mkdir()
    log.write_bytes(b"x" * (LOG_LIMIT + 1))
    started = child(folder, "talker", "print('small again')")
    assert wait_until(lambda: started.exit_code is not None, 10)
    assert log.read_text() == "small again\n"


def test_a_child_has_a_session_of_its_own(folder: Path) -> None:
    """So that Ctrl-C in the terminal reaches us alone."""
    script = "import os; print(os.getsid(0) == os.getpid())"
    started = child(folder, "leader", script)
    assert wait_until(lambda: started.exit_code is not None, 10)
    assert started.log_tail() == ["True"]


def test_its_environment_is_not_shown(folder: Path) -> None:
    command = Command(
        name="x", argv=[sys.executable], log=folder / "x.log", env={"SECRET": "hunter2"}
    )
    assert "hunter2" not in repr(command)
