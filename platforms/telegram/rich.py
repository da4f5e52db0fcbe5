"""A rich message read as plain text: what a person would say aloud of it, block by block.

https://core.telegram.org/bots/api#richmessage
https://core.telegram.org/bots/api#richtext
"""

from collections.abc import Callable, Iterator
from typing import Any

from platforms.reading import Json, as_list, as_object, as_text

_FILES = frozenset(
    {"animation", "audio", "collage", "map", "photo", "slideshow", "video", "voice_note"}
)


def plain_text(message: Any) -> str:
    """The text of a rich message, a line or more for each block; empty when it has none."""
    return _lines(as_object(message).get("blocks"))


def _lines(blocks: Any) -> str:
    return "\n".join(line for line in map(_block, as_list(blocks)) if line)


def _block(value: Any) -> str:
    block = as_object(value)
    kind = as_text(block.get("type")) or ""
    parts = _BLOCKS.get(kind, _any_block)(block)
    text = "\n".join(part for part in parts if part)
    return " ".join(part for part in (f"[{kind}]", text) if part) if kind in _FILES else text


def _any_block(block: Json) -> Iterator[str]:
    """A paragraph, a heading, a quotation, or a kind of block that is newer than this."""
    yield _inline(block.get("summary"))
    yield _inline(block)
    yield _lines(block.get("blocks"))
    yield from _table(block)
    yield from _list(block)
    yield _inline(block.get("caption"))
    yield _inline(block.get("credit"))


def _table(block: Json) -> Iterator[str]:
    for row in as_list(block.get("cells")):
        yield " | ".join(_inline(as_object(cell).get("text")) for cell in as_list(row))


def _captioned_table(block: Json) -> Iterator[str]:
    yield _inline(block.get("caption"))
    yield from _table(block)


def _list(block: Json) -> Iterator[str]:
    for item in map(as_object, as_list(block.get("items"))):
        label = as_text(item.get("label")) or "•"
        yield f"{label} {_lines(item.get('blocks')) or _inline(item)}".rstrip()


_BLOCKS: dict[str, Callable[[Json], Iterator[str]]] = {"table": _captioned_table, "list": _list}


def _inline(value: Any) -> str:
    """A text, a list of texts, or a text with a style around it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_inline(part) for part in value)
    styled = as_object(value)
    if "text" in styled:
        return _inline(styled["text"])
    return as_text(styled.get("alternative_text")) or as_text(styled.get("expression")) or ""
