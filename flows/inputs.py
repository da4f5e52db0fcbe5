"""How an answer in words becomes a value, for each kind of input an `ask` can want."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import Field, JsonValue

from domain.value import Value
from flows.limits import MAX_INPUT
from flows.text import fold, integral, plain

InputKind = Literal["any", "text", "number", "integer", "email", "phone", "yes_no"]


class Reply(NamedTuple):
    """What the contact wrote. `language` decides what a comma means."""

    text: str
    content_type: str = "text"
    language: str = "en"


class Accepted(NamedTuple):
    """The answer fits; this is its value."""

    value: JsonValue


class Rejected(NamedTuple):
    """The answer does not fit; `code` says why."""

    code: str


class Rules(Value, extra="forbid"):
    """Bounds of an answer: `min` and `max` of numbers, lengths of texts."""

    min: float | None = None
    max: float | None = None
    min_length: int | None = Field(default=None, ge=0, le=MAX_INPUT)
    max_length: int | None = Field(default=None, ge=1, le=MAX_INPUT)


RULES_OF: dict[InputKind, tuple[str, ...]] = {
    "any": (),
    "text": ("min_length", "max_length"),
    "number": ("min", "max"),
    "integer": ("min", "max"),
    "email": (),
    "phone": (),
    "yes_no": (),
}
"""Which rules make sense for which input."""


def read(kind: InputKind, reply: Reply, rules: Rules) -> Accepted | Rejected:
    """The value of a reply, or why it is none."""
    text = reply.text.strip()[:MAX_INPUT]
    if kind == "any":
        return Accepted(text or f"[{reply.content_type}]")
    if not text:
        return Rejected("not_text")
    answer = _READERS[kind](reply._replace(text=text))
    return _check(answer, rules) if isinstance(answer, Accepted) else answer


def _check(answer: Accepted, rules: Rules) -> Accepted | Rejected:
    value = answer.value
    if isinstance(value, str):
        return _within(answer, len(value), rules.min_length, rules.max_length, "short", "long")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _within(answer, value, rules.min, rules.max, "small", "large")
    return answer


def _within(
    answer: Accepted, size: float, low: float | None, high: float | None, below: str, above: str
) -> Accepted | Rejected:
    if low is not None and size < low:
        return Rejected(f"too_{below}")
    if high is not None and size > high:
        return Rejected(f"too_{above}")
    return answer


def _text(reply: Reply) -> Accepted | Rejected:
    return Accepted(reply.text)


# A sign counts only where no word or figure stands before it, so that "10-12" is two numbers.
_NUMBER = re.compile(r"(?<![\w.,])[+-]?\d(?:[\d.,']*\d)?|\d(?:[\d.,']*\d)?", re.ASCII)
_COMMA_IS_POINT = re.compile(r"(?!en|zh|ja|ko|he|th|hi)")
"""Languages that write one and a half as 1,5; these few write 1.5."""


def _number(reply: Reply) -> Accepted | Rejected:
    found = _NUMBER.findall(plain(reply.text))
    if len(found) != 1:
        return Rejected("not_a_number")
    written = _point(found[0], comma=bool(_COMMA_IS_POINT.match(reply.language.lower())))
    if written is None or len(written) > 16:
        return Rejected("not_a_number")
    return Accepted(integral(float(written)))


def _point(written: str, *, comma: bool) -> str | None:
    """The number as Python writes it, or None when its separators make no sense."""
    written = written.replace("'", "")
    marks = [character for character in written if character in ".,"]
    if not marks:
        return written
    last = marks[-1]
    whole, _, fraction = written.rpartition(last)
    if marks.count(last) > 1 or _groups(whole, fraction, last, marks, comma=comma):
        groups = re.split(r"[.,]", written)
        return "".join(groups) if all(len(group) == 3 for group in groups[1:]) else None
    return re.sub(r"[.,]", "", whole) + "." + fraction


def _groups(whole: str, fraction: str, last: str, marks: list[str], *, comma: bool) -> bool:
    """Whether the only mark separates thousands: `1,500` in English, `1.500` in Portuguese."""
    grouping = "." if comma else ","
    return len(marks) == 1 and last == grouping and len(fraction) == 3 and whole.strip("+-0") != ""


def _integer(reply: Reply) -> Accepted | Rejected:
    answer = _number(reply)
    if isinstance(answer, Accepted) and not isinstance(answer.value, int):
        return Rejected("not_an_integer")
    return answer


_EMAIL = re.compile(
    r"([^\s@<>()\"',;:]{1,64})@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})",
    re.IGNORECASE,
)


def _email(reply: Reply) -> Accepted | Rejected:
    """One address anywhere in the text, its domain in lower case."""
    words = re.split(r"[\s<>()\"',;:]+", plain(reply.text))
    found = [word.strip(".!?") for word in words if "@" in word]
    address = _EMAIL.fullmatch(found[0]) if len(found) == 1 and len(found[0]) <= 254 else None
    return Accepted(f"{address[1]}@{address[2].lower()}") if address else Rejected("not_an_email")


_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{4,28}\d", re.ASCII)


def _phone(reply: Reply) -> Accepted | Rejected:
    """One number of 8 to 15 digits (E.164); a leading `+` is kept."""
    found = _PHONE.findall(plain(reply.text))
    digits = re.sub(r"\D", "", found[0]) if len(found) == 1 else ""
    if not 8 <= len(digits) <= 15:
        return Rejected("not_a_phone")
    return Accepted("+" + digits if found[0].startswith("+") else digits)


_YES = (
    *("yes", "yeah", "yep", "yup", "sure", "ok", "okay", "correct"),
    *("sim", "claro", "isso", "certo", "correto", "positivo"),
    *("si", "vale", "dale", "correcto", "👍", "✅", "👌"),
)
_NO = (
    *("no", "nope", "nah", "not", "never"),
    *("nao", "nunca", "negativo", "jamais", "👎", "❌"),
)
_LETTERS = {"y": True, "s": True, "n": False}
"""Short for yes, sim, sí and no, but only alone: `y` is Spanish for `and`."""


def _yes_no(reply: Reply) -> Accepted | Rejected:
    """Yes or no in English, Portuguese or Spanish.

    The word must open or close a short reply, because `no` within one is Portuguese for `in the`.
    A reply that holds both is neither.
    """
    words = fold(reply.text).split()
    if len(words) == 1 and words[0] in _LETTERS:
        return Accepted(_LETTERS[words[0]])
    ends = (words[0], words[-1]) if len(words) <= 6 else ()
    for value, wanted, other in ((True, _YES, _NO), (False, _NO, _YES)):
        if any(word in wanted for word in ends) and not any(word in other for word in words):
            return Accepted(value)
    return Rejected("not_yes_or_no")


_READERS: dict[InputKind, Callable[[Reply], Accepted | Rejected]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "email": _email,
    "phone": _phone,
    "yes_no": _yes_no,
}
