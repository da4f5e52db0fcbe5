"""Payloads captured by others: they lie beside the repository and never in it; tests of them are skipped without it."""

import os
from pathlib import Path
from typing import Any

import pytest

from domain.events import InboundEvent

_BESIDE = Path(__file__).parents[3] / "shared" / "fixtures"
FIXTURES = Path(os.environ.get("PYTAKE_FIXTURES", _BESIDE))
"""The folder that holds one folder for each platform."""


def fixtures(*folders: str) -> list[Path]:
    """Every file of these folders, with their subfolders, by name. Skips the module when there is none."""
    found = [path for name in folders for path in (FIXTURES / name).rglob("*") if path.is_file()]
    if not found:
        pytest.skip(f"no captured payloads of {', '.join(folders)}", allow_module_level=True)
    return sorted(found)


def told(event: InboundEvent) -> str:
    """An event in few words: its kind, what it holds, and what led to it."""
    words: list[Any] = [
        event.kind,
        event.content and event.content.type,
        "echo" if event.echo else None,
        event.receipt and event.receipt.status.value,
        f"from {event.referral.source}" if event.referral else None,
    ]
    return " ".join(word for word in words if word)
