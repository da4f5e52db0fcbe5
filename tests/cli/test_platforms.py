"""The matrix of platforms: generated from the facts, and the committed page is not older than they are."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli import platforms
from domain.content import (
    Button,
    ButtonsContent,
    ContactCard,
    ContactsContent,
    LocationContent,
    MessageContent,
    TemplateContent,
)
from domain.errors import ContentRejected
from domain.fitting import fit
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
from simulator.registry import SIMULATED
from tests.platforms import contract

PAGES = Path(__file__).parents[2] / "docs" / "platforms"
PAGE = PAGES / "matrix.md"

BARE = PlatformCapabilities(
    platform=Platform("bare"),
    display_name="Bare",
    limits=Limits(text=1000, text_unit=LengthUnit.BYTES),
    location=Support.NONE,
    absent={"location": "https://bare.example/api", "buttons": "docs/platforms/bare.md"},
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
    conditions={"typing": "in threads"},
)

app = typer.Typer()
platforms.register(app)


@pytest.mark.parametrize(
    ("row", "bare", "full"),
    [
        ("Text", "1,000 bytes", "4,096 characters"),
        ("Image / video", "as a link", "5 MB / as a document"),
        ("Audio / voice", "as a link", "as a document"),
        ("Document", "as a link", "50 MB"),
        ("Sticker", "as a link", "500 KB"),
        ("Location", "not offered", "yes"),
        ("Contacts", "as text", "as text"),
        ("Interactive buttons", "as numbered text", "3 buttons, 10 list rows"),
        ("Templates", "not offered", "yes"),
        ("Delivery status", "not offered", "sent, read"),
        ("Typing", "not offered", "yes in threads"),
        ("Reply window", "always open", "24 h"),
        ("A doubtful send", "settled by a person", "sent again with its key"),
    ],
)
def test_a_fact_is_told_in_words(row: str, bare: str, full: str) -> None:
    told = [platforms.facts(one)["carries"][row] for one in (BARE, FULL)]
    assert told == [bare, full]


def test_a_sticker_goes_as_an_image_only_where_its_type_is_taken() -> None:
    def sticker(*types: str) -> str:
        media = {"image": MediaRule(mime_types=types, max_bytes=1)}
        told: str = platforms.facts(BARE.model_copy(update={"media": media}))["carries"]["Sticker"]
        return told

    assert (sticker("image/*"), sticker("image/png")) == ("as an image", "as a link")


def test_longer_windows_are_told_in_days() -> None:
    week = FULL.model_copy(update={"reply_window": timedelta(days=7)})
    assert platforms.facts(week)["carries"]["Reply window"] == "7 days"


def test_what_people_have_beyond_it_is_told_beside_it() -> None:
    more = FULL.model_copy(update={"agent_window": timedelta(days=7)})
    assert platforms.facts(more)["carries"]["Reply window"] == "24 h, people 7 days"


def cells(page: str) -> dict[tuple[str, str], str]:
    """Every cell of the page by its row and its platform."""
    found: dict[tuple[str, str], str] = {}
    names: list[str] = []
    for line in page.splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or row[0] == "---":
            continue
        if row[0]:
            found |= {
                (row[0].strip("*"), name): cell for name, cell in zip(names, row[1:], strict=True)
            }
        else:
            names = row[1:]
    return found


def links(page: str) -> dict[str, str]:
    return dict(re.findall(r"^\[(.+)\]: (\S+)$", page, re.MULTILINE))


def test_the_page_has_a_cell_for_each_row_and_platform() -> None:
    page = platforms.matrix_markdown([BARE, FULL])
    assert {*cells(page)} == {(row, name) for row in platforms.ROWS for name in ("Bare", "Full")}


def test_what_is_not_offered_leads_to_the_page_that_says_so() -> None:
    page = platforms.matrix_markdown([BARE, FULL])
    told = cells(page)
    assert told["Location", "Bare"] == "[not offered][bare location]"
    assert told["Interactive buttons", "Bare"] == "as numbered text ([not offered][bare buttons])"
    assert links(page) == {"bare location": "https://bare.example/api", "bare buttons": "bare.md"}


REGISTERED = platforms.declared()
KEYS = contract.keys()
each = pytest.mark.parametrize("one", REGISTERED, ids=[one.platform for one in REGISTERED])


@each
def test_no_cell_of_a_platform_is_empty(one: PlatformCapabilities) -> None:
    page = platforms.matrix_markdown([one])
    told, known = cells(page), links(page)
    for row in platforms.MATRIX:
        cell = told[row, one.display_name]
        assert re.search(r"\w", cell), row
        label = re.search(r"\[not offered\]\[(.+)\]", cell)
        assert "not offered" not in cell or (label and label[1] in known), (
            f"{row}: the facts lack a link in `absent`"
        )
    for link in known.values():
        assert link.startswith("https://") or (PAGES / link.partition("#")[0]).is_file(), link


SAMPLES: dict[str, tuple[MessageContent, str]] = {
    "Location": (LocationContent(latitude=-23.5, longitude=-46.6), "as a link to a map"),
    "Contacts": (ContactsContent(contacts=[ContactCard(name="Ana")]), "as text"),
    "Templates": (TemplateContent(name="pedido", language="pt_BR"), platforms.NO),
    "Interactive buttons": (
        ButtonsContent(text="Qual?", buttons=[Button(id="a", title="A")]),
        "as numbered text",
    ),
}


@each
@pytest.mark.parametrize("row", SAMPLES)
def test_a_cell_says_what_the_core_does(one: PlatformCapabilities, row: str) -> None:
    content, otherwise = SAMPLES[row]
    try:
        carried = fit(content, one)[0].type == content.type
    except ContentRejected:
        carried, otherwise = False, platforms.NO
    cell = platforms.facts(one)["carries"][row]
    assert (cell != otherwise) if carried else (cell == otherwise)


@each
def test_every_status_that_is_declared_has_a_fixture(one: PlatformCapabilities) -> None:
    keys = [key for key in KEYS if contract.platform_key(key) == one.platform]
    files = [path for key in keys for path in contract.expected(key)]
    events = [
        event for path in files for event in contract.load(path.with_suffix(".expected.json"))
    ]
    reported = {event["receipt"]["status"] for event in events if event.get("receipt")}
    reported |= {event["kind"] for event in events}
    if any(event.get("echo") for event in events):
        reported.add("sent")
    assert one.receipts <= reported


def test_the_committed_page_tells_the_present_facts() -> None:
    assert PAGE.read_text(encoding="utf-8") == platforms.matrix_markdown(), (
        "run `pytake platforms --matrix > docs/platforms/matrix.md`"
    )


@each
def test_a_platform_has_a_page_and_the_index_names_it(one: PlatformCapabilities) -> None:
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    assert f"]({one.platform}.md)" in index
    page = (PAGES / f"{one.platform}.md").read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert "\n## Setting up\n" in page


def test_vendors_without_a_simulator_are_named() -> None:
    said = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("Vendors"))
    assert ("WhatsApp" in said) is (Platform("whatsapp") not in SIMULATED)
    assert "Web chat" not in said


def test_the_command_prints_the_page_the_json_and_the_tables() -> None:
    assert CliRunner().invoke(app, ["--matrix"]).stdout == platforms.matrix_markdown()
    told = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert [one["platform"] for one in told] == [one.platform for one in REGISTERED]
    assert {one["platform"] for one in told} == set(registry.PLATFORMS)
    assert all({*platforms.ROWS} == {*one["carries"]} for one in told)
    tables = CliRunner().invoke(app, [], terminal_width=300).stdout
    assert all(title in tables for title in platforms.TABLES)
    assert {*platforms.ROWS} == {name for names in platforms.TABLES.values() for name in names}
