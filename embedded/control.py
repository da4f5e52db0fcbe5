"""`up`, `up --detach` and `down` of one plan. Each returns the exit code of its command."""

import subprocess
import time
from collections.abc import Sequence
from threading import Event
from typing import BinaryIO

from rich.console import Console

import settings
from embedded.banner import Banner
from embedded.errors import AlreadyRunning, Interrupted, StackError
from embedded.ports import check_free
from embedded.process import end
from embedded.record import RecordFile
from embedded.screen import Screen
from embedded.stack import Plan, Stack, until_signalled

OK, FAILED = 0, 1
_POLL = 0.1


def up(plan: Plan, banner: Banner, console: Console) -> int:
    """Run everything until Ctrl-C, SIGTERM or the death of a child."""
    screen, record, stopping = Screen(console), RecordFile(plan.state_dir), Event()
    try:
        with record.exclusive(), until_signalled(stopping):
            for name in record.end_leftovers():
                screen.line(f"Stopped {name}, left by a run that was killed.")
            check_free(plan.ports)
            return _supervise(plan, banner, screen, record, stopping)
    except AlreadyRunning:
        return _running_already(plan, screen)
    except StackError as error:
        screen.error(error)
        return FAILED


def _supervise(
    plan: Plan, banner: Banner, screen: Screen, record: RecordFile, stopping: Event
) -> int:
    record.begin()
    stack = Stack(plan.services, record, screen.changed)
    try:
        with screen.progress(stack.steps):
            stack.start(stopping)
        screen.summary(plan, banner)
        record.ready()
        stack.watch(stopping)
    except Interrupted:
        return OK
    except StackError as error:
        screen.error(error)
        return FAILED
    else:
        return OK
    finally:
        stack.stop(screen.stopping)
        record.clear()


def _running_already(plan: Plan, screen: Screen) -> int:
    screen.line("✗ PyTake is running already; `pytake down` stops it.", style="red")
    screen.places(plan)
    return FAILED


def detach(argv: Sequence[str], plan: Plan, console: Console) -> int:
    """Run `argv`, which must be an `up` of the same plan, behind us; return once everything is healthy.

    What it says goes to `logs/up.log` and, until then, to our console.
    """
    screen, record, stopping = Screen(console), RecordFile(plan.state_dir), Event()
    if record.supervised() is not None:
        return _running_already(plan, screen)
    plan.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = plan.logs / "up.log"
    with log.open("wb") as out, log.open("rb") as said, until_signalled(stopping):
        background = subprocess.Popen(  # noqa: S603  the arguments are ours
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=settings.environment() | {"COLUMNS": str(console.width)},
            start_new_session=True,
        )
        while not _is_ready(record, background.pid):
            _echo(said, screen)
            if background.poll() is not None:
                _echo(said, screen)
                return background.returncode or FAILED
            if stopping.wait(_POLL):
                background.terminate()
        _echo(said, screen)
    return OK


def _is_ready(record: RecordFile, pid: int) -> bool:
    running = record.read()
    return running is not None and running.supervisor.pid == pid and running.ready


def _echo(said: BinaryIO, screen: Screen) -> None:
    text = said.read().decode(errors="replace")
    if text:
        screen.line(text.rstrip("\n"))


def down(plan: Plan, console: Console) -> int:
    """Stop what runs from this state folder, and nothing else."""
    screen, record = Screen(console), RecordFile(plan.state_dir)
    began = time.monotonic()
    running = record.read()
    supervised = running is not None and end(running.supervisor)
    leftovers = record.end_leftovers()  # of a supervisor that was killed, now or before
    if not supervised and not leftovers:
        screen.line("Nothing is running.")
        return OK
    for name in leftovers:
        screen.line(f"Stopped {name}, left by a run that was killed.")
    screen.line(f"PyTake is stopped ({time.monotonic() - began:.1f} s).")
    return OK
