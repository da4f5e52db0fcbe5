"""`pytake platforms`: what each platform carries, told from its declared facts, as is docs/platforms/matrix.md."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.content import MediaContent, MediaRef, TextContent
from domain.errors import ContentRejected
from domain.fitting import fit
from domain.platform import Feature, Idempotency, LengthUnit, PlatformCapabilities, Support
from platforms import registry
from simulator.registry import SIMULATED

YES = "yes"
NO = "not offered"

_PAGES = "docs/platforms/"
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

Kind = Literal["image", "video", "audio", "document", "sticker"]

_TYPICAL: dict[Kind, str] = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "document": "application/pdf",
    "sticker": "image/webp",
}


class Cell(NamedTuple):
    """What one platform makes of one thing."""

    words: str
    absent: Feature | None = None
    """What its API does not offer itself."""


Column = Callable[[PlatformCapabilities], Cell]


def _text(capabilities: PlatformCapabilities) -> Cell:
    limits = capabilities.limits
    return Cell(f"{limits.text:,} {_UNITS[limits.text_unit]}")


def _files(*kinds: Kind) -> Column:
    """Up to which size the platform takes files of these kinds, or what becomes of them."""

    def told(capabilities: PlatformCapabilities) -> Cell:
        words = list(dict.fromkeys(_file(kind, capabilities) for kind in kinds))
        lacking: list[Feature] = [kind for kind in kinds if kind not in capabilities.media]
        return Cell(" / ".join(words), lacking[0] if lacking else None)

    return told


def _file(kind: Kind, capabilities: PlatformCapabilities) -> str:
    if rule := capabilities.media.get(kind):
        return _given(_size(rule.max_bytes), kind, capabilities)
    file = MediaRef(url="https://shop.example/file", mime_type=_TYPICAL[kind])
    try:
        fitted = fit(MediaContent(type=kind, media=file), capabilities)[0]
    except ContentRejected:
        return NO
    if isinstance(fitted, TextContent):
        return "as a link"
    stand_in: Kind = "image" if fitted.type == "image" else "document"
    words = "as an image" if stand_in == "image" else "as a document"
    return _given(words, stand_in, capabilities)


def _size(size: int) -> str:
    """In MB and GB, as vendors write them, also where they mean powers of two."""
    for kilo in (1024, 1000):
        for unit, name in ((kilo**3, "GB"), (kilo**2, "MB")):
            if size % unit == 0:
                return f"{size // unit} {name}"
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{size // 1024} KB"


def _given(words: str, feature: Feature, capabilities: PlatformCapabilities) -> str:
    """The words, with the condition under which they hold."""
    return " ".join(filter(None, (words, capabilities.conditions.get(feature))))


def _support(feature: Literal["location", "contacts", "templates"], fallback: str = NO) -> Column:
    words = {Support.FALLBACK: fallback, Support.NONE: NO}

    def told(capabilities: PlatformCapabilities) -> Cell:
        support: Support = getattr(capabilities, feature)
        if support is Support.NATIVE:
            return Cell(_given(YES, feature, capabilities))
        return Cell(words[support], feature)

    return told


def _flag(feature: Feature, flag: Literal["typing", "read_marks", "reply_quotes"]) -> Column:
    def told(capabilities: PlatformCapabilities) -> Cell:
        offered: bool = getattr(capabilities, flag)
        return Cell(_given(YES, feature, capabilities)) if offered else Cell(NO, feature)

    return told


def _interactive(capabilities: PlatformCapabilities) -> Cell:
    limits = capabilities.limits
    kinds = ((limits.buttons, "buttons"), (limits.list_rows, "list rows"))
    offered = [f"{count} {kind}" for count, kind in kinds if count]
    if not offered:
        return Cell("as numbered text", "buttons")
    return Cell(_given(", ".join(offered), "buttons", capabilities))


def _receipts(capabilities: PlatformCapabilities) -> Cell:
    reported = ", ".join(kind for kind in _RECEIPTS if kind in capabilities.receipts)
    if not reported:
        return Cell(NO, "delivery status")
    return Cell(_given(reported, "delivery status", capabilities))


def _window(capabilities: PlatformCapabilities) -> Cell:
    reply, agent = capabilities.reply_window, capabilities.agent_window
    if reply is None:
        return Cell("always open")
    late = f", people {_span(agent)}" if agent is not None else ""
    return Cell(_span(reply) + late)


def _span(window: timedelta) -> str:
    hours, days = window // timedelta(hours=1), window.days
    return f"{hours} h" if window < timedelta(days=3) else f"{days} days"


MATRIX: dict[str, Column] = {
    "Text": _text,
    "Image / video": _files("image", "video"),
    "Audio / voice": _files("audio"),
    "Location": _support("location", "as a link to a map"),
    "Contacts": _support("contacts", "as text"),
    "Interactive buttons": _interactive,
    "Templates": _support("templates"),
    "Delivery status": _receipts,
    "Typing": _flag("typing", "typing"),
}
"""What was asked for of every platform."""
MORE: dict[str, Column] = {
    "Document": _files("document"),
    "Sticker": _files("sticker"),
    "Read marks": _flag("read marks", "read_marks"),
    "Quotes": _flag("quotes", "reply_quotes"),
    "Reply window": _window,
    "A doubtful send": lambda capabilities: Cell(_TWICE[capabilities.idempotency]),
}
ROWS = MATRIX | MORE
TABLES = {
    "Text and files": ("Text", "Image / video", "Audio / voice", "Document", "Sticker"),
    "Menus, places, people": ("Interactive buttons", "Location", "Contacts", "Templates"),
    "Delivery": ("Delivery status", "Typing", "Read marks", "Quotes"),
    "Time": ("Reply window", "A doubtful send"),
}
"""The same for a screen, which is narrower than a page."""


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
        for title, names in TABLES.items():
            console.print(_table(title, names))


def declared() -> list[PlatformCapabilities]:
    """The capabilities of every registered platform, by name."""
    known = (platform.capabilities for platform in registry.PLATFORMS.values())
    return sorted(known, key=lambda capabilities: capabilities.display_name.casefold())


def facts(capabilities: PlatformCapabilities) -> dict[str, Any]:
    """One platform as JSON: in words as in the matrix, and as declared."""
    raw = capabilities.model_dump(mode="json")
    cells = {name: column(capabilities) for name, column in ROWS.items()}
    linked = {name: source(cell, capabilities) for name, cell in cells.items()}
    return {
        "platform": capabilities.platform,
        "name": capabilities.display_name,
        "carries": {name: cell.words for name, cell in cells.items()},
        "not_offered": {name: link for name, link in linked.items() if link},
        "simulated": capabilities.platform in SIMULATED,
        "capabilities": {**raw, "receipts": sorted(raw["receipts"])},
    }


def source(cell: Cell, capabilities: PlatformCapabilities) -> str | None:
    """The page that says that the platform's API does not offer this."""
    return capabilities.absent.get(cell.absent) if cell.absent else None


