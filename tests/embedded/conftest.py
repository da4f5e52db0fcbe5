"""A state folder for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's own folder: as root we open the way to it, and pytest closes its folder again."""
    made = Path(tempfile.mkdtemp(prefix="pytake-test-"))
    yield made
    shutil.rmtree(made)
