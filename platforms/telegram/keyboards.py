"""Buttons and list rows as an inline keyboard, one per row.

https://core.telegram.org/bots/api#inlinekeyboardmarkup
https://core.telegram.org/bots/api#inlinekeyboardbutton
"""

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from domain.content import Button, ListContent, ListRow
from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.text import joined, length
from platforms.telegram.checks import within
from platforms.telegram.facts import LIMITS

Markup = dict[str, Any]


def keyboard(buttons: Sequence[Button]) -> Markup:
    """The `reply_markup` of these buttons. Raises `ContentRejected`."""
    return _markup([_key(button) for button in buttons])


def menu(content: ListContent) -> tuple[str, Markup]:
    """A list as text and keyboard. There is no label to open it by: the rows lie open under the text.

    Keys show a title and no more, so where there are headings or descriptions the text tells them.
    """
    told = any(section.title for section in content.sections) or any(
        row.description for row in content.rows
    )
    lines = [_section(section.title, section.rows) for section in content.sections] if told else []
    text = joined((content.text, *lines, content.footer), "\n\n")
    return text, _markup([_row(row) for row in content.rows])


def _section(title: str | None, rows: Sequence[ListRow]) -> str:
    return joined((title, *(joined((row.title, row.description), " — ") for row in rows)), "\n")


def _markup(keys: list[Markup]) -> Markup:
    if len(keys) > LIMITS.buttons:
        raise ContentRejected(f"{len(keys)} buttons, the limit is {LIMITS.buttons}")
    return {"inline_keyboard": [[key] for key in keys]}


def _row(row: ListRow) -> Markup:
    title = within(row.title, LIMITS.button_title, "a row's title")
    return {"text": title, "callback_data": _callback(row.id, "a row's id")}


def _key(button: Button) -> Markup:
    title = within(button.title, LIMITS.button_title, "a button's title")
    if button.url:
        return {"text": title, "url": _link(button.url)}
    return {"text": title, "callback_data": _callback(button.id, "a button's id")}


def _callback(key: str, what: str) -> str:
    """It comes back unchanged on a press, so it is never mended here."""
    if not key:
        raise ContentRejected(f"{what} is empty")
    size = length(key, LengthUnit.BYTES)
    if size > LIMITS.button_id_bytes:
        raise ContentRejected(f"{what} has {size} bytes, the limit is {LIMITS.button_id_bytes}")
    return key


def _link(url: str) -> str:
    """The address, if Telegram takes it: one bad link costs the whole message."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ContentRejected("a button's link is not a URL") from None
    if parts.scheme not in {"http", "https", "tg"}:
        raise ContentRejected("a button's link must start with https://, http:// or tg://")
    if any(character.isspace() for character in url):
        raise ContentRejected("a button's link has a space in it")
    if parts.scheme != "tg" and not _is_public(host):
        raise ContentRejected("the host of a button's link must be an address or have a dot in it")
    return url


def _is_public(host: str) -> bool:
    if "." in host.strip("."):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
