"""Buttons in rows of five, and lists as selects.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Sequence
from typing import Any

from domain.content import Button, ListContent, ListRow, ListSection
from domain.errors import ContentRejected
from domain.text import joined
from platforms.discord.checks import distinct, identifier, link, within
from platforms.discord.facts import (
    BUTTONS_PER_ROW,
    LIMITS,
    MAX_LINK,
    MAX_PLACEHOLDER,
    ROWS,
)

Component = dict[str, Any]

_ROW, _BUTTON, _SELECT = 1, 2, 3
_PRIMARY, _LINK = 1, 5
_MENU = "menu"
"""Begins the id of a select. What comes back of a choice is the option's value, so it need not mean anything."""


def button_rows(buttons: Sequence[Button]) -> list[Component]:
    """Raises `ContentRejected`."""
    if len(buttons) > LIMITS.buttons:
        raise ContentRejected(f"{len(buttons)} buttons, the limit is {LIMITS.buttons}")
    distinct([button.id for button in buttons if not button.url])
    shown = [_button(button) for button in buttons]
    starts = range(0, len(shown), BUTTONS_PER_ROW)
    return [_row(*shown[start : start + BUTTONS_PER_ROW]) for start in starts]


def _button(button: Button) -> Component:
    label = within(button.title, LIMITS.button_title, "a button's title")
    if button.url:
        url = within(link(button.url, "a button's link"), MAX_LINK, "a button's link")
        return {"type": _BUTTON, "style": _LINK, "label": label, "url": url}
    key = identifier(button.id, LIMITS.button_id_bytes, "a button's id")
    return {"type": _BUTTON, "style": _PRIMARY, "label": label, "custom_id": key}


def menu(content: ListContent) -> tuple[str, list[Component]]:
    """The text of a list and its selects, one for each heading, which stands on it while it is closed.

    More headings than there are rows are told in the text, over one select.
    """
    if len(content.rows) > LIMITS.list_rows:
        raise ContentRejected(f"{len(content.rows)} rows, the limit is {LIMITS.list_rows}")
    distinct([row.id for row in content.rows])
    sections, outline = content.sections, None
    if len(sections) > ROWS:
        outline = joined(map(_outline, sections), "\n")
        sections = [ListSection(rows=content.rows)]
    text = joined((content.text, outline, content.footer), "\n\n")
    return text, [_select(n, section, content.button) for n, section in enumerate(sections)]


def _outline(section: ListSection) -> str:
    return joined((section.title, *(f"- {row.title}" for row in section.rows)), "\n")


def _select(number: int, section: ListSection, label: str | None) -> Component:
    select: Component = {
        "type": _SELECT,
        "custom_id": f"{_MENU}:{number}",
        "options": [_option(row) for row in section.rows],
    }
    if placeholder := joined((label, section.title), " · "):
        select["placeholder"] = within(placeholder, MAX_PLACEHOLDER, "a heading with its label")
    return _row(select)


def _option(row: ListRow) -> Component:
    option = {
        "label": within(row.title, LIMITS.list_row_title, "a row's title"),
        "value": identifier(row.id, LIMITS.list_row_id_bytes, "a row's id"),
    }
    if row.description and row.description.strip():
        limit = LIMITS.list_row_description
        option["description"] = within(row.description, limit, "a row's description")
    return option


def _row(*components: Component) -> Component:
    return {"type": _ROW, "components": list(components)}
