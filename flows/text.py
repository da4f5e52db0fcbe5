"""How two texts are compared: the way a person would, not the way a computer stores them."""

import re
import unicodedata

_ACCENTS = range(0x0300, 0x0370)
"""Combining marks of Latin, Greek and Cyrillic. Marks of other scripts are letters, and stay."""
_DECORATION = re.compile("[\u200b-\u200d\u20e3\u2060\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")
"""Emoji selectors and skin tones, the keycap, and characters without width."""


def plain(text: str) -> str:
    """Compatibility forms, width and decoration taken away; digits of any script become ASCII."""
    text = _DECORATION.sub("", unicodedata.normalize("NFKC", text)).strip()
    if text.isascii():
        return text
    return "".join(_digit(character) for character in text)


def fold(text: str) -> str:
    """The text as it is compared: case, accents, punctuation and emoji taken away.

    A text of emoji alone is compared as it is.
    """
    text = plain(text).casefold()
    if not text.isascii():
        marks = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in marks if ord(c) not in _ACCENTS))
    words = "".join(c if _is_word(c) else " " for c in text)
    return " ".join(words.split()) or " ".join(text.split())


def within_one_edit(left: str, right: str) -> bool:
    """Whether one letter added, dropped, changed, or swapped with its neighbour makes them equal."""
    if abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if start == len(left):
        return True
    if len(left) < len(right):
        return left[start:] == right[start + 1 :]
    swapped = left[start : start + 2] == right[start : start + 2][::-1]
    return left[start + 1 :] == right[start + 1 :] or (
        swapped and left[start + 2 :] == right[start + 2 :]
    )


def as_number(text: str) -> int | float | None:
    """A plainly written number (`12`, `-3.5`): an integer where it has no fraction."""
    text = plain(text)
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", text, re.ASCII):
        return None
    return integral(float(text))


def integral(number: float) -> int | float:
    """The same number, as an `int` where it has no fraction."""
    return int(number) if number == int(number) else number


def _digit(character: str) -> str:
    return str(unicodedata.digit(character)) if character.isdecimal() else character


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"
