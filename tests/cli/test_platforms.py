"""The matrix of platforms: generated from the facts, and the committed page is not older than they are."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli import platforms
from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
    Support,
)
from platforms import registry

PAGE = Path(__file__).parents[2] / "docs" / "platforms" / "matrix.md"

BARE = PlatformCapabilities(
    platform=Platform("bare"),
    display_name="Bare",
    limits=Limits(text=1000, text_unit=LengthUnit.BYTES),
    location=Support.NONE,
)
FULL = PlatformCapabilities(
    platform=Platform("full"),
    display_name="Full",
    limits=Limits(text=4096, buttons=3, list_rows=10),
    media={
        "image": MediaRule(mime_types=("image/*",), max_bytes=5 * 1024 * 1024),
        "document": MediaRule(mime_types=("*/*",), max_bytes=50_000_000),
        "sticker": MediaRule(mime_types=("image/webp",), max_bytes=500 * 1024),
    },
    location=Support.NATIVE,
    templates=Support.NATIVE,
    receipts=frozenset({"read", "sent"}),
    typing=True,
    reply_window=timedelta(hours=24),
    idempotency=Idempotency.KEY,
)

app = typer.Typer()
platforms.register(app)


@pytest.mark.parametrize(
    ("column", "bare", "full"),
    [
        ("Text", "1,000 bytes", "4,096 characters"),
        ("Image / video", "as a link", "5 MB / as a document"),
        ("Audio / voice", "as a link", "as a document"),
        ("Document", "as a link", "50 MB"),
        ("Sticker", "as a link", "500 KB"),
        ("Location", "—", "yes"),
        ("Contacts", "as text", "as text"),
        ("Interactive buttons", "as numbered text", "3 buttons, 10 list rows"),
        ("Templates", "—", "yes"),
        ("Delivery status", "—", "sent, read"),
        ("Typing", "—", "yes"),
        ("Reply window", "always open", "24 h"),
        ("A doubtful send", "settled by a person", "sent again with its key"),
    ],
)
def test_a_fact_is_told_in_words(column: str, bare: str, full: str) -> None:
    told = [platforms.facts(one)["carries"][column] for one in (BARE, FULL)]
    assert told == [bare, full]


def test_longer_windows_are_told_in_days() -> None:
    week = FULL.model_copy(update={"reply_window": timedelta(days=7)})
    assert platforms.facts(week)["carries"]["Reply window"] == "7 days"


def test_the_page_has_a_row_for_each_platform() -> None:
    page = platforms.matrix_markdown([BARE, FULL])
    assert [line.split(" | ")[0] for line in page.splitlines() if line.startswith("|")] == [
        "| Platform", "| ---", "| Bare", "| Full"
    ] * 3  # fmt: skip


def test_the_committed_page_tells_the_present_facts() -> None:
    assert PAGE.read_text(encoding="utf-8") == platforms.matrix_markdown(), (
        "run `pytake platforms --matrix > docs/platforms/matrix.md`"
    )


def test_the_command_prints_the_page_the_json_and_the_tables() -> None:
    assert CliRunner().invoke(app, ["--matrix"]).stdout == platforms.matrix_markdown()
    told = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert {one["platform"] for one in told} == set(registry.PLATFORMS)
    tables = CliRunner().invoke(app, [], terminal_width=300).stdout
    assert all(title in tables for title in platforms.TABLES)
