"""Processes of ours: started in a session of their own, known by pid and creation time, ended with all below them."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from domain.value import Value
from embedded.unprivileged import Account

LOG_LIMIT = 10 * 1024 * 1024
"""Bytes: a log that is larger when its process starts begins anew."""
TAIL_BYTES = 16 * 1024
# The kernel counts from boot, and its idea of when that was moves by a second with the clock.
_SAME_MOMENT = 2.0
_POLL = 0.02
_KILL_SECONDS = 10.0


class Tracked(Value):
    """A process that outlives our memory of it: its pid alone could be somebody else's by now."""

    name: str
    pid: int
    created: float
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0
    """Seconds between the polite signal and SIGKILL."""

    def find(self) -> psutil.Process | None:
        """The very process that was started, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _SAME_MOMENT
        except psutil.NoSuchProcess:
            return None
        return process if same and is_alive(process) else None


@dataclass(frozen=True)
class Command:
    """How to start a process."""

    name: str
    argv: Sequence[str]
    log: Path
    env: dict[str, str] = field(repr=False)
    folder: Path | None = None
    """Where it runs; None: where we do."""
    account: Account | None = None
    """As whom it runs; None: as ourselves."""
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0


class Child:
    """A process we started and must end."""

    def __init__(self, command: Command) -> None:
        self.log = command.log
        self._log_begins, self._popen = _spawn(command)
        self.tracked = Tracked(
            name=command.name,
            pid=self._popen.pid,
            # A child that is already gone is still ours to wait for, so its pid cannot be taken yet.
            created=psutil.Process(self._popen.pid).create_time(),
            stop_signal=command.stop_signal,
            grace=command.grace,
        )

    @property
    def name(self) -> str:
        return self.tracked.name

    @property
    def pid(self) -> int:
        return self.tracked.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when one ended it."""
        return self._popen.poll()

    def stop(self) -> None:
        """Ask, wait, then kill; everything below it too. Does nothing when it has ended."""
        self._end(hard=False)

    def kill(self) -> None:
        """SIGKILL, it and everything below it, as a crash would."""
        self._end(hard=True)

    def log_tail(self, lines: int = 8) -> list[str]:
        """The last lines it wrote since this start."""
        with self.log.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(self._log_begins, end - TAIL_BYTES))
            text = file.read().decode(errors="replace")
        return [line for line in text.splitlines() if line.strip()][-lines:]

    def _end(self, *, hard: bool) -> None:
        if self._popen.poll() is None:
            end(self.tracked, hard=hard)
        self._popen.wait(_KILL_SECONDS)


def _spawn(command: Command) -> tuple[int, "subprocess.Popen[bytes]"]:
    command.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    too_large = command.log.exists() and command.log.stat().st_size > LOG_LIMIT
    account = command.account
    with command.log.open("wb" if too_large else "ab") as log:
        begins = log.seek(0, 2)
        popen = subprocess.Popen(  # noqa: S603  the arguments are ours
            list(command.argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=command.folder,
            env=command.env,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,  # what customers wrote is nobody else's to read on this machine
            start_new_session=True,  # the terminal's Ctrl-C is for us alone: we stop them, in order
        )
    return begins, popen


def end(tracked: Tracked, *, hard: bool = False) -> bool:
    """End exactly this process and all below it; False when it was gone already."""
    process = tracked.find()
    if process is None:
        return False
    family = [process, *_descendants(process)]
    if not hard:
        _send(process, tracked.stop_signal)
        wait_until(lambda: not is_alive(process), tracked.grace)
        family += _descendants(process)
    for each in family:
        _send(each, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, family)), _KILL_SECONDS)
    return True


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs. A zombie does not: under a container's init it may never be collected."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _descendants(process: psutil.Process) -> Iterable[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _send(process: psutil.Process, number: int) -> None:
    # psutil compares the creation time first, so a pid that was given away is left alone.
    if is_alive(process):
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
