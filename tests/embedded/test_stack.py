"""Bringing services up in order, and down again whatever happened on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer

import pytest

from embedded.errors import Interrupted, ProcessFailed
from embedded.health import http_ok
from embedded.ports import LOOPBACK, free_port
from embedded.process import Tracked
from embedded.record import RecordFile
from embedded.stack import Plan, Stack, State, Step
from tests.embedded.fake_stack import plan


@contextmanager
def stack_of(made: Plan, changes: list[str] | None = None) -> Iterator[Stack]:
    """Whatever the test does to it, nothing is left running."""
    record = RecordFile(made.state_dir)
    record.begin()

    def note(step: Step) -> None:
        if changes is not None:
            changes.append(f"{step.service.name} {step.state}")

    stack = Stack(made.services, record, note)
    try:
        yield stack
    finally:
        stack.stop()


def children(folder: Path) -> tuple[Tracked, ...]:
    running = RecordFile(folder).read()
    return running.children if running is not None else ()


def test_each_waits_for_what_it_needs(folder: Path) -> None:
    changes: list[str] = []
    with stack_of(plan(folder, free_port(), free_port()), changes) as stack:
        stack.start(Event())
        assert [step.state for step in stack.steps] == [State.HEALTHY] * 3
    assert changes == [
        "base starting",
        "base healthy",
        "once starting",
        "once healthy",
        "app starting",
        "app healthy",
    ]


def test_stopping_goes_backwards_and_ends_all(folder: Path) -> None:
    ports = free_port(), free_port()
    stopped: list[str] = []
    with stack_of(plan(folder, *ports)) as stack:
        stack.start(Event())
        assert [http_ok(LOOPBACK, port) for port in ports] == [None, None]
        stack.stop(lambda service: stopped.append(service.name))
    assert stopped == ["app", "base"]
    assert [child.find() for child in children(folder)] == [None, None, None]


@pytest.mark.parametrize(("flavour", "culprit"), [("app-dies", "app"), ("once-dies", "once")])
def test_a_child_that_dies_at_start_is_named_with_its_last_words(
    folder: Path, flavour: str, culprit: str
) -> None:
    with stack_of(plan(folder, free_port(), free_port(), flavour)) as stack:
        with pytest.raises(ProcessFailed) as caught:
            stack.start(Event())
        assert str(caught.value).startswith(f"{culprit} ended with code 7. Its log: ")
        assert caught.value.tail == ["cannot find the moon"]
    assert all(child.find() is None for child in children(folder))


def test_one_that_never_becomes_healthy_is_given_up(folder: Path) -> None:
    made = plan(folder, free_port(), free_port(), "app-hangs")
    impatient = tuple(replace(service, patience=0.3) for service in made.services[2:])
    with (
        stack_of(replace(made, services=made.services[:2] + impatient)) as stack,
        pytest.raises(ProcessFailed, match=r"app is not healthy after 0\.3 s: it accepts no conn"),
    ):
        stack.start(Event())


def test_another_program_that_answers_in_place_of_a_dead_child_fools_nobody(folder: Path) -> None:
    made = plan(folder, free_port(), free_port(), "app-dies")
    base, once, app = made.services
    fooled = replace(app, probe=lambda: None if children(folder)[-1].find() is None else "not yet")
    with (
        stack_of(replace(made, services=(base, once, fooled))) as stack,
        pytest.raises(ProcessFailed, match="app ended with code 7"),
    ):
        stack.start(Event())


def test_an_interruption_ends_the_wait(folder: Path) -> None:
    stopping = Event()
    with stack_of(plan(folder, free_port(), free_port(), "app-hangs")) as stack:
        timer = Timer(0.5, stopping.set)
        timer.start()
        with pytest.raises(Interrupted):
            stack.start(stopping)
        timer.join()


def test_a_child_that_dies_later_is_noticed(folder: Path) -> None:
    with stack_of(plan(folder, free_port(), free_port())) as stack:
        stack.start(Event())
        process = children(folder)[0].find()
        assert process is not None
        process.kill()
        with pytest.raises(ProcessFailed, match="base was ended by signal 9"):
            stack.watch(Event())


def test_watching_ends_when_told(folder: Path) -> None:
    stopping = Event()
    stopping.set()
    with stack_of(plan(folder, free_port(), free_port())) as stack:
        stack.start(Event())
        stack.watch(stopping)
        assert len(stack.steps) == 3
