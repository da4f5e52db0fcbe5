"""Long messages that arrive segment by segment: how a segment says where it belongs, and how they become one again.

Vonage's SMS API alone leaves this to us: https://developer.vonage.com/en/messaging/sms/guides/concatenation-and-encoding
A segment is a message with `details.part`; who sees several of them may join them, in whatever order they came.
"""

from collections.abc import Iterable

from domain.events import InboundEvent
from domain.pieces import MOST_PIECES, piece_of, together
from platforms.reading import Json, as_text
from platforms.sms.reading import as_integer


def part_of(item: Json) -> Json | None:
    """`ref`, `number` and `total`, where a message is a segment of a longer one."""
    total, number = as_integer(item.get("concat-total")), as_integer(item.get("concat-part"))
    ref = as_text(item.get("concat-ref"))
    if ref is None or total is None or number is None or not 1 < total <= MOST_PIECES:
        return None
    return {"ref": ref, "number": number, "total": total} if 1 <= number <= total else None


def joined(events: Iterable[InboundEvent]) -> list[InboundEvent]:
    """The events, with a whole message in the place of its last segment; what is incomplete comes at the end.

    It waits there for what other webhooks bring: `details.part` says for what.
    """
    waiting: dict[tuple[str | None, str | None, str, int], dict[int, InboundEvent]] = {}
    result: list[InboundEvent] = []
    for event in events:
        piece = piece_of(event)
        if piece is None:
            result.append(event)
            continue
        sender = event.sender.address if event.sender else None
        group = waiting.setdefault((sender, event.account, piece.ref, piece.total), {})
        group.setdefault(piece.number, event)
        if len(group) == piece.total:
            result.extend(together([group[number] for number in sorted(group)]))
            group.clear()
    return [*result, *(event for group in waiting.values() for event in group.values())]
