"""PostgreSQL refuses to run as root: the account it gets instead, and what that account must be able to read."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import StackError

NAME = "embedded_postgres"
_TRAVERSE = stat.S_IXGRP | stat.S_IXOTH
_READ = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True)
class Account:
    """A user of the operating system that owns nothing but its data."""

    uid: int
    gid: int


def account() -> Account | None:
    """None unless we are root, who may start a process as somebody else; made when it is missing."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _make()
    return Account(entry.pw_uid, entry.pw_gid)


def _make() -> pwd.struct_passwd:
    argv = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"]
    try:
        subprocess.run([*argv, NAME], check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", None) or error
        raise StackError(
            f"PostgreSQL does not run as root, and the user {NAME} could not be made: "
            f"{str(detail).strip()}. Run as an ordinary user, or make that user."
        ) from error
    return pwd.getpwnam(NAME)


def let_in(path: Path) -> None:
    """Let everybody pass through the folders above `path`, though not list them."""
    for folder in path.resolve().parents:
        _add(folder, _TRAVERSE)


def let_read(folder: Path) -> None:
    """Let everybody read what is below: a strict umask may have installed it for root alone."""
    _add(folder, _READ | _TRAVERSE)
    for parent, folders, files in os.walk(folder):
        for name in folders:
            _add(Path(parent, name), _READ | _TRAVERSE)
        for name in files:
            path = Path(parent, name)
            runs = path.stat().st_mode & stat.S_IXUSR
            _add(path, _READ | (_TRAVERSE if runs else 0))


def _add(path: Path, bits: int) -> None:
    """Touches only what lacks them, so that a read-only file system that is right stays usable."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        path.chmod(mode | bits)
