"""What a message says: its files, each a content of its own, and its words.

https://docs.slack.dev/reference/events/message
"""

from typing import Any

from domain.content import MediaContent, MessageContent, TextContent, UnsupportedContent
from platforms.reading import Json, as_objects
from platforms.slack.attachments import read_file
from platforms.slack.mrkdwn import plain, without_mention
from platforms.slack.reading import as_text
from platforms.slack.rich import words_of_attachments, words_of_blocks


def read_contents(message: Json, bot_users: frozenset[str]) -> list[MessageContent]:
    """The contents of a message, at least one: words with files are the caption of the first that can have one."""
    words = read_words(message, bot_users)
    files: list[MessageContent] = [read_file(file) for file in as_objects(message.get("files"))]
    if not files:
        return [TextContent(text=words) if words else _unknown(message)]
    first = next((index for index, one in enumerate(files) if isinstance(one, MediaContent)), None)
    if words and first is None:
        return [TextContent(text=words), *files]
    if words and first is not None:
        files[first] = files[first].model_copy(update={"caption": words})
    return files


def read_words(message: Json, bot_users: frozenset[str]) -> str | None:
    """The text; where an app left it empty, the words of its blocks. What somebody forwarded comes below.

    The mention of us that a message in a channel begins with is how we are called, not part of what is said.
    """
    attachments: Any = message.get("attachments")
    text = as_text(message.get("text"))
    own = (
        plain(without_mention(text, bot_users)) if text else words_of_blocks(message.get("blocks"))
    )
    more = words_of_attachments(attachments, shared_only=bool(own.strip()))
    words = "\n\n".join(part for part in (own, more) if part.strip())
    return words or None


def _unknown(message: Json) -> MessageContent:
    blocks = as_objects(message.get("blocks"))
    block = as_text(blocks[0].get("type")) if blocks else None
    return UnsupportedContent(platform_type=as_text(message.get("subtype")) or block or "message")
