"""PostgreSQL on this machine: a child of ours on 127.0.0.1, with passwords, and data that outlives it."""

import signal
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.pq import PGconn, Ping
from typing_extensions import override

import settings
from embedded import cluster, roles, secrets
from embedded.errors import BadSecrets
from embedded.ports import LOOPBACK, free_port
from embedded.process import Child, Command
from embedded.secrets import Secrets
from embedded.server import Server
from embedded.unprivileged import account

DATABASE = "pytake"
TUNING = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "work_mem": "8MB",
    "random_page_cost": "1.1",  # no machine this runs on turns a disk
    "jit": "off",  # our statements end before they would be compiled
    "max_wal_senders": "0",
    "wal_level": "minimal",  # nothing replicates from here
    "timezone": "UTC",
    "log_timezone": "UTC",
}
CARELESS = {"fsync": "off", "full_page_writes": "off"}
"""For tests only: survives a killed process, not a killed machine. (Without synchronous_commit, not even that.)"""


class EmbeddedPostgres(Server):
    """One PostgreSQL. Data, log and passwords live in `folder`: `postgres/`, `logs/postgres.log`, `secrets.json`."""

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        fsync: bool = True,
        database: str = DATABASE,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.database = database
        self._fsync = fsync

    @cached_property
    def secrets(self) -> Secrets:
        return secrets.load(self.folder)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def superuser_url(self) -> str:
        return self._url(cluster.SUPERUSER, self.secrets.postgres_superuser, "postgres")

    def owner_url(self, database: str | None = None) -> str:
        """As the role of migrations."""
        return self._url(roles.OWNER, self.secrets.postgres_owner, database)

    def app_url(self, database: str | None = None) -> str:
        """As the role that serves requests."""
        return self._url(roles.APP, self.secrets.postgres_app, database)

    def _url(self, user: str, password: str, database: str | None) -> str:
        name = quote(database or self.database, safe="")
        return f"postgresql://{user}:{quote(password, safe='')}@{LOOPBACK}:{self.port}/{name}"

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Does nothing when it exists. A template must have no connections at that moment."""
        with self._superuser() as connection:
            roles.ensure_database(connection, name, template=template)
        if template is None:
            with self._superuser(name) as connection:
                roles.ensure_extensions(connection)

    def drop_database(self, name: str) -> None:
        """With whatever connections it still has."""
        with self._superuser() as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)

    @override
    def launch(self) -> Child:
        user = account()
        cluster.prepare(self.data, user, self.secrets.postgres_superuser, sync=self._fsync)
        tuning = TUNING if self._fsync else TUNING | CARELESS
        options = [part for name, value in tuning.items() for part in ("-c", f"{name}={value}")]
        return Child(
            Command(
                name="postgres",
                argv=[
                    str(cluster.binaries() / "postgres"),
                    *("-D", str(self.data)),
                    *("-p", str(self.port)),
                    *options,
                ],
                log=self.folder / "logs" / "postgres.log",
                env=settings.environment(),
                folder=self.data,
                account=user,
                stop_signal=signal.SIGINT,  # "fast": ends the sessions, keeps the data clean
                grace=30,
            )
        )

    @override
    def probe(self) -> str | None:
        asked = f"host={LOOPBACK} port={self.port} connect_timeout=2"
        answer = PGconn.ping(asked.encode())
        return None if answer == Ping.OK else "it accepts no connections"

    @override
    def settle(self) -> None:
        try:
            with self._superuser() as connection:
                roles.ensure_roles(connection, self.secrets)
        except psycopg.OperationalError as error:
            raise BadSecrets(
                f"PostgreSQL refuses the password in {self.folder / secrets.FILE}, which is not the one "
                f"{self.data} was made with. Restore that file, or remove both to begin anew."
            ) from error
        self.create_database(self.database)

    def _superuser(self, database: str = "postgres") -> psycopg.Connection:
        url = self._url(cluster.SUPERUSER, self.secrets.postgres_superuser, database)
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
