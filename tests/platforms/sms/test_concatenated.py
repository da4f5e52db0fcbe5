"""Segments become one message, in whatever order they come."""

import itertools

from domain.content import TextContent
from domain.events import InboundEvent, Sender
from platforms.sms.concatenated import joined, part_of

WORDS = ("Um texto ", "em três ", "segmentos.")


def segment(number: int, ref: str = "7", sender: str = "+5511955500101") -> InboundEvent:
    return InboundEvent(
        kind="message",
        external_id=f"{ref}-{number}",
        sender=Sender(address=sender),
        content=TextContent(text=WORDS[number - 1]),
        details={"part": {"ref": ref, "number": number, "total": 3}},
    )


def test_in_any_order_they_are_the_same_message() -> None:
    for order in itertools.permutations((1, 2, 3)):
        (whole,) = joined(segment(number) for number in order)
        assert whole.content == TextContent(text="Um texto em três segmentos.")
        assert (whole.external_id, whole.details) == ("7-1", None)


def test_a_repeated_segment_counts_once() -> None:
    assert len(joined(segment(number) for number in (1, 1, 2, 3))) == 1


def test_what_is_incomplete_stays_in_pieces() -> None:
    pieces = [segment(1), segment(3)]
    assert joined(pieces) == pieces


def test_segments_of_others_are_not_mixed() -> None:
    other = segment(3, sender="+5511955500102")
    assert len(joined([segment(1), segment(2), other])) == 3
    assert len(joined([segment(1), segment(2), segment(3, ref="8")])) == 3


def test_what_is_no_segment() -> None:
    whole = {"concat-ref": "7", "concat-total": "2", "concat-part": "1"}
    assert part_of(whole) == {"ref": "7", "number": 1, "total": 2}
    changes = [("concat-total", "1"), ("concat-total", "256"), ("concat-part", "3")]
    changes += [("concat-part", "x"), ("concat-part", "0"), ("concat-ref", "")]
    assert [part_of({**whole, name: value}) for name, value in changes] == [None] * len(changes)
