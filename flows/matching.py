"""Which option of a menu a reply means: from what is certain to what is likely, never a guess.

Each way of matching either names exactly one option or leaves the question to the next way.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from flows.limits import MAX_INPUT
from flows.text import fold, plain, within_one_edit


class Option(NamedTuple):
    """One option as the contact may name it."""

    id: str
    label: str
    synonyms: tuple[str, ...] = ()


class Named(NamedTuple):
    """One folded name of an option."""

    name: str
    option: str


def match(options: list[Option], text: str) -> str | None:
    """The id of the option that a text means, or None."""
    text = text.strip()[:MAX_INPUT]
    if not text:
        return None
    for way in _WAYS:
        found = _only(way(options, text))
        if found is not None:
            return found
    return None


def payload(node: str, visit: int, option: str) -> str:
    """What a button carries."""
    return f"{node}:{visit}:{option}"


def pressed(options: list[Option], choice_id: str | None, node: str) -> str | None:
    """The option that a payload names, if it is one of this node's.

    A button of an earlier visit of the same node counts when the option still exists. A payload of
    another node names nothing: then the title on the button is read like any other text.
    """
    named = re.fullmatch(rf"{re.escape(node)}:\d+:(\w+)", choice_id or "", re.ASCII)
    return _only(option.id for option in options if named and option.id == named[1])


def _only(found: Iterable[str]) -> str | None:
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else None


_ORDINAL = re.compile(r"[#(]?\s*(\d{1,3})\s*[.)]?", re.ASCII)


def _by_ordinal(options: list[Option], text: str) -> list[str]:
    """`2`, `2.`, `#2`. Not where a label is itself a number: then 2 means that label."""
    number = _ORDINAL.fullmatch(plain(text))
    if not number or any(fold(option.label).isdecimal() for option in options):
        return []
    index = int(number[1])
    return [options[index - 1].id] if 1 <= index <= len(options) else []


def _labels(options: list[Option]) -> list[Named]:
    return [Named(fold(option.label), option.id) for option in options]


def _names(options: list[Option]) -> list[Named]:
    synonyms = [Named(fold(word), option.id) for option in options for word in option.synonyms]
    return [named for named in _labels(options) + synonyms if named.name]


def _by_label(options: list[Option], text: str) -> list[str]:
    folded = fold(text)
    return [named.option for named in _labels(options) if named.name == folded]


def _by_synonym(options: list[Option], text: str) -> list[str]:
    folded = fold(text)
    return [named.option for named in _names(options) if named.name == folded]


def _by_phrase(options: list[Option], text: str) -> list[str]:
    """Names said within a longer reply. A longer name hides the shorter ones inside it.

    A name of one letter is left out: `a` stands in too many sentences.
    """
    meant: dict[str, list[str]] = {}
    for name, option in _names(options):
        meant.setdefault(name, []).append(option)
    left = f" {fold(text)} "
    found: list[str] = []
    for name in sorted(meant, key=lambda name: (-len(name), name)):
        if len(name) > 1 and f" {name} " in left:
            found += meant[name]
            # Two spaces, so that the words on both sides do not become neighbours.
            left = left.replace(f" {name} ", "  ")
    return found


def _by_spelling(options: list[Option], text: str) -> list[str]:
    """One letter wrong, in names of five letters or more."""
    folded = fold(text)
    if len(folded) < 5:
        return []
    names = (named for named in _names(options) if len(named.name) >= 5)
    return [named.option for named in names if within_one_edit(folded, named.name)]


_WAYS: tuple[Callable[[list[Option], str], list[str]], ...] = (
    _by_ordinal,
    _by_label,
    _by_synonym,
    _by_phrase,
    _by_spelling,
)
