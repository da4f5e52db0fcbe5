"""Text formatting: what remains of a text when its markup is read, or why it cannot be read.

https://core.telegram.org/bots/api#formatting-options. The older `Markdown` mode is taken as plain text.
"""

import html
import re
from collections.abc import Callable

from simulator.telegram.errors import BotError, bad_request

_TAGS = frozenset(
    {
        "a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote",
        "span", "tg-spoiler", "tg-emoji", "tg-time",
    }
)  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_DELIMITERS = ("```", "`", "||", "__", "*", "_", "~")
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


def _cannot(problem: str) -> BotError:
    return bad_request(f"can't parse entities: {problem}")


def _offset(source: str, index: int) -> str:
    return f"at byte offset {len(source[:index].encode())}"


def _unescape(piece: str) -> str:
    """Only four names and numbers are known; anything else stays as it is written."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), piece)


def read_html(source: str) -> str:
    parts: list[str] = []
    still_open: list[str] = []
    position = 0
    while (start := source.find("<", position)) >= 0:
        parts.append(_unescape(source[position:start]))
        match = _TAG.match(source, start)
        if match is None or match[2].lower() not in _TAGS:
            found = match[2].lower() if match else source[start + 1 : start + 12].split(" ", 1)[0]
            raise _cannot(f'Unsupported start tag "{found}" {_offset(source, start)}')
        _follow(match, still_open, source)
        position = match.end()
    if still_open:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{still_open[-1]}"')
    parts.append(_unescape(source[position:]))
    return "".join(parts)


def _follow(match: re.Match[str], still_open: list[str], source: str) -> None:
    closing, name = bool(match[1]), match[2].lower()
    where = _offset(source, match.start())
    if not closing:
        if name == "span" and "tg-spoiler" not in match[3]:
            raise _cannot(f'Tag "span" must have class "tg-spoiler" {where}')
        still_open.append(name)
    elif not still_open:
        raise _cannot(f"Unexpected end tag {where}")
    elif still_open.pop() != name:
        raise _cannot(f'Unmatched end tag "{name}" {where}')


class _MarkdownV2:
    """One pass over a MarkdownV2 text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.parts: list[str] = []
        self.still_open: list[tuple[str, int]] = []

    def read(self) -> str:
        while self.at < len(self.source):
            self._step()
        if self.still_open:
            delimiter, where = self.still_open[-1]
            raise self._no_end(delimiter, where)
        return "".join(self.parts)

    def _step(self) -> None:
        character = self.source[self.at]
        if character == "\\" and self.source[self.at + 1 : self.at + 2].isascii():
            self.parts.append(self.source[self.at + 1 : self.at + 2])
            self.at += 2
        elif self._in_code():
            self._code(character)
        elif delimiter := next((d for d in _DELIMITERS if self._ahead(d)), None):
            self._toggle(delimiter)
        else:
            self._plain(character)

    def _plain(self, character: str) -> None:
        if character == "[" or self._ahead("!["):
            self.still_open.append(("[", self.at))
            self.at += 1 if character == "[" else 2
        elif self._top() == "[" and self._ahead("]("):
            self._link()
        elif character == ">" and self.source[self.at - 1 : self.at] in ("", "\n"):
            self.at += 1
        elif character in _RESERVED:
            raise _cannot(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self.parts.append(character)
            self.at += 1

    def _link(self) -> None:
        end = self.at + 2
        while end < len(self.source) and self.source[end] != ")":
            end += 2 if self.source[end] == "\\" else 1
        if end >= len(self.source):
            raise _cannot("Can't find end of a URL " + _offset(self.source, self.at))
        self.still_open.pop()
        self.at = end + 1

    def _code(self, character: str) -> None:
        top = self._top()
        if self._ahead(top):
            self._toggle(top)
        else:
            self.parts.append(character)
            self.at += 1

    def _toggle(self, delimiter: str) -> None:
        if self._top() == delimiter:
            self.still_open.pop()
        else:
            for opened, where in self.still_open:
                if opened == delimiter:
                    raise self._no_end(opened, where)
            self.still_open.append((delimiter, self.at))
        self.at += len(delimiter)

    def _in_code(self) -> bool:
        return self._top() in ("`", "```")

    def _top(self) -> str:
        return self.still_open[-1][0] if self.still_open else ""

    def _ahead(self, expected: str) -> bool:
        return self.source.startswith(expected, self.at)

    def _no_end(self, delimiter: str, where: int) -> BotError:
        return _cannot(
            f"Can't find end of the entity starting with {delimiter} {_offset(self.source, where)}"
        )


def read_markdown_v2(source: str) -> str:
    return _MarkdownV2(source).read()


_MODES: dict[str, Callable[[str], str]] = {
    "": str,
    "html": read_html,
    "markdownv2": read_markdown_v2,
    "markdown": str,
}


def read_text(source: str, parse_mode: str) -> str:
    """The text without markup, and without blanks around it. Raises `BotError`."""
    reader = _MODES.get(parse_mode.lower())
    if reader is None:
        raise bad_request("unsupported parse_mode")
    return reader(source).strip()
