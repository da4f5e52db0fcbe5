"""The words of blocks and attachments, for messages whose `text` is empty.

https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from collections.abc import Callable
from typing import Any

from platforms.reading import Json, as_list, as_object, as_objects
from platforms.slack.mrkdwn import plain, unescape
from platforms.slack.reading import as_text

_MAX_DEPTH = 8


def words_of_blocks(blocks: Any) -> str:
    """What a reader sees of the blocks of a message, a line for each."""
    return _joined(map(_block, as_objects(blocks)))


def words_of_attachments(attachments: Any, *, shared_only: bool = False) -> str:
    """What a reader sees of attachments; `shared_only`: of forwarded messages, not of previews of links."""
    found = [
        item for item in as_objects(attachments) if not shared_only or item.get("is_share") is True
    ]
    return _joined(map(_attachment, found), "\n\n")


def words_of_text_object(value: Any) -> str | None:
    """https://docs.slack.dev/reference/block-kit/composition-objects/text-object."""
    fields = as_object(value)
    text = as_text(fields.get("text"))
    if text is None:
        return None
    return plain(text) if fields.get("type") == "mrkdwn" else unescape(text)


def words_of_rich_text(value: Any) -> str:
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""
    return _rich(as_object(value), 0).strip("\n")


def _block(block: Json) -> str:
    if block.get("type") == "rich_text":
        return words_of_rich_text(block)
    parts: list[Any] = [block.get("title"), block.get("text"), *as_list(block.get("fields"))]
    if block.get("type") == "context":
        parts += as_list(block.get("elements"))
    lines = [words_of_text_object(part) for part in parts]
    if block.get("type") == "markdown":
        lines.append(as_text(block.get("text")))
    if block.get("type") == "image" and not any(lines):
        lines.append(as_text(block.get("alt_text")))
    return _joined(lines)


def _attachment(item: Json) -> str:
    raw = as_text(item.get("text"))
    own = [
        _plain(item.get("pretext")),
        _plain(item.get("title")),
        plain(raw) if raw else words_of_blocks(item.get("blocks")),
        *(_plain(field.get("value")) for field in as_objects(item.get("fields"))),
    ]
    return _joined(own) or _plain(item.get("fallback")) or ""


def _plain(value: Any) -> str | None:
    text = as_text(value)
    return plain(text) if text else None


def _rich(node: Json, depth: int) -> str:
    kind = node.get("type")
    leaf = _LEAVES.get(kind) if isinstance(kind, str) else None
    if leaf is not None:
        return leaf(node)
    if depth >= _MAX_DEPTH:
        return ""
    inner = [_rich(element, depth + 1) for element in as_objects(node.get("elements"))]
    if kind == "rich_text_list":
        return "\n".join(f"• {item}" for item in inner)
    return ("\n" if kind == "rich_text" else "").join(inner)


def _leaf(*keys: str, mark: str = "", end: str = "") -> Callable[[Json], str]:
    """The first of these keys that says something."""

    def read(node: Json) -> str:
        found = next((text for key in keys if (text := as_text(node.get(key)))), None)
        return f"{mark}{found}{end}" if found else ""

    return read


def _raw_text(node: Json) -> str:
    """A space or a line's end alone says something between two other elements."""
    text = node.get("text")
    return text if isinstance(text, str) else ""


_LEAVES: dict[str, Callable[[Json], str]] = {
    "text": _raw_text,
    "link": _leaf("text", "url"),
    "emoji": _leaf("name", mark=":", end=":"),
    "user": _leaf("user_id", mark="@"),
    "channel": _leaf("channel_id", mark="#"),
    "usergroup": _leaf("usergroup_id", mark="@"),
    "broadcast": _leaf("range", mark="@"),
    "date": _leaf("fallback", "timestamp"),
    "color": _leaf("value"),
}


def _joined(lines: Any, glue: str = "\n") -> str:
    return glue.join(line for line in lines if line and line.strip())
