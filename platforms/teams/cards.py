"""Menus as Adaptive Cards: texts, a picture, and buttons that bring their id back.

https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference (read 2026-08)
https://adaptivecards.io/explorer/ (read 2026-08)
"""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.content import Button, ListContent, ListRow, ListSection
from domain.errors import ContentRejected
from platforms.teams.checks import identifier, link, within
from platforms.teams.facts import LIMITS
from platforms.teams.markup import escape
from platforms.teams.values import ACTION, TITLE

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
VERSION = "1.4"
"""What every app of Teams shows, also on phones."""
DEFAULT_LIST_BUTTON = "Menu"
"""Something must be pressed to open a list, which is optional in our content."""

_MOST_BLOCKS = 40
"""Beyond these lines the rest is one block: every block takes from the card's size."""

Block = dict[str, Any]


def card(body: list[Block], actions: list[Block]) -> Block:
    """An attachment."""
    content: Block = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "body": body,
    }
    if actions:
        content["actions"] = actions
    return {"contentType": ADAPTIVE, "content": content}


def paragraphs(text: str, **style: Any) -> list[Block]:
    """A text, a block to each line: inside of a block Teams joins lines that are not a whole one apart."""
    lines = [line.strip() for line in text.splitlines()]
    blocks: list[Block] = []
    follows = False
    for index, line in enumerate(lines):
        if not line:
            follows = False
            continue
        is_last = len(blocks) == _MOST_BLOCKS
        rest = "\n\n".join(other for other in lines[index:] if other) if is_last else line
        block = {"type": "TextBlock", "text": escape(rest), "wrap": True, **style}
        blocks.append({**block, "spacing": "None"} if follows else block)
        if is_last:
            break
        follows = True
    return blocks


def footer(text: str | None) -> list[Block]:
    if text is None or not text.strip():
        return []
    small = within(text, LIMITS.footer, "the footer")
    return paragraphs(small, size="Small", isSubtle=True)


def picture(url: str, words: str) -> Block:
    return {"type": "Image", "url": url, "altText": words, "size": "Stretch"}


def buttons(options: Sequence[Button]) -> list[Block]:
    if len(options) > LIMITS.buttons:
        raise ContentRejected(f"{len(options)} buttons, the limit is {LIMITS.buttons}")
    return [_button(option) for option in options]


def _button(option: Button) -> Block:
    title = within(option.title, LIMITS.button_title, "a button's title")
    if option.url:
        return {"type": "Action.OpenUrl", "title": title, "url": link(option.url, "a link")}
    return _submit(identifier(option.id, LIMITS.button_id_bytes, "a button's id"), title)


def _submit(key: str, title: str) -> Block:
    return {"type": "Action.Submit", "title": title, "data": {ACTION: key, TITLE: title}}


def menu(content: ListContent) -> list[Block]:
    """A button that opens the rows; each of them can be pressed."""
    if len(content.rows) > LIMITS.list_rows:
        raise ContentRejected(f"{len(content.rows)} rows, the limit is {LIMITS.list_rows}")
    label = within(content.button or DEFAULT_LIST_BUTTON, LIMITS.list_button, "the list's label")
    rows = [block for section in content.sections for block in _section(section)]
    inner = {"type": "AdaptiveCard", "body": rows}
    return [{"type": "Action.ShowCard", "title": label, "card": inner}]


def _section(section: ListSection) -> Iterator[Block]:
    if section.title and section.title.strip():
        title = within(section.title, LIMITS.list_row_title, "a section's title")
        yield from paragraphs(title, size="Medium", weight="Bolder")
    for row in section.rows:
        yield _row(row)


def _row(row: ListRow) -> Block:
    title = within(row.title, LIMITS.list_row_title, "a row's title")
    items = paragraphs(title, weight="Bolder")
    if row.description and row.description.strip():
        limit = LIMITS.list_row_description
        told = within(row.description, limit, "a row's description")
        items += paragraphs(told, isSubtle=True)
    key = identifier(row.id, LIMITS.list_row_id_bytes, "a row's id")
    return {
        "type": "Container",
        "separator": True,
        "items": items,
        "selectAction": _submit(key, title),
    }
