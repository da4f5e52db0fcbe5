"""How much may travel in one payload. Temporal refuses more than 2 MB in a payload and 4 MB in a call.

https://docs.temporal.io/cloud/limits#per-message-grpc-limit
"""

from collections.abc import Sequence

from domain.content import TextContent, UnsupportedContent
from domain.conversation import InboundItem
from domain.events import InboundEvent

LARGEST_EVENT = 256 * 1024
"""Bytes of one event as JSON. A longer one is kept whole in PostgreSQL and goes on shortened."""
LARGEST_BATCH = 512 * 1024
"""Bytes of the events that travel together."""
MOST_TOGETHER = 200
"""Events that travel together: a later batch is soon there."""

KEPT_TEXT = 60_000
"""Characters kept of a text that is too long."""


def size(event: InboundEvent) -> int:
    """Bytes of an event as JSON."""
    return len(event.model_dump_json(exclude_none=True).encode())


def shortened(event: InboundEvent) -> InboundEvent:
    """An event that is too large, as far as it may travel: without its raw form, and with a part of its text."""
    content = event.content
    if isinstance(content, TextContent):
        content = TextContent(text=content.text[:KEPT_TEXT] + "…")
    elif content is not None:
        content = UnsupportedContent(platform_type=f"{content.type} (too large)")
    bare = {"raw": None, "details": None, "referral": None, "content": content}
    return event.model_copy(update=bare)


def leading(items: Sequence[InboundItem]) -> int:
    """How many of the first items may travel together: at least one."""
    if len(items) <= 1:
        return len(items)
    total = 0
    for number, item in enumerate(items[:MOST_TOGETHER]):
        total += size(item.event)
        if total > LARGEST_BATCH and number > 0:
            return number
    return min(len(items), MOST_TOGETHER)
