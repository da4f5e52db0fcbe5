"""Refuses what the widget promises no room for, naming the limit."""

from collections.abc import Iterable

from domain.content import Button, ButtonsContent, CardContent, ListContent, MessageContent
from domain.errors import ContentRejected
from domain.text import length
from platforms.webchat.facts import LIMITS


def check(content: MessageContent) -> None:
    """Raises `ContentRejected` for a menu over a limit."""
    if isinstance(content, ButtonsContent):
        _buttons(content.buttons)
        _within(content.footer or "", LIMITS.footer, "the footer")
    elif isinstance(content, CardContent):
        _buttons(content.buttons)
    elif isinstance(content, ListContent):
        _list(content)


def _buttons(buttons: list[Button]) -> None:
    _at_most(len(buttons), LIMITS.buttons, "buttons")
    for button in buttons:
        _within(button.title, LIMITS.button_title, "a button's title")
    _ids((button.id for button in buttons if not button.url), LIMITS.button_id_bytes)


def _list(content: ListContent) -> None:
    _at_most(len(content.rows), LIMITS.list_rows, "rows")
    _within(content.button or "", LIMITS.list_button, "the label of the list")
    _within(content.footer or "", LIMITS.footer, "the footer")
    for section in content.sections:
        _within(section.title or "", LIMITS.list_row_title, "a heading")
    for row in content.rows:
        _within(row.title, LIMITS.list_row_title, "a row's title")
        _within(row.description or "", LIMITS.list_row_description, "a row's description")
    _ids((row.id for row in content.rows), LIMITS.list_row_id_bytes)


def _ids(ids: Iterable[str], limit: int) -> None:
    """An id comes back as it is, so it is never cut."""
    if any(len(one.encode()) > limit for one in ids):
        raise ContentRejected(f"an id has more than {limit} bytes")


def _within(text: str, limit: int, what: str) -> None:
    if length(text, LIMITS.text_unit) > limit:
        raise ContentRejected(f"{what} has more than {limit} characters")


def _at_most(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise ContentRejected(f"{count} {what}, the limit is {limit}")
