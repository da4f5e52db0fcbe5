"""Texts, buttons and menus as Block Kit. Everything that can be pressed carries its own name.

https://docs.slack.dev/reference/block-kit
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from domain.content import Button, ListContent, ListRow
from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.text import length, shorten
from platforms.slack.facts import (
    DEFAULT_LIST_BUTTON,
    LIMITS,
    MAX_ALT_TEXT,
    MAX_BLOCKS_TEXT,
    MAX_HEADER,
    MAX_SECTION,
    MAX_URL,
)
from platforms.slack.mrkdwn import escape

Block = dict[str, Any]

MENU = "menu"
"""The action id of a list; those of buttons are numbered, `choice-1`, as they must differ within a message."""


def within(text: str, limit: int, what: str) -> str:
    """The text, if it says something and is no longer than the limit."""
    if not text.strip():
        raise ContentRejected(f"{what} is empty")
    if len(text) > limit:
        raise ContentRejected(f"{what} is {len(text)} characters long, the limit is {limit}")
    return text


def sections(text: str) -> list[Block]:
    """A text in as many sections as it needs."""
    pieces = _pieces(text)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": piece}} for piece in pieces]


def _pieces(text: str) -> Iterator[str]:
    """Escaped text, cut between characters and never inside of an escape."""
    piece = ""
    for character in map(escape, text):
        if len(piece) + len(character) > MAX_SECTION:
            yield piece
            piece = ""
        piece += character
    if piece.strip():
        yield piece


def header(title: str) -> list[Block]:
    """A title, as a heading where it is short enough for one."""
    if len(title) > MAX_HEADER:
        return sections(title)
    return [{"type": "header", "text": _plain(title)}]


def footer(text: str | None) -> list[Block]:
    if text is None or not text.strip():
        return []
    small = escape(within(text, LIMITS.footer, "the footer"))
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": small}]}]


def image(source: Block, alt_text: str) -> Block:
    """`source`: `image_url` of a public picture, or `slack_file` of one that Slack has."""
    return {
        "type": "image",
        **source,
        "alt_text": shorten(alt_text, MAX_ALT_TEXT, LIMITS.text_unit),
    }


def buttons(options: Sequence[Button]) -> list[Block]:
    if not options:
        return []
    if len(options) > LIMITS.buttons:
        raise ContentRejected(f"{len(options)} buttons, the limit is {LIMITS.buttons}")
    elements = [_button(option, number) for number, option in enumerate(options, 1)]
    return [{"type": "actions", "block_id": "choices", "elements": elements}]


def _button(option: Button, number: int) -> Block:
    title = _plain(within(option.title, LIMITS.button_title, "a button's title"))
    if option.url:
        url = _link(option.url)
        return {"type": "button", "action_id": f"link-{number}", "text": title, "url": url}
    value = _value(option.id, LIMITS.button_id_bytes, "a button's id")
    return {"type": "button", "action_id": f"choice-{number}", "text": title, "value": value}


def menu(content: ListContent) -> list[Block]:
    """A select, in groups where there are headings.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
    """
    if len(content.rows) > LIMITS.list_rows:
        raise ContentRejected(f"{len(content.rows)} rows, the limit is {LIMITS.list_rows}")
    label = within(content.button or DEFAULT_LIST_BUTTON, LIMITS.list_button, "the list's label")
    select: Block = {"type": "static_select", "action_id": MENU, "placeholder": _plain(label)}
    if any(section.title for section in content.sections):
        select["option_groups"] = [
            {"label": _plain(_heading(section.title)), "options": list(map(_option, section.rows))}
            for section in content.sections
        ]
    else:
        select["options"] = [_option(row) for row in content.rows]
    return [{"type": "actions", "block_id": "choices", "elements": [select]}]


def _heading(title: str | None) -> str:
    """A group must have one: a section without stands under a dash."""
    return within(title or "—", LIMITS.list_row_title, "a section's title")


def _option(row: ListRow) -> Block:
    option: Block = {
        "text": _plain(within(row.title, LIMITS.list_row_title, "a row's title")),
        "value": _value(row.id, LIMITS.list_row_id_bytes, "a row's id"),
    }
    if row.description and row.description.strip():
        limit = LIMITS.list_row_description
        option["description"] = _plain(within(row.description, limit, "a row's description"))
    return option


def checked(blocks: list[Block]) -> list[Block]:
    """The blocks, if all their texts together are no longer than Slack takes."""
    size = sum(_size(block) for block in blocks)
    if size > MAX_BLOCKS_TEXT:
        raise ContentRejected(f"{size} characters in blocks, the limit is {MAX_BLOCKS_TEXT}")
    return blocks


def _size(block: Block) -> int:
    parts = [block.get("text"), *block.get("elements", [])]
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return sum(len(text) for text in texts if isinstance(text, str))


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _value(key: str, limit: int, what: str) -> str:
    """It comes back unchanged on a press, so it is never mended here."""
    if not key:
        raise ContentRejected(f"{what} is empty")
    size = length(key, LengthUnit.BYTES)
    if size > limit:
        raise ContentRejected(f"{what} has {size} bytes, the limit is {limit}")
    return key


def _link(url: str) -> str:
    return web_address(within(url, MAX_URL, "a button's link"), "a button's link")


def web_address(url: str, what: str) -> str:
    """An address that Slack takes: one that it does not costs the whole message."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ContentRejected(f"{what} is not a URL") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ContentRejected(f"{what} must start with https://")
    return url
