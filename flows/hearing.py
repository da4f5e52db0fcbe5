"""How a flow hears a message of the contact: its words, and what was pressed."""

from datetime import datetime

from domain.content import ChoiceContent, preview
from domain.conversation import InboundItem
from flows.events import MessageReceived


def heard(item: InboundItem, at: datetime) -> MessageReceived:
    """A message as the engine takes it."""
    content = item.event.content
    return MessageReceived(
        message_id=str(item.id),
        text=_words(item),
        choice_id=content.id if isinstance(content, ChoiceContent) else None,
        content_type=content.type if content else "unsupported",
        at=at,
    )


def _words(item: InboundItem) -> str:
    """What was written: the text, the caption, the title of what was pressed."""
    content = item.event.content
    if content is None:
        return ""
    for name in ("text", "caption", "title"):
        value = getattr(content, name, None)
        if isinstance(value, str):
            return value
    return "" if hasattr(content, "media") else preview(content)
