"""`pytake platforms`: what each platform carries, told from its declared facts, as is docs/platforms/matrix.md."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from domain.platform import Idempotency, LengthUnit, PlatformCapabilities, Support
from platforms import registry

YES = "yes"
NO = "—"

_UNITS = {
    LengthUnit.CODE_POINTS: "characters",
    LengthUnit.UTF16: "UTF-16 units",
    LengthUnit.BYTES: "bytes",
    LengthUnit.SEGMENTS: "segments",
}
_TWICE = {
    Idempotency.KEY: "sent again with its key",
    Idempotency.ECHO: "settled by receipts",
    Idempotency.NONE: "settled by a person",
}
_RECEIPTS = ("sent", "delivered", "read", "failed")

Column = Callable[[PlatformCapabilities], str]


def _text(capabilities: PlatformCapabilities) -> str:
    limits = capabilities.limits
    return f"{limits.text:,} {_UNITS[limits.text_unit]}"


def _files(*kinds: str) -> Column:
    """Up to which size the platform takes files of these kinds, or what becomes of them."""

    def told(capabilities: PlatformCapabilities) -> str:
        words = [_file(kind, capabilities) for kind in kinds]
        return words[0] if len(set(words)) == 1 else " / ".join(words)

    return told


def _file(kind: str, capabilities: PlatformCapabilities) -> str:
    if rule := capabilities.media.get(kind):
        return _size(rule.max_bytes)
    if kind == "sticker" and "image" in capabilities.media:
        return "as an image"
    return "as a document" if "document" in capabilities.media else "as a link"


def _size(size: int) -> str:
    """In MB, as vendors write them, also where they mean powers of two."""
    for unit in (1024 * 1024, 1000 * 1000):
        if size % unit == 0:
            return f"{size // unit} MB"
    return f"{size / (1024 * 1024):.1f} MB" if size >= 1024 * 1024 else f"{size // 1024} KB"


def _support(told: dict[Support, str]) -> dict[Support, str]:
    return {Support.NATIVE: YES, Support.NONE: NO, **told}


_LOCATION = _support({Support.FALLBACK: "as a link to a map"})
_CONTACTS = _support({Support.FALLBACK: "as text"})
_TEMPLATES = _support({Support.FALLBACK: NO})


def _interactive(capabilities: PlatformCapabilities) -> str:
    limits = capabilities.limits
    kinds = ((limits.buttons, "buttons"), (limits.list_rows, "list rows"))
    offered = [f"{count} {kind}" for count, kind in kinds if count]
    return ", ".join(offered) or "as numbered text"


def _receipts(capabilities: PlatformCapabilities) -> str:
    return ", ".join(kind for kind in _RECEIPTS if kind in capabilities.receipts) or NO


def _window(window: timedelta | None) -> str:
    if window is None:
        return "always open"
    return (
        f"{window // timedelta(hours=1)} h" if window < timedelta(days=3) else f"{window.days} days"
    )


FILES: dict[str, Column] = {
    "Text": _text,
    "Image / video": _files("image", "video"),
    "Audio / voice": _files("audio"),
    "Document": _files("document"),
    "Sticker": _files("sticker"),
}
FORMS: dict[str, Column] = {
    "Interactive buttons": _interactive,
    "Location": lambda capabilities: _LOCATION[capabilities.location],
    "Contacts": lambda capabilities: _CONTACTS[capabilities.contacts],
    "Templates": lambda capabilities: _TEMPLATES[capabilities.templates],
}
BEHAVES: dict[str, Column] = {
    "Delivery status": _receipts,
    "Typing": lambda capabilities: YES if capabilities.typing else NO,
    "Read marks": lambda capabilities: YES if capabilities.read_marks else NO,
    "Quotes": lambda capabilities: YES if capabilities.reply_quotes else NO,
    "Reply window": lambda capabilities: _window(capabilities.reply_window),
    "A doubtful send": lambda capabilities: _TWICE[capabilities.idempotency],
}
TABLES = {
    "Text and files": FILES,
    "Menus, places, people": FORMS,
    "Delivery": BEHAVES,
}


def register(app: typer.Typer) -> None:
    app.command(name="platforms")(show)


def show(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Every declared fact, as JSON.")] = False,
    matrix: Annotated[bool, typer.Option("--matrix", help="The page of the docs.")] = False,
) -> None:
    """Show what each platform carries."""
    if matrix:
        typer.echo(matrix_markdown(), nl=False)
    elif as_json:
        typer.echo(json.dumps([facts(one) for one in declared()], ensure_ascii=False, indent=2))
    else:
        console = Console()
        for title, columns in TABLES.items():
            console.print(_table(title, columns))


def declared() -> list[PlatformCapabilities]:
    """The capabilities of every registered platform, by name."""
    known = (platform.capabilities for platform in registry.PLATFORMS.values())
    return sorted(known, key=lambda capabilities: capabilities.display_name.casefold())


def facts(capabilities: PlatformCapabilities) -> dict[str, Any]:
    """One platform as JSON: in words as in the matrix, and as declared."""
    raw = capabilities.model_dump(mode="json")
    told = {name: column(capabilities) for name, column in (FILES | FORMS | BEHAVES).items()}
    return {
        "platform": capabilities.platform,
        "name": capabilities.display_name,
        "carries": told,
        "capabilities": {**raw, "receipts": sorted(raw["receipts"])},
    }


def matrix_markdown(platforms: Iterable[PlatformCapabilities] | None = None) -> str:
    """The page docs/platforms/matrix.md."""
    rows = list(declared() if platforms is None else platforms)
    return "\n".join(
        [
            "# What each platform carries",
            "",
            "Generated from the declared facts by `pytake platforms --matrix`; a test fails when they differ.",
            'Sizes are the largest file taken; "as …" is what becomes of content that a platform does not offer.',
            *(line for table in TABLES.items() for line in _markdown(*table, rows)),
            "",
        ]
    )


def _markdown(
    title: str, columns: dict[str, Column], rows: list[PlatformCapabilities]
) -> list[str]:
    cells = [["Platform", *columns], ["---"] * (len(columns) + 1)]
    cells += [[one.display_name, *(column(one) for column in columns.values())] for one in rows]
    return ["", f"## {title}", "", *(f"| {' | '.join(line)} |" for line in cells)]


def _table(title: str, columns: dict[str, Column]) -> Table:
    table = Table("Platform", *columns, title=title, title_justify="left")
    for one in declared():
        table.add_row(one.display_name, *(column(one) for column in columns.values()))
    return table
