"""What PostgreSQL and Temporal have in common: a child that is launched, probed, settled, stopped or killed."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Self

from embedded.errors import Interrupted, ProcessFailed
from embedded.process import Child

PATIENCE = 60.0
"""Seconds until a process that has not become healthy is given up."""
_POLL = 0.05


class Server(ABC):
    """A server on this machine with data of its own. `start` after `stop` or `kill` finds the same data.

    Use it with `with` or `async with`; inside one, `kill` and `start` may be called at will.
    """

    child: Child | None = None

    @abstractmethod
    def launch(self) -> Child:
        """Start the process; it need not be ready."""

    @abstractmethod
    def probe(self) -> str | None:
        """None when it serves, else what is missing."""

    @abstractmethod
    def settle(self) -> None:
        """What must be done once it serves and before anyone uses it."""

    def start(self) -> None:
        """Return when it can be used. Raises `StackError`."""
        self.child = self.launch()
        try:
            wait_until_healthy(self.child, self.probe)
            self.settle()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
            self.child = None

    def kill(self) -> None:
        """SIGKILL the whole tree, as a crash of the machine would."""
        if self.child is not None:
            self.child.kill()
            self.child = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)


def wait_until_healthy(
    child: Child,
    probe: Callable[[], str | None],
    patience: float = PATIENCE,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Return when the probe is content and the child lives. Raises `ProcessFailed` or `Interrupted`."""
    deadline = time.monotonic() + patience
    while True:
        missing = probe()
        if child.exit_code is not None:  # checked last: another program may answer in its place
            raise failed(child)
        if missing is None:
            return
        if stopping():
            raise Interrupted(f"Interrupted while {child.name} was starting.")
        if time.monotonic() > deadline:
            message = f"{child.name} is not healthy after {patience:g} s: {missing}."
            raise ProcessFailed(f"{message} Its log: {child.log}", child.log_tail())
        time.sleep(_POLL)


def failed(child: Child) -> ProcessFailed:
    code = child.exit_code or 0
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return ProcessFailed(f"{child.name} {how}. Its log: {child.log}", child.log_tail())
