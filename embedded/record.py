"""What runs from this state folder, in `stack.json`: so that another process can find it, and end exactly that."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import psutil
from pydantic import ValidationError

from domain.value import Value
from embedded.errors import AlreadyRunning
from embedded.process import Tracked, end, wait_until

_LOCK_SECONDS = 1.0
_SUPERVISOR_GRACE = 90.0
"""Seconds that a supervisor may take to stop all of its children, one after the other."""


class Running(Value):
    """A stack: who watches it, whether it is up, and its processes in the order they started."""

    supervisor: Tracked
    ready: bool = False
    children: tuple[Tracked, ...] = ()


class RecordFile:
    """`stack.json` of one state folder, and the lock that lets one supervisor at a time own it."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "stack.json"
        self._lock_path = state_dir / "stack.lock"
        self._writing = Lock()  # services start in threads

    def read(self) -> Running | None:
        try:
            return Running.model_validate_json(self.path.read_text())
        except (FileNotFoundError, ValidationError):
            return None  # a record we cannot read names nobody we may end

    def supervised(self) -> Running | None:
        """The record, if its supervisor lives."""
        running = self.read()
        return running if running is not None and running.supervisor.find() else None

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Own the state folder until the end of the block, or of the process. Raises `AlreadyRunning`."""
        self._lock_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock_path.open("w") as lock:
            if not wait_until(lambda: _locks(lock.fileno()), _LOCK_SECONDS):
                raise AlreadyRunning("PyTake is running already.")
            yield

    def begin(self) -> None:
        """Say that we are the supervisor, of nothing yet."""
        own = psutil.Process()
        supervisor = Tracked(
            name="supervisor", pid=own.pid, created=own.create_time(), grace=_SUPERVISOR_GRACE
        )
        self._write(Running(supervisor=supervisor))

    def add(self, child: Tracked) -> None:
        self._change(lambda now: now.model_copy(update={"children": (*now.children, child)}))

    def ready(self) -> None:
        self._change(lambda now: now.model_copy(update={"ready": True}))

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End what a supervisor that was killed left behind, last started first; their names."""
        running = self.read()
        if running is None:
            return []
        ended = [child.name for child in reversed(running.children) if end(child)]
        self.clear()
        return ended

    def _change(self, change: Callable[[Running], Running]) -> None:
        with self._writing:
            now = self.read()
            if now is not None:
                self._replace(change(now))

    def _write(self, running: Running) -> None:
        with self._writing:
            self._replace(running)

    def _replace(self, running: Running) -> None:
        whole = self.path.with_suffix(".new")
        whole.write_text(running.model_dump_json(indent=2))
        whole.replace(self.path)


def _locks(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
