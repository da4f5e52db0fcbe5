"""Passwords and keys of this machine's stack: made once, kept in `{state_dir}/secrets.json`, mode 0600."""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from embedded.errors import BadSecrets

FILE = "secrets.json"


def _token() -> str:
    # 43 characters of the URL-safe alphabet: nothing to quote in a URL, and enough bytes to sign tokens with.
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Secrets:
    """What the stack generates for itself. Never shown by `repr`."""

    postgres_superuser: str = field(default_factory=_token, repr=False)
    postgres_owner: str = field(default_factory=_token, repr=False)
    postgres_app: str = field(default_factory=_token, repr=False)
    jwt: str = field(default_factory=_token, repr=False)


def load(folder: Path) -> Secrets:
    """The secrets of this state folder, made on first use. Raises `BadSecrets`."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, Secrets(), replace=False)
    path.chmod(0o600)
    stored = _read(path)
    known = {each.name for each in fields(Secrets)}
    made = Secrets(**{name: value for name, value in stored.items() if name in known})
    if known - stored.keys():  # a release that knows one more
        _write(path, made, replace=True)
    return made


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text())
    except ValueError as error:
        raise BadSecrets(f"{path} is not JSON. Restore it, or remove {path.parent}.") from error
    if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
        raise BadSecrets(f"{path} is not an object of strings. Restore it.")
    return stored


def _write(path: Path, made: Secrets, *, replace: bool) -> None:
    """Whole or not at all; without `replace`, the first of two writers wins and both read that."""
    handle, name = mkstemp(dir=path.parent, prefix=f".{FILE}.")  # mode 0600
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(made), file, indent=2)
    if replace:
        Path(name).replace(path)
        return
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
