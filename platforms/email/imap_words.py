"""The grammar of what an IMAP server says (RFC 3501, section 9), as far as we ask it anything. Pure."""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from platforms.email.imap_errors import Status

Piece = bytes | None
"""A literal: counted octets; None: one that was larger than we would hold."""

_STATUS = re.compile(r"(OK|NO|BAD|BYE|PREAUTH)(?: \[([^\]]*)\])?(?: ?(.*))?", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{1,10}) ([A-Za-z]+)(?: (.*))?", re.DOTALL)
_LITERAL = re.compile(rb"\{(\d{1,12})\+?\}$")
_TOKEN = re.compile(
    rb'(?P<space>[ \t\r\n]+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    rb'|(?P<atom>[^\s()"\[]*(?:\[[^\]]*\])?[^\s()"]*)',
    re.DOTALL,
)
_MOST_DEEP = 50
_DATE = re.compile(
    r"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\s*", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Line(NamedTuple):
    """One answer: its words, and the literals that stood among them, each after the words that announce it."""

    texts: list[bytes]
    literals: list[Piece]

    @property
    def first(self) -> str:
        return self.texts[0].decode("utf-8", "replace")


def announced(text: bytes) -> int | None:
    """How many octets follow a line that ends so; None: the answer ends here."""
    found = _LITERAL.search(text)
    return int(found.group(1)) if found else None


def status(text: str) -> Status | None:
    """An `OK`, `NO`, `BAD`, `BYE` or `PREAUTH`; None when it is something else."""
    found = _STATUS.fullmatch(text.strip())
    if found is None:
        return None
    word, code, words = found.groups()
    return Status(word.upper(), _upper(code or ""), (words or "").strip())


def _upper(code: str) -> str:
    name, space, rest = code.partition(" ")
    return name.upper() + space + rest


def numbered(text: str) -> tuple[int, str] | None:
    """`12 EXISTS`, `3 FETCH (…`: the number and what it counts."""
    found = _NUMBERED.fullmatch(text)
    return (int(found.group(1)), found.group(2).upper()) if found else None


def fetched(line: Line) -> dict[str, Any]:
    """The items of a FETCH by name, in upper case; a value is bytes, a list, a number's digits, or None."""
    values = _parsed(line)
    items = next((one for one in values if isinstance(one, list)), [])
    names = items[0::2]
    return {
        name.upper(): value
        for name, value in zip(names, items[1::2], strict=False)
        if isinstance(name, str)
    }


def listed(line: Line) -> tuple[list[str], bytes] | None:
    """A LIST: the folder's marks, in lower case, and its name as it is to be asked for."""
    values = _parsed(line)
    if len(values) < 4 or not isinstance(values[1], list):
        return None
    name = values[3].encode("ascii", "replace") if isinstance(values[3], str) else values[3]
    marks = [one.lower() for one in values[1] if isinstance(one, str)]
    return (marks, name) if isinstance(name, bytes) else None


def _parsed(line: Line) -> list[Any]:
    """Words as `str`, quoted strings and literals as `bytes`, parentheses as lists. Damage ends it, no more."""
    stack: list[list[Any]] = [[]]
    for value in _tokens(line):
        if value == "(" and len(stack) < _MOST_DEEP:
            stack.append([])
        elif value == ")" and len(stack) > 1:
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(None if value == "NIL" else value)
    while len(stack) > 1:
        inner = stack.pop()
        stack[-1].append(inner)
    return stack[0]


def _tokens(line: Line) -> Iterator[Any]:
    literals = iter(line.literals)
    for text in line.texts:
        is_announcing = announced(text) is not None
        yield from _words(_LITERAL.sub(b"", text) if is_announcing else text)
        if is_announcing:
            yield next(literals, None)


def _words(text: bytes) -> Iterator[Any]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.end() == at:
            return
        at = found.end()
        if found.lastgroup == "quoted":
            yield re.sub(rb"\\(.)", rb"\1", found.group("quoted"))
        elif found.lastgroup != "space":
            yield found.group().decode("utf-8", "replace")


def quoted(text: str) -> bytes:
    """A string for a command. Only for what has no controls and is ASCII."""
    return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'


def mailbox(name: str) -> bytes:
    """A folder's name as it travels: what is not ASCII in modified UTF-7 (RFC 3501, section 5.1.3)."""
    pieces = re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name)
    return quoted("".join(_utf7(piece) for piece in pieces))


def _utf7(piece: str) -> str:
    if " " <= piece[0] <= "~":
        return piece.replace("&", "&-")
    octets = base64.b64encode(piece.encode("utf-16-be")).decode("ascii")
    return f"&{octets.rstrip('=').replace('/', ',')}-"


def moment(value: object) -> datetime | None:
    """An INTERNALDATE, aware, UTC."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else ""
    found = _DATE.fullmatch(text)
    if found is None or found.group(2).lower() not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, ahead, minutes = found.groups()
    zone = f"{sign}{ahead}:{minutes}"
    number = _MONTHS.index(month.lower()) + 1
    try:
        iso = f"{year}-{number:02}-{int(day):02}T{hour}:{minute}:{second}{zone}"
        return datetime.fromisoformat(iso).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(at: datetime) -> str:
    """A date as searches name it, `1-Aug-2026`, whatever the machine's language."""
    return f"{at.day}-{_MONTHS[at.month - 1].capitalize()}-{at.year:04}"


def uids(lines: Iterable[Line]) -> list[int]:
    """What a search found, ascending."""
    found = {int(one) for line in lines for one in line.first.split()[1:] if one.isdigit()}
    return sorted(found)


def a_set(numbers: Sequence[int]) -> str:
    """Message numbers as a command names them."""
    return ",".join(map(str, numbers))
