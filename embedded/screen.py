"""What the person at the keyboard sees: steps with their times, then one table of what runs where."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from embedded.banner import Banner
from embedded.errors import ProcessFailed, StackError
from embedded.stack import Plan, Service, State, Step

_MARKS = {
    State.WAITING: Text("·", style="dim"),
    State.HEALTHY: Text("✓", style="green"),
    State.FAILED: Text("✗", style="red"),
}


class Screen:
    """A console that may be a terminal, a file, or gone: losing it must never keep us from stopping children."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, text: str, style: str = "") -> None:
        with suppress(OSError):
            self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def error(self, error: StackError) -> None:
        self.line(f"✗ {error}", style="red")
        if isinstance(error, ProcessFailed):
            for line in error.tail:
                self.line(f"    {line}", style="dim")

    @contextmanager
    def progress(self, steps: Sequence[Step]) -> Iterator[None]:
        """A live list on a terminal; elsewhere `changed` prints a line for each."""
        if not self.console.is_terminal:
            yield
            return
        spinners = {step.service.name: Spinner("dots", style="cyan") for step in steps}
        with Live(
            get_renderable=lambda: _list(steps, spinners),
            console=self.console,
            refresh_per_second=10,
        ):
            yield

    def changed(self, step: Step) -> None:
        if not self.console.is_terminal and step.state is State.HEALTHY:
            self.line(f"✓ {step.service.title} ({step.took:.1f} s)")

    def stopping(self, service: Service) -> None:
        self.line(f"Stopping {service.title}")

    def summary(self, plan: Plan, banner: Banner) -> None:
        """What runs where, who may log in, what to try."""
        self.places(plan)
        if banner.logins:
            self._table(_logins(banner))
        for line in banner.try_lines:
            self.line(line)
        self.line("Ctrl-C or `pytake down` stops everything.", style="dim")

    def places(self, plan: Plan) -> None:
        self._table(_places(plan))

    def _table(self, table: Table) -> None:
        with suppress(OSError):
            self.console.print(table)


def _list(steps: Sequence[Step], spinners: dict[str, Spinner]) -> RenderableType:
    return Group(*(_row(step, spinners[step.service.name]) for step in steps))


def _row(step: Step, spinner: Spinner) -> RenderableType:
    starting = step.state is State.STARTING
    took = time.monotonic() - step.began if starting else step.took
    row = Table.grid(padding=(0, 1))
    row.add_row(
        spinner if starting else _MARKS[step.state],
        step.service.title,
        Text(f"{took:.1f} s" if step.state is not State.WAITING else "", style="dim"),
    )
    return row


def _places(plan: Plan) -> Table:
    table = Table(title="PyTake runs", title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for service in plan.services:
        for what, address in service.where:
            table.add_row(what, Text(address))
    for what, address in plan.external:
        table.add_row(what, Text(f"{address} (external)"))
    table.add_row("Logs", Text(str(plan.logs)))
    return table


def _logins(banner: Banner) -> Table:
    table = Table(title="Log in as", title_justify="left")
    for heading in ("who", "e-mail", "password"):
        table.add_column(heading)
    for row in banner.logins:
        table.add_row(*map(Text, row))
    return table
