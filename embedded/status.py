"""Whether the services of a plan run and are healthy, for people and for programs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from pydantic import Field
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.value import Value
from embedded.record import RecordFile, Running
from embedded.stack import Plan, Service

HEALTHY, UNHEALTHY, NOT_RUNNING = 0, 1, 3
Health = Literal["healthy", "unhealthy", "starting", "stopped", "external"]
_STYLES = {"healthy": "green", "unhealthy": "red", "starting": "yellow"}


class ServiceStatus(Value):
    """One service at this moment."""

    name: str
    title: str
    state: Health
    pid: int | None = None
    missing: str | None = None
    """Why it is not healthy."""
    where: dict[str, str] = Field(default_factory=dict)
    """What may be opened: what -> address."""


class StackStatus(Value):
    """The whole stack at this moment: what `status --json` prints."""

    running: bool
    services: list[ServiceStatus]


def look(plan: Plan) -> StackStatus:
    """Ask every service, all at once."""
    record = RecordFile(plan.state_dir)
    running = record.read()
    with ThreadPoolExecutor(len(plan.lasting) or 1) as pool:
        services = list(pool.map(lambda service: _look_at(service, running), plan.lasting))
    services += [
        ServiceStatus(name=title.lower(), title=title, state="external", where={title: address})
        for title, address in plan.external
    ]
    return StackStatus(running=record.supervised() is not None, services=services)


def _look_at(service: Service, running: Running | None) -> ServiceStatus:
    children = running.children if running is not None else ()
    child = next((each for each in children if each.name == service.name), None)
    alive = child is not None and child.find() is not None
    missing = service.probe() if alive else None
    state: Health = "stopped"
    if alive:
        state = "healthy" if missing is None else "unhealthy"
    if (
        running is not None
        and not running.ready
        and running.supervisor.find()
        and state != "healthy"
    ):
        state = "starting"
    return ServiceStatus(
        name=service.name,
        title=service.title,
        state=state,
        pid=child.pid if child is not None and alive else None,
        missing=missing,
        where=dict(service.where),
    )


def status(plan: Plan, console: Console, *, as_json: bool) -> int:
    """0 when all is healthy, 3 when nothing runs, 1 in between."""
    found = look(plan)
    if as_json:
        text = found.model_dump_json(indent=2)
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        console.print(_table(found) if found.running else "PyTake is not running.")
    if not found.running:
        return NOT_RUNNING
    well = all(each.state in {"healthy", "external"} for each in found.services)
    return HEALTHY if well else UNHEALTHY


def _table(found: StackStatus) -> Table:
    table = Table("service", "state", "pid", "where")
    for each in found.services:
        table.add_row(
            each.title,
            Text(each.state, style=_STYLES.get(each.state, "dim")),
            str(each.pid or ""),
            Text(each.missing or ", ".join(each.where.values())),
        )
    return table
