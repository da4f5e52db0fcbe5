"""Secrets: made once, private, whole."""

import json
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from embedded import secrets
from embedded.errors import BadSecrets
from embedded.secrets import Secrets


def test_they_are_made_once_and_private(folder: Path) -> None:
    made = secrets.load(folder / "state")
    assert secrets.load(folder / "state") == made
    path = folder / "state" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secrets.json"]


def test_each_is_its_own_and_long_enough_to_sign_with(folder: Path) -> None:
    made = secrets.load(folder)
    values = [getattr(made, each.name) for each in fields(Secrets)]
    assert len(set(values)) == len(values)
    assert all(len(value.encode()) >= 32 for value in values)


def test_they_are_not_shown(folder: Path) -> None:
    made = secrets.load(folder)
    assert made.jwt not in repr(made)
    assert made.postgres_owner not in repr(made)


def test_a_file_that_others_can_read_is_closed_again(folder: Path) -> None:
    secrets.load(folder)
    (folder / "secrets.json").chmod(0o644)
    secrets.load(folder)
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_a_new_secret_joins_the_old_ones(folder: Path) -> None:
    path = folder / "secrets.json"
    path.write_text(json.dumps({"jwt": "old", "of_a_later_release": "kept out"}))
    made = secrets.load(folder)
    assert made.jwt == "old"
    assert secrets.load(folder) == made


@pytest.mark.parametrize("text", ["", "{", "[]", '{"jwt": 1}'])
def test_a_damaged_file_is_named(folder: Path, text: str) -> None:
    (folder / "secrets.json").write_text(text)
    with pytest.raises(BadSecrets, match=r"secrets\.json is not"):
        secrets.load(folder)
