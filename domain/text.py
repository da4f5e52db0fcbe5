"""Text measured the way platforms count it, and cut only where a reader sees a boundary."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

from domain.content import MessageContent, TextContent
from domain.errors import ContentRejected
from domain.platform import LengthUnit, Limits
from domain.segments import segments

ELLIPSIS = "…"

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’)\]])\s+|(?<=[。！？])\s*")  # noqa: RUF001  full-width marks end sentences
_WORD = re.compile(r"\s+")

_ZERO_WIDTH_JOINER = "\u200d"


def length(text: str, unit: LengthUnit) -> int:
    """The length of a text in the unit in which a platform states its limits."""
    match unit:
        case LengthUnit.CODE_POINTS:
            return len(text)
        case LengthUnit.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case LengthUnit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case LengthUnit.SEGMENTS:
            return segments(text)


def fits(text: str, limit: int, unit: LengthUnit) -> bool:
    return length(text, unit) <= limit


def parts(text: str, limits: Limits) -> list[str]:
    """A text cut to the platform's messages. Raises `ContentRejected` when it says nothing."""
    if not text.strip():
        raise ContentRejected("the text is empty")
    return split(text, limits.text, limits.text_unit)


def texts(text: str, limits: Limits) -> list[MessageContent]:
    return [TextContent(text=part) for part in parts(text, limits)]


def joined(pieces: Iterable[str | None], glue: str) -> str:
    """The pieces that say something, one after the other."""
    return glue.join(piece for piece in pieces if piece and piece.strip())


def split(text: str, limit: int, unit: LengthUnit) -> list[str]:
    """The parts of a text, each within the limit, cut at the coarsest boundary that is near enough.

    Paragraph, line, sentence, word, and in the worst case between two characters as a reader sees them. Only the
    whitespace at a cut is dropped; a text that fits comes back as it is.
    """
    cuts: list[str] = []
    rest = text
    while (reach := _reach(rest, limit, unit)) < len(rest):
        if reach == 0:
            raise ContentRejected(f"a limit of {limit} {unit} holds no character of this text")
        cut = _best_cut(rest, reach)
        cuts.append(rest[:cut].rstrip())
        rest = _without_leading_space(rest[cut:])
    return [part for part in [*cuts, rest] if part] or [""]


def shorten(text: str, limit: int, unit: LengthUnit) -> str:
    """The text itself when it fits, else its beginning and an ellipsis; empty when not even that fits."""
    if fits(text, limit, unit):
        return text
    reach = _reach(text, limit, unit, ELLIPSIS)
    while not is_boundary(text, reach):
        reach -= 1
    head = text[:reach].rstrip()
    return head + ELLIPSIS if head else ""


def is_boundary(text: str, index: int) -> bool:
    """Whether a reader sees two characters here, not the middle of one (after UAX #29, its common cases).

    https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundary_Rules
    """
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before == "\r" and after == "\n":
        return False
    if unicodedata.category(before) in {"Cc", "Zl", "Zp"}:
        return True
    if _extends(after) or before == _ZERO_WIDTH_JOINER or _joins_hangul(before, after):
        return False
    return not (_is_flag_half(before) and _is_flag_half(after) and _odd_flag_halves(text, index))


def _reach(text: str, limit: int, unit: LengthUnit, tail: str = "") -> int:
    """How many leading code points are within the limit, with a tail after them."""
    if unit is LengthUnit.SEGMENTS:
        return _reach_in_segments(text, limit, tail)
    room = max(0, limit - length(tail, unit))
    head = text[:room]  # a code point is at least one of any other unit
    if unit is LengthUnit.CODE_POINTS:
        return len(head)
    used = 0
    for index, character in enumerate(head):
        used += length(character, unit)
        if used > room:
            return index
    return len(head)


_SEPTETS = 160
"""No segment holds more characters."""


def _reach_in_segments(text: str, limit: int, tail: str) -> int:
    """One character can change what all others take: whole beginnings are measured, of which a longer takes no less."""
    longest = min(len(text), limit * _SEPTETS)
    tried = range(longest + 1)
    return max(0, bisect_right(tried, limit, key=lambda size: segments(text[:size] + tail)) - 1)


def _best_cut(text: str, reach: int) -> int:
    """Where the next part begins. The whitespace before a cut is dropped, so it need not fit itself."""
    near = (
        reach // 4
    )  # a coarser boundary further back than this would make too many small messages
    for pattern, floor in ((_PARAGRAPH, near), (_LINE, near), (_SENTENCE, near), (_WORD, 0)):
        cuts = [
            found.end()
            for found in pattern.finditer(text, 0, reach + 1)
            if floor < found.start() <= reach and is_boundary(text, found.end())
        ]
        if cuts:
            return cuts[-1]
    cut = reach
    while not is_boundary(text, cut):
        cut -= 1
    return cut or reach  # one character as seen, longer than the limit: cut between its code points


def _without_leading_space(text: str) -> str:
    """Strip leading whitespace, but never the space that carries a combining mark."""
    start = 0
    while start < len(text) and text[start].isspace() and is_boundary(text, start + 1):
        start += 1
    return text[start:]


def _extends(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, skin tones, flag tags."""
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _joins_hangul(before: str, after: str) -> bool:
    """Whether two conjoining jamo, or a syllable and a jamo, are written as one block."""
    leading = "\u1100" <= before <= "\u115f"
    syllable_before = leading or "\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    if "\u1160" <= after <= "\u11ff":
        return syllable_before
    return leading and ("\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3")


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _odd_flag_halves(text: str, index: int) -> bool:
    """Whether the flag letters before here leave one open, which the next one completes."""
    start = index
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return (index - start) % 2 == 1
