"""Menus on every platform: as they are, as the other kind of menu, or as numbered text, with no word lost."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from domain.content import (
    Button,
    ButtonsContent,
    CardContent,
    ChoiceContent,
    ListContent,
    ListRow,
    ListSection,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.platform import LengthUnit, Limits
from domain.text import ELLIPSIS, fits, joined, length, parts, shorten, split, texts


def choices(content: MessageContent) -> list[ChoiceContent]:
    """The choices a menu offers, in the order of the numbers they get in numbered text (links have none)."""
    if isinstance(content, ListContent):
        return [ChoiceContent(id=row.id, title=row.title) for row in content.rows]
    if isinstance(content, ButtonsContent | CardContent):
        return [ChoiceContent(id=b.id, title=b.title) for b in content.buttons if not b.url]
    return []


@dataclass(frozen=True)
class _Menu:
    """A text with things to press, before it is decided which form they take."""

    text: str
    buttons: list[Button]
    """All options flat, links among them."""
    sections: list[ListSection]
    """The same options without the links, under their headings."""
    label: str | None
    footer: str | None

    @property
    def options(self) -> list[ListRow]:
        return [row for section in self.sections for row in section.rows]

    @property
    def links(self) -> list[Button]:
        return [button for button in self.buttons if button.url]


_Form = Callable[[_Menu, Limits], list[MessageContent] | None]
"""One rung of the ladder; None: this menu does not fit this form."""


def fit_buttons(content: ButtonsContent, limits: Limits) -> list[MessageContent]:
    rows = [ListRow(id=b.id, title=b.title) for b in content.buttons if not b.url]
    sections = [ListSection(rows=rows)] if rows else []
    menu = _Menu(content.text, content.buttons, sections, None, content.footer)
    return _first(menu, limits, (_as_buttons, _as_list, _as_numbers))


def fit_list(content: ListContent, limits: Limits) -> list[MessageContent]:
    buttons = [Button(id=row.id, title=row.title) for row in content.rows]
    menu = _Menu(content.text, buttons, content.sections, content.button, content.footer)
    return _first(menu, limits, (_as_list, _as_buttons, _as_numbers))


def _first(menu: _Menu, limits: Limits, ladder: tuple[_Form, ...]) -> list[MessageContent]:
    if any(not button.title.strip() for button in menu.buttons):
        raise ContentRejected("an option has no title")
    for form in ladder:
        if (fitted := form(menu, limits)) is not None:
            return fitted
    raise ContentRejected("this channel cannot carry this menu")


def _as_buttons(menu: _Menu, limits: Limits) -> list[MessageContent] | None:
    """Buttons, where number and titles allow. Headings and descriptions, which buttons lack, go above them."""
    room = limits.text if limits.buttons_text is None else limits.buttons_text
    shown, links, spare = menu.buttons, list[Button](), _spare(menu, limits)
    if not _showable(shown, limits) or spare > room // 2:
        shown, links, spare = [b for b in shown if not b.url], menu.links, 0
        if not _showable(shown, limits):
            return None
    _check_ids((button.id for button in shown if not button.url), limits.button_id_bytes, "button")
    pieces = (menu.text, *_link_lines(links), _details(menu))
    footer, text = _footer(menu, limits, pieces)
    if not text:
        return None
    return _ending_in(
        text,
        room - spare,
        limits,
        lambda end: ButtonsContent(text=end, buttons=shown, footer=footer),
    )


def _showable(buttons: list[Button], limits: Limits) -> bool:
    return 0 < len(buttons) <= limits.buttons and all(
        fits(button.title, limits.button_title, limits.text_unit) for button in buttons
    )


def _spare(menu: _Menu, limits: Limits) -> int:
    """Room to leave beside links that share a message with other buttons.

    Not every platform that has buttons shows links among them, and `Limits` has no fact for it: one that does not
    writes them as lines under the text.
    """
    if len(menu.buttons) == 1:
        return 0
    return sum(length(f"\n{line}", limits.text_unit) for line in _link_lines(menu.links))


def _details(menu: _Menu) -> str | None:
    """Headings and descriptions with their options, when there are any."""
    if any(section.title for section in menu.sections) or any(r.description for r in menu.options):
        return _outline(menu.sections, lambda _, row: row)
    return None


def _as_list(menu: _Menu, limits: Limits) -> list[MessageContent] | None:
    """A list, where number, headings and descriptions allow. A title too long stands whole in its description."""
    if not menu.options or len(menu.options) > limits.list_rows:
        return None
    sections = [_fitted_section(section, limits) for section in menu.sections]
    if any(section is None for section in sections):
        return None
    _check_ids((row.id for row in menu.options), limits.list_row_id_bytes, "list row")
    label = menu.label and shorten(menu.label, limits.list_button, limits.text_unit)
    footer, text = _footer(menu, limits, (menu.text, *_link_lines(menu.links)))
    if not text:
        return None
    return _ending_in(
        text,
        limits.text if limits.list_text is None else limits.list_text,
        limits,
        lambda end: ListContent(
            text=end, button=label or None, sections=[s for s in sections if s], footer=footer
        ),
    )


def _fitted_section(section: ListSection, limits: Limits) -> ListSection | None:
    """The section with its titles cut to size; None when that would lose words. A heading counts as a row title."""
    if not fits(section.title or "", limits.list_row_title, limits.text_unit):
        return None
    rows = [_fitted_row(row, limits) for row in section.rows]
    kept = [row for row in rows if row is not None]
    return ListSection(title=section.title, rows=kept) if len(kept) == len(rows) else None


def _fitted_row(row: ListRow, limits: Limits) -> ListRow | None:
    title = shorten(row.title, limits.list_row_title, limits.text_unit)
    whole = None if title == row.title else row.title
    description = joined((whole, row.description), "\n")
    if not title or not fits(description, limits.list_row_description, limits.text_unit):
        return None
    return ListRow(id=row.id, title=title, description=description or None)


def _as_numbers(menu: _Menu, limits: Limits) -> list[MessageContent]:
    """Numbered text, which every platform carries; the answer is found by `choices`. The numbers stay together."""
    body = joined((menu.text, *_link_lines(menu.links)), "\n\n")
    outline = _outline(menu.sections, lambda number, row: f"{number}. {row}")
    numbered = joined((outline, menu.footer), "\n\n")
    if not body or not numbered:
        return texts(body or numbered, limits)
    *before, end = parts(body, limits)
    together = f"{end}\n\n{numbered}"
    if fits(together, limits.text, limits.text_unit):
        return [TextContent(text=part) for part in (*before, together)]
    return [TextContent(text=part) for part in (*before, end, *parts(numbered, limits))]


def _outline(sections: list[ListSection], line: Callable[[int, str], str]) -> str:
    """Headings and options, a line each; the options are counted through all sections."""
    lines: list[str | None] = []
    number = 0
    for section in sections:
        lines.append(section.title)
        for row in section.rows:
            number += 1
            lines.append(line(number, joined((row.title, row.description), " — ")))
    return joined(lines, "\n")


def _link_lines(links: list[Button]) -> list[str]:
    """The links as one block of text, if there are any."""
    return ["\n".join(f"{link.title}: {link.url}" for link in links)] if links else []


def _footer(menu: _Menu, limits: Limits, pieces: tuple[str | None, ...]) -> tuple[str | None, str]:
    """The footer the platform shows itself, if it does, and the text with the footer at its end otherwise."""
    footer = menu.footer if menu.footer and menu.footer.strip() else None
    if footer is None or (limits.footer > 0 and fits(footer, limits.footer, limits.text_unit)):
        return footer, joined(pieces, "\n\n")
    return None, joined((*pieces, footer), "\n\n")


def _check_ids(ids: Iterable[str], limit: int, what: str) -> None:
    """An id may not be cut: it comes back when the option is pressed."""
    for identifier in ids:
        size = length(identifier, LengthUnit.BYTES)
        if size > limit:
            raise ContentRejected(
                f"{what} id {identifier[:40]}{ELLIPSIS} has {size} bytes: the limit is {limit}"
            )


def _ending_in(
    text: str, room: int, limits: Limits, last: Callable[[str], MessageContent]
) -> list[MessageContent]:
    """A text whose last part, within `room`, carries something more."""
    *before, rest = parts(text, limits)
    *between, end = split(rest, room, limits.text_unit)
    return [*(TextContent(text=part) for part in (*before, *between)), last(end)]
