"""Pieces of long messages: which messages are pieces, and what becomes of those that are there."""

from typing import Any

import pytest

from domain.content import MessageContent, TextContent, UnsupportedContent
from domain.events import InboundEvent, Sender
from domain.pieces import Piece, piece_of, together


def piece(
    number: int, total: int = 3, content: MessageContent | None = None, **more: Any
) -> InboundEvent:
    return InboundEvent(
        kind="message",
        external_id=f"m-{number}",
        sender=Sender(address="ana"),
        content=content or TextContent(text=f"<{number}>"),
        details={"part": {"ref": "7", "number": number, "total": total}, **more},
    )


def test_a_piece_says_where_it_belongs() -> None:
    assert piece_of(piece(2)) == Piece(ref="7", number=2, total=3)


@pytest.mark.parametrize(
    "part",
    [
        None,
        "2 of 3",
        {},
        {"ref": "7", "number": 4, "total": 3},
        {"ref": "7", "number": 0, "total": 3},
        {"ref": "7", "number": 1, "total": 1},
        {"ref": "7", "number": 1, "total": 256},
        {"ref": None, "number": 1, "total": 2},
    ],
)
def test_what_does_not_is_a_whole_message(part: object) -> None:
    assert piece_of(piece(1).model_copy(update={"details": {"part": part}})) is None


def test_what_is_no_message_of_a_contact_is_no_piece() -> None:
    assert piece_of(piece(1).model_copy(update={"echo": True})) is None
    assert piece_of(piece(1).model_copy(update={"kind": "edit"})) is None


def test_all_of_them_are_one_message() -> None:
    (whole,) = together([piece(1), piece(2), piece(3)])
    assert whole.content == TextContent(text="<1><2><3>")
    assert (whole.external_id, whole.details) == ("m-1", None)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ((1, 3, 4), "<1>[…]<3><4>"),
        ((3,), "[…]<3>[…]"),
        ((1, 2), "<1><2>[…]"),
    ],
)
def test_what_is_missing_leaves_a_gap(there: tuple[int, ...], words: str) -> None:
    (whole,) = together([piece(number, 4) for number in there])
    assert whole.content == TextContent(text=words)
    gone = [number for number in range(1, 5) if number not in there]
    assert whole.details == {"missing": {"ref": "7", "numbers": gone, "total": 4}}


def test_what_else_was_told_stays() -> None:
    (whole,) = together([piece(1, 2, wish="help"), piece(2, 2)])
    assert whole.details == {"wish": "help"}


def test_what_is_no_text_stays_in_pieces() -> None:
    pieces = [piece(1, 2, UnsupportedContent(platform_type="binary")), piece(2, 2)]
    assert together(pieces) == pieces
