"""What PyTake is made of on one machine: the table that `pytake up` works through."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import settings
from embedded import health, secrets
from embedded.ports import LOOPBACK, Port, url
from embedded.postgres import EmbeddedPostgres
from embedded.process import Child, Command
from embedded.roles import APP
from embedded.stack import Plan, Service
from embedded.temporal import NAMESPACE, TemporalDevServer
from settings import Settings
from workflows.search import ATTRIBUTES


class _Machine:
    """This machine's servers and the environment our processes get."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.state_dir = chosen.state_dir.resolve()
        self.postgres = EmbeddedPostgres(self.state_dir, chosen.postgres_port)
        self.temporal = TemporalDevServer(
            self.state_dir,
            chosen.temporal_port,
            ui_port=chosen.temporal_ui_port,
            search_attributes=ATTRIBUTES,
        )
        self.own_postgres = chosen.database_url is None
        self.own_temporal = not settings.has_external_temporal()

    def python(self, name: str, *arguments: str, grace: float = 10) -> Child:
        """One of our own processes. -P: a folder named `api` where we stand must not stand in for ours."""
        argv = [sys.executable, "-P", *arguments]
        log = self.state_dir / "logs" / f"{name}.log"
        return Child(Command(name=name, argv=argv, log=log, env=self.environment(), grace=grace))

    def web(self, name: str, app: str, host: str, port: int) -> Child:
        return self.python(
            name,
            *("-m", "uvicorn", app, "--factory", "--host", host, "--port", str(port)),
            *("--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "5"),
        )

    def environment(self) -> dict[str, str]:
        chosen = self.settings
        ours = {
            "PYTAKE_STATE_DIR": str(self.state_dir),
            "PYTAKE_HOST": chosen.host,
            "PYTAKE_PORT": str(chosen.port),
            "PYTAKE_TEMPORAL_PORT": str(chosen.temporal_port),
            "PYTAKE_TEMPORAL_UI_PORT": str(chosen.temporal_ui_port),
            "PYTAKE_POSTGRES_PORT": str(chosen.postgres_port),
            "PYTAKE_SIMULATOR_PORT": str(chosen.simulator_port),
            "PYTAKE_DEMO": "1",
            "PYTHONUNBUFFERED": "1",
        }
        ours["PYTAKE_JWT_SECRET"] = (
            chosen.jwt_secret.get_secret_value()
            if chosen.jwt_secret is not None
            else secrets.load(self.state_dir).jwt
        )
        return self._inherited() | ours | self._database_urls()

    def _inherited(self) -> dict[str, str]:
        inherited = settings.environment()
        if not self.own_temporal:
            return inherited
        # A profile or key meant for another Temporal must not meet ours.
        kept = {k: v for k, v in inherited.items() if not k.startswith("TEMPORAL_")}
        return kept | {
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,
        }

    def _database_urls(self) -> dict[str, str]:
        if self.own_postgres:
            return {
                "PYTAKE_DATABASE_URL": self.postgres.app_url(),
                "PYTAKE_DATABASE_OWNER_URL": self.postgres.owner_url(),
            }
        given = {
            "PYTAKE_DATABASE_URL": self.settings.database_url,
            "PYTAKE_DATABASE_OWNER_URL": self.settings.database_owner_url,
        }
        return {name: value.get_secret_value() for name, value in given.items() if value}


def plan(chosen: Settings) -> Plan:
    """What runs with these settings. Touches nothing: files and processes come with `launch`."""
    machine = _Machine(chosen)
    services = [
        *([_postgres(machine)] if machine.own_postgres else []),
        *([_temporal(machine)] if machine.own_temporal else []),
        _simulator(machine),
        *_one_shots(machine),
        _worker(machine),
        _api(machine),
    ]
    present = {service.name for service in services}
    return Plan(
        state_dir=machine.state_dir,
        services=tuple(_after_only(service, present) for service in services),
        external=tuple(_external(machine)),
    )


def _after_only(service: Service, present: set[str]) -> Service:
    """A server that is external is there already."""
    return replace(service, after=tuple(name for name in service.after if name in present))


def _postgres(machine: _Machine) -> Service:
    port = machine.settings.postgres_port
    address = f"postgresql://{APP}@{LOOPBACK}:{port}/{machine.postgres.database}"
    return Service(
        name="postgres",
        title="PostgreSQL",
        launch=machine.postgres.launch,
        probe=machine.postgres.probe,
        settle=machine.postgres.settle,
        ports=(Port(port, "PostgreSQL", "PYTAKE_POSTGRES_PORT"),),
        where=(("PostgreSQL", f"{address} (passwords in {machine.state_dir / secrets.FILE})"),),
    )


def _temporal(machine: _Machine) -> Service:
    port, ui_port = machine.settings.temporal_port, machine.settings.temporal_ui_port
    return Service(
        name="temporal",
        title="Temporal",
        launch=machine.temporal.launch,
        probe=machine.temporal.probe,
        ports=(
            Port(port, "Temporal", "PYTAKE_TEMPORAL_PORT"),
            Port(ui_port, "Temporal UI", "PYTAKE_TEMPORAL_UI_PORT"),
        ),
        where=(("Temporal UI", url(LOOPBACK, ui_port)), ("Temporal gRPC", f"{LOOPBACK}:{port}")),
    )


def _simulator(machine: _Machine) -> Service:
    host, port = machine.settings.host, machine.settings.simulator_port
    return Service(
        name="simulator",
        title="Platform simulator",
        launch=lambda: machine.web("simulator", "simulator.app:create_app", host, port),
        probe=lambda: health.http_ok(host, port),
        ports=(Port(port, "Platform simulator", "PYTAKE_SIMULATOR_PORT", host),),
        where=(("Platform simulator", url(host, port)),),
    )


def _one_shots(machine: _Machine) -> list[Service]:
    return [
        Service(
            name="migrate",
            title="Database schema",
            launch=lambda: machine.python("migrate", "-m", "cli.main", "migrate"),
            after=("postgres",),
            once=True,
        ),
        Service(
            name="seed",
            title="Demo data",
            launch=lambda: machine.python("seed", "-m", "cli.main", "seed"),
            after=("migrate", "simulator", "temporal"),
            once=True,
        ),
    ]


def _worker(machine: _Machine) -> Service:
    host, port = machine.settings.host, machine.settings.port
    return Service(
        name="worker",
        title="Worker",
        launch=lambda: machine.python("worker", "-m", "worker", grace=25),
        # Only Temporal knows who polls, and the API asks it.
        probe=lambda: health.http_names(host, port, "worker"),
        after=("seed", "temporal"),
    )


def _api(machine: _Machine) -> Service:
    host, port = machine.settings.host, machine.settings.port
    address = url(host, port)
    return Service(
        name="api",
        title="API",
        launch=lambda: machine.web("api", "api.app:create_app", host, port),
        probe=lambda: health.http_ok(host, port),
        after=("seed", "temporal"),
        ports=(Port(port, "API", "PYTAKE_PORT", host),),
        where=(("API", address), ("API reference", f"{address}/docs")),
    )


def _external(machine: _Machine) -> Iterator[tuple[str, str]]:
    given = machine.settings.database_url
    if given is not None:
        yield "PostgreSQL", _without_password(given.get_secret_value())
    if not machine.own_temporal:
        yield "Temporal", settings.environment().get("TEMPORAL_ADDRESS", "by its profile")


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    user = f"{parts.username}@" if parts.username else ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}{host}", parts.path, "", ""))
