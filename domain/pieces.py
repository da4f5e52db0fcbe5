"""One message that comes in several: how a piece says where it belongs, and how pieces become one again.

A platform that does not join long messages itself says so in `details.part`: `{"ref": …, "number": n, "total": m}`.
"""

from collections.abc import Sequence

from pydantic import Field, ValidationError

from domain.content import TextContent
from domain.events import InboundEvent
from domain.value import Value

MOST_PIECES = 255
"""One octet counts the segments of a short message: 3GPP TS 23.040, section 9.2.3.24.1. Nothing known has more."""
GAP = "[…]"
"""Stands for a piece that did not come."""


class Piece(Value):
    """Which piece of which message: numbers count from 1."""

    ref: str
    number: int = Field(ge=1)
    total: int = Field(gt=1, le=MOST_PIECES)


def piece_of(event: InboundEvent) -> Piece | None:
    """Where a message belongs that is a piece of a longer one; None: it is a whole one."""
    told = (event.details or {}).get("part")
    if event.kind != "message" or event.echo or not isinstance(told, dict):
        return None
    try:
        piece = Piece.model_validate(told)
    except ValidationError:
        return None
    return piece if piece.number <= piece.total else None


def together(pieces: Sequence[InboundEvent]) -> list[InboundEvent]:
    """What becomes of the pieces of one message that are there, in order: one message, named after its first.

    It says where a piece is missing. What is no text cannot be joined: it stays as it came.
    """
    first, place = pieces[0], _place(pieces[0])
    texts = {
        _place(event).number: event.content.text
        for event in pieces
        if isinstance(event.content, TextContent)
    }
    if len(texts) < len(pieces):
        return list(pieces)
    missing = [number for number in range(1, place.total + 1) if number not in texts]
    details = {key: value for key, value in (first.details or {}).items() if key != "part"}
    if missing:
        details["missing"] = {"ref": place.ref, "numbers": missing, "total": place.total}
    content = TextContent(text=_text(texts, place.total))
    return [first.model_copy(update={"content": content, "details": details or None})]


def _place(event: InboundEvent) -> Piece:
    piece = piece_of(event)
    if piece is None:
        raise ValueError("not a piece of a message")
    return piece


def _text(texts: dict[int, str], total: int) -> str:
    """In order; a row of missing pieces is one gap."""
    words: list[str] = []
    for number in range(1, total + 1):
        if number in texts:
            words.append(texts[number])
        elif not words or words[-1] is not GAP:
            words.append(GAP)
    return "".join(words)
