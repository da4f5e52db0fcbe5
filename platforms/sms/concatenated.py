"""Long messages that arrive segment by segment: how a segment says where it belongs, and how they become one again.

Vonage's SMS API alone leaves this to us: https://developer.vonage.com/en/messaging/sms/guides/concatenation-and-encoding
A segment is a message with `details.part`; who sees several of them may join them, in whatever order they came.
"""

from collections.abc import Iterable

from domain.content import TextContent
from domain.events import InboundEvent
from platforms.reading import Json, as_object, as_text
from platforms.sms.reading import as_integer

MOST_PARTS = 255
"""One octet counts them. 3GPP TS 23.040, section 9.2.3.24.1"""


def part_of(item: Json) -> Json | None:
    """`ref`, `number` and `total`, where a message is a segment of a longer one."""
    total, number = as_integer(item.get("concat-total")), as_integer(item.get("concat-part"))
    ref = as_text(item.get("concat-ref"))
    if ref is None or total is None or number is None or not 1 < total <= MOST_PARTS:
        return None
    return {"ref": ref, "number": number, "total": total} if 1 <= number <= total else None


def joined(events: Iterable[InboundEvent]) -> list[InboundEvent]:
    """The events, with a whole message in the place of its last segment; what is incomplete comes at the end."""
    waiting: dict[tuple[str | None, str | None, str, int], dict[int, InboundEvent]] = {}
    result: list[InboundEvent] = []
    for event in events:
        part = as_object(as_object(event.details).get("part"))
        if not part:
            result.append(event)
            continue
        sender = event.sender.address if event.sender else None
        group = waiting.setdefault((sender, event.account, part["ref"], part["total"]), {})
        group.setdefault(part["number"], event)
        if len(group) == part["total"]:
            whole = [group[number] for number in sorted(group)]
            result.append(_whole(whole))
            group.clear()
    return [*result, *(event for group in waiting.values() for event in group.values())]


def _whole(parts: list[InboundEvent]) -> InboundEvent:
    """Named after its first segment, so that a second delivery of all of them is known for a repeat."""
    texts = [part.content.text for part in parts if isinstance(part.content, TextContent)]
    details = {key: value for key, value in (parts[0].details or {}).items() if key != "part"}
    content = TextContent(text="".join(texts))
    return parts[0].model_copy(update={"content": content, "details": details or None})