def matrix_markdown(platforms: Iterable[PlatformCapabilities] | None = None) -> str:
    """The page docs/platforms/matrix.md."""
    known = list(declared() if platforms is None else platforms)
    vendors = [one for one in known if not one.docs_url.startswith(_PAGES)]
    unplayed = [one.display_name for one in vendors if one.platform not in SIMULATED]
    return "\n".join(
        [
            "# What each platform carries",
            "",
            "Generated from the declared facts by `pytake platforms --matrix`; a test fails when they differ.",
            "",
            "- *not offered* leads to the vendor's page that says so, or that lists all there is.",
            '- "as …" is what becomes of content that a platform does not offer. A file goes as a link if it has one.',
            "- Sizes are the largest file taken.",
            "- *Delivery status* is what is told after the platform took a message; that it took it, its answer says.",
            "",
            *_markdown(MATRIX, known),
            "",
            "## Beyond that",
            "",
            *_markdown(MORE, known),
            "",
            "## Simulated",
            "",
            f"Vendors that the simulator does not play yet: {', '.join(unplayed) or 'none'}.",
            "",
            *_links(known),
        ]
    )


def _markdown(rows: dict[str, Column], platforms: list[PlatformCapabilities]) -> list[str]:
    cells = [["", *(one.display_name for one in platforms)], ["---"] * (len(platforms) + 1)]
    cells += [
        [f"**{name}**", *(_linked(column(one), one) for one in platforms)]
        for name, column in rows.items()
    ]
    return [f"| {' | '.join(line)} |" for line in cells]


def _linked(cell: Cell, capabilities: PlatformCapabilities) -> str:
    if source(cell, capabilities) is None:
        return cell.words
    link = f"[{NO}][{_label(cell, capabilities)}]"
    return link if cell.words == NO else f"{cell.words} ({link})"


def _label(cell: Cell, capabilities: PlatformCapabilities) -> str:
    return f"{capabilities.platform} {cell.absent}"


def _links(platforms: list[PlatformCapabilities]) -> list[str]:
    found = [
        (_label(cell, one), link.removeprefix(_PAGES))
        for one in platforms
        for cell in (column(one) for column in ROWS.values())
        if (link := source(cell, one))
    ]
    return [*(f"[{label}]: {link}" for label, link in dict(found).items()), ""]


def _table(title: str, names: tuple[str, ...]) -> Table:
    table = Table("Platform", *names, title=title, title_justify="left")
    for one in declared():
        table.add_row(one.display_name, *(_shown(ROWS[name](one), one) for name in names))
    return table


def _shown(cell: Cell, capabilities: PlatformCapabilities) -> Text:
    """A link to press, where the terminal knows such a thing."""
    link = source(cell, capabilities)
    return Text(cell.words, style=f"link {link}" if link else "")
