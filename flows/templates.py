"""Texts with holes: `{{ vars.name | default: "friend" }}`.

This is the output syntax of Liquid, cut down to path lookup and five filters. There are no tags
(`{% if %}`), no loops and no formulas: decisions belong to `branch`, values to `set`.
Rendering never raises, never runs long and never grows past `MAX_TEMPLATE` characters.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from pydantic import JsonValue

from flows.limits import MAX_FILTERS, MAX_PATH_STEPS, MAX_TEMPLATE

Roots = Mapping[str, Mapping[str, JsonValue]]
"""What a template may read: a name such as `vars`, and the values under it."""
ROOTS = ("vars", "contact", "channel", "input")


class Filter(NamedTuple):
    """One `| name` or `| name: "argument"` behind a path."""

    name: str
    argument: str | None


class Output(NamedTuple):
    """One `{{ … }}`."""

    path: tuple[str, ...]
    filters: tuple[Filter, ...]


class Problem(NamedTuple):
    """Why a template, or one value in it, is not what its author meant. `column` counts from 1."""

    code: str
    detail: str
    column: int = 1


class Template(NamedTuple):
    """A parsed text: plain pieces and outputs in order. A piece that cannot be read is left out."""

    pieces: tuple[str | Output, ...]
    problems: tuple[Problem, ...]

    @property
    def outputs(self) -> list[Output]:
        """Every `{{ … }}` that could be read."""
        return [piece for piece in self.pieces if isinstance(piece, Output)]


class Rendered(NamedTuple):
    """A text, and what an author should know about it."""

    text: str
    problems: tuple[Problem, ...]


class Evaluated(NamedTuple):
    """A value, and what an author should know about it."""

    value: JsonValue
    problems: tuple[Problem, ...]


_MARK = re.compile(r"\{\{|\{%")
_PATH = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)\s*")
_FILTER = re.compile(r"\|\s*([a-z_]+)\s*(?::\s*(?:\"([^\"]*)\"|'([^']*)'|(-?[\d.]+))\s*)?")

FILTERS: dict[str, Callable[[str], str]] = {
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": str.capitalize,
    "strip": str.strip,
}
FILTER_NAMES = ("default", *FILTERS)


@lru_cache(maxsize=2_048)
def parse(source: str) -> Template:
    """Read a template. The result depends on the text alone, so that caching it is safe."""
    pieces: list[str | Output] = []
    problems: list[Problem] = []
    position = 0
    while mark := _MARK.search(source, position):
        pieces.append(source[position : mark.start()])
        closing = "}}" if mark.group() == "{{" else "%}"
        end = source.find(closing, mark.end())
        if end < 0:
            problems.append(_syntax(f"{mark.group()} is never closed", mark.start()))
            position = len(source)
            break
        piece = _read(source[mark.end() : end], mark)
        if isinstance(piece, Problem):
            problems.append(piece)
        else:
            pieces.append(piece)
        position = end + 2
    pieces.append(source[position:])
    return Template(tuple(piece for piece in pieces if piece != ""), tuple(problems))


def _read(inside: str, mark: re.Match[str]) -> Output | Problem:
    """The output between `{{` and `}}`, or why it is none."""
    if mark.group() == "{%":
        return _syntax("tags such as {% if %} are not part of this language", mark.start())
    path = _PATH.match(inside)
    if not path:
        return _syntax(f"a name such as vars.x is expected, not {_short(inside)}", mark.start())
    filters: list[Filter] = []
    position = path.end()
    while found := _FILTER.match(inside, position):
        arguments = [group for group in found.groups()[1:] if group is not None]
        filters.append(Filter(found[1], arguments[0] if arguments else None))
        position = found.end()
    steps = tuple(path[1].split("."))
    if position != len(inside):
        return _syntax(f"{_short(inside[position:])} cannot be read", mark.end() + position)
    if len(steps) > MAX_PATH_STEPS or len(filters) > MAX_FILTERS:
        return _syntax("too many steps or filters", mark.start())
    return _known(Output(steps, tuple(filters)), mark.start())


def _known(output: Output, start: int) -> Output | Problem:
    for name, argument in output.filters:
        if name not in FILTER_NAMES:
            return Problem("EXPR_UNKNOWN_FILTER", f"there is no filter {name!r}", start + 1)
        if (name == "default") != (argument is not None):
            words = "needs an argument" if name == "default" else "takes no argument"
            return _syntax(f"{name} {words}", start)
    return output


def _short(piece: str) -> str:
    return repr(piece.strip()[:40])


def _syntax(detail: str, start: int) -> Problem:
    return Problem("EXPR_SYNTAX", detail, start + 1)


def render(source: str, roots: Roots) -> Rendered:
    """The text with every hole filled; a hole whose value is unknown stays empty."""
    if "{" not in source:
        return Rendered(source[:MAX_TEMPLATE], ())
    template = parse(source)
    problems = list(template.problems)
    pieces: list[str] = []
    length = 0
    for piece in template.pieces:
        text = piece if isinstance(piece, str) else to_text(_value(piece, roots, problems))
        pieces.append(text)
        length += len(text)
        if length > MAX_TEMPLATE:
            problems.append(Problem("OUTPUT_TOO_LONG", f"cut at {MAX_TEMPLATE} characters"))
            break
    return Rendered("".join(pieces)[:MAX_TEMPLATE], tuple(problems))


def evaluate(source: str, roots: Roots) -> Evaluated:
    """The value itself where the template is one `{{ … }}` and nothing else; otherwise its text."""
    template = parse(source) if "{" in source else None
    if template and len(template.pieces) == 1 and isinstance(template.pieces[0], Output):
        problems = list(template.problems)
        value = _value(template.pieces[0], roots, problems)
        return Evaluated(value, tuple(problems))
    return Evaluated(*render(source, roots))


def to_text(value: JsonValue) -> str:
    """A value as a person reads it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _value(output: Output, roots: Roots, problems: list[Problem]) -> JsonValue:
    found, value = _look_up(output.path, roots)
    for name, argument in output.filters:
        if name == "default":
            value = argument if _is_missing(value) else value
            found = True
        else:
            value = FILTERS[name](to_text(value))
    if not found:
        problems.append(Problem("UNKNOWN_VALUE", ".".join(output.path)))
    return value


def _is_missing(value: JsonValue) -> bool:
    """As in Liquid: what is empty or false counts as missing; zero does not."""
    return value is None or value is False or value in ("", [], {})


def _look_up(path: tuple[str, ...], roots: Roots) -> tuple[bool, JsonValue]:
    root = roots.get(path[0])
    if root is None or len(path) == 1:
        return False, None
    value: JsonValue = dict(root)
    for step in path[1:]:
        if not isinstance(value, dict) or step not in value:
            return False, None
        value = value[step]
    return True, value
