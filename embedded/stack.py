"""The stack: services brought up in the order of their needs, watched, and taken down the other way round."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event

from embedded.errors import Interrupted, ProcessFailed
from embedded.ports import Port
from embedded.process import Child
from embedded.record import RecordFile
from embedded.server import PATIENCE, failed, wait_until_healthy

_WATCH_SECONDS = 0.25


@dataclass(frozen=True)
class Service:
    """One thing that runs on this machine, and how to tell that it does."""

    name: str
    """Also the name of its log."""
    title: str
    launch: Callable[[], Child]
    probe: Callable[[], str | None] = lambda: None
    """None when it is healthy, else what is missing. Not asked of what runs once."""
    settle: Callable[[], None] = lambda: None
    """Done once it is healthy, before what comes after it starts."""
    after: tuple[str, ...] = ()
    """Names of services that must be healthy before this one is launched."""
    once: bool = False
    """It has done its work when it ends with code 0."""
    ports: tuple[Port, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    """What a person may open: (what, address)."""
    patience: float = PATIENCE


@dataclass(frozen=True)
class Plan:
    """Everything that runs, and what is used but runs elsewhere."""

    state_dir: Path
    services: tuple[Service, ...]
    external: tuple[tuple[str, str], ...] = ()
    """(title, address without password) of servers that are not ours to start."""

    @property
    def ports(self) -> list[Port]:
        return [port for service in self.services for port in service.ports]

    @property
    def lasting(self) -> list[Service]:
        return [service for service in self.services if not service.once]

    @property
    def logs(self) -> Path:
        return self.state_dir / "logs"


class State(StrEnum):
    """How far a service has come."""

    WAITING = "waiting"
    STARTING = "starting"
    HEALTHY = "healthy"
    FAILED = "failed"


@dataclass
class Step:
    """One service on its way up."""

    service: Service
    state: State = State.WAITING
    began: float = 0.0
    """On the monotonic clock."""
    took: float = 0.0
    up: Event = field(default_factory=Event)


class Stack:
    """The processes of one plan, in our hands."""

    def __init__(
        self,
        services: Sequence[Service],
        record: RecordFile,
        on_change: Callable[[Step], None] = lambda _step: None,
    ) -> None:
        self.steps = [Step(service) for service in services]
        self._by_name = {step.service.name: step for step in self.steps}
        self._record = record
        self._on_change = on_change
        self._children: dict[str, Child] = {}

    def start(self, stopping: Event) -> None:
        """Return when all are healthy. Raises the first `StackError`; what has started is left to `stop`."""
        with ThreadPoolExecutor(len(self.steps)) as pool:
            futures = [pool.submit(self._bring_up, step, stopping) for step in self.steps]
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            first = _first_error(done)
            if first is not None:
                stopping.set()  # the others give up
        if first is not None:
            raise first

    def watch(self, stopping: Event) -> None:
        """Return when told to stop. Raises `ProcessFailed` when a child ends by itself."""
        while not stopping.wait(_WATCH_SECONDS):
            for child in self._children.values():
                if child.exit_code is not None:
                    raise failed(child)

    def stop(self, on_stop: Callable[[Service], None] = lambda _service: None) -> None:
        """End every child, in the opposite order of the plan."""
        for step in reversed(self.steps):
            child = self._children.get(step.service.name)
            if child is not None and child.exit_code is None:
                on_stop(step.service)
                child.stop()
        self._children.clear()

    def _bring_up(self, step: Step, stopping: Event) -> None:
        service = step.service
        for name in service.after:
            _wait_for(self._by_name[name].up, stopping)
        if stopping.is_set():
            raise Interrupted("Interrupted.")
        self._move(step, State.STARTING)
        try:
            self._launch(service, stopping)
        except BaseException:
            self._move(step, State.FAILED)
            raise
        self._move(step, State.HEALTHY)
        step.up.set()

    def _launch(self, service: Service, stopping: Event) -> None:
        child = service.launch()
        self._children[service.name] = child
        self._record.add(child.tracked)
        if service.once:
            _wait_for_end(child, service, stopping)
            del self._children[service.name]
        else:
            wait_until_healthy(child, service.probe, service.patience, stopping.is_set)
        service.settle()

    def _move(self, step: Step, state: State) -> None:
        now = time.monotonic()
        if state is State.STARTING:
            step.began = now
        step.took = now - step.began
        step.state = state
        self._on_change(step)


def _first_error(done: "set[Future[None]]") -> BaseException | None:
    """Why we stop, rather than that somebody else stopped for it."""
    errors = [error for future in done if (error := future.exception()) is not None]
    errors.sort(key=lambda error: isinstance(error, Interrupted))
    return errors[0] if errors else None


def _wait_for(up: Event, stopping: Event) -> None:
    while not up.wait(0.05):
        if stopping.is_set():
            raise Interrupted("Interrupted.")


def _wait_for_end(child: Child, service: Service, stopping: Event) -> None:
    deadline = time.monotonic() + service.patience
    while child.exit_code is None:
        if stopping.wait(0.05):
            raise Interrupted("Interrupted.")
        if time.monotonic() > deadline:
            message = f"{child.name} has not ended after {service.patience:g} s"
            raise ProcessFailed(f"{message}. Its log: {child.log}", child.log_tail())
    if child.exit_code != 0:
        raise failed(child)


@contextmanager
def until_signalled(stopping: Event) -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and a closed terminal only set the event. For the main thread."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stopping.set()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
