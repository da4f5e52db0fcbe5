"""How many short messages a text takes: counted in the alphabet of phones, or in UTF-16 when it holds anything else.

The alphabet: 3GPP TS 23.038, section 6.2.1, https://www.3gpp.org/dynareport/23038.htm. Sizes of joined messages: 3GPP
TS 23.040, section 9.2.3.24.1, whose header of 6 octets leaves 134 of 140.
"""

from collections.abc import Iterable
from typing import NamedTuple

DEFAULT_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One septet each."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""An escape and one more: two septets, which no segment may part."""


class Size(NamedTuple):
    """What a text takes: its units (septets, or UTF-16 units) and how many segments they fill."""

    wide: bool
    """In UTF-16: one character outside of the alphabet makes all of the text so."""
    units: int
    segments: int


def measure(text: str) -> Size:
    wide = not is_narrow(text)
    widths = (_utf16(character) if wide else _septets(character) for character in text)
    alone, joined = (70, 67) if wide else (160, 153)
    return _filled(wide, list(widths), alone, joined)


def segments(text: str) -> int:
    return measure(text).segments


def is_narrow(text: str) -> bool:
    """Whether a text has only characters of the phones' own alphabet."""
    return all(character in DEFAULT_ALPHABET or character in EXTENSION for character in text)


def _septets(character: str) -> int:
    return 2 if character in EXTENSION else 1


def _utf16(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _filled(wide: bool, widths: Iterable[int], alone: int, joined: int) -> Size:  # noqa: FBT001
    """Segments filled in order; what does not fit whole into the rest of one begins the next."""
    units = used = 0
    count = 1
    for width in widths:
        units += width
        used += width
        if used > joined:
            count, used = count + 1, width
    if units <= alone:
        count = min(units, 1)
    return Size(wide, units, count)
