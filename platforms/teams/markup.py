"""What a person wrote, out of the HTML that Teams keeps it in; and our words, made safe for its markup.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages (read 2026-08)
"""

import html
import re

_LINES = frozenset({"p", "div", "br", "li", "tr", "ul", "ol", "pre", "blockquote", "table"})
_SILENT = frozenset({"script", "style", "head", "title"})
_EMPTY = frozenset({"br", "img", "hr", "input", "meta", "link", "emoji", "attachment"})
_MAX_HTML = 200_000
_MAX_ATTRIBUTES = 4000
_REPLY, _MENTION, _EMOJI = "/reply", "/mention", "emoji"

# Every pattern stops at the next bracket: no input makes one run long, as some do with the standard library's parser.
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9:-]{0,40})([^<>]*)>|<![^<>]*>|([^<]+|<)", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z][a-z0-9:-]{0,40})\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)


class Html:
    """The words of a message. A quoted message is left out; its id is kept in `quotes`."""

    def __init__(self, source: str) -> None:
        self._parts: list[str] = []
        self._mention: list[str] | None = None
        self._hidden: list[str] = []
        """The open tags of what is not shown, the outermost first."""
        self._mentions: list[tuple[int, str]] = []
        """Where in the parts somebody is mentioned, and under which name."""
        self.quotes: list[str] = []
        self.pictures = 0
        for found in _TOKEN.finditer(source[:_MAX_HTML]):
            closes, tag, attributes, text = found.groups()
            if text:
                self._said(html.unescape(text))
            elif closes:
                self._closed(tag.lower())
            elif tag:
                self._opened(tag.lower(), _attributes(attributes))

    def text(self, ours: frozenset[str]) -> str:
        """The words, without mentions of the names that are ours."""
        parts = list(self._parts)
        for index, name in self._mentions:
            parts[index] = "" if name.strip() in ours else f"@{name.strip()}"
        return tidy("".join(parts))

    def _opened(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("itemtype", "").lower()
        if self._hidden:
            self._hidden += [tag] if tag == self._hidden[0] else []
        elif tag in _SILENT:
            self._hidden.append(tag)
        elif kind.endswith(_REPLY) and tag not in _EMPTY:
            self._hidden.append(tag)
            self.quotes += [attributes["itemid"]] if attributes.get("itemid") else []
        elif kind.endswith(_MENTION) and tag not in _EMPTY:
            self._mention = []
        else:
            self._shown(tag, attributes, kind)

    def _shown(self, tag: str, attributes: dict[str, str], kind: str) -> None:
        if tag in _LINES:
            self._parts.append("\n")
        if tag == "li":
            self._parts.append("• ")
        if tag == _EMOJI or kind.endswith(_EMOJI):
            self._parts.append(attributes.get("alt", ""))
        elif tag == "img":
            self.pictures += 1

    def _closed(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[0]:
                self._hidden.pop()
        elif self._mention is not None:
            self._mentions.append((len(self._parts), "".join(self._mention)))
            self._parts.append("")
            self._mention = None
        elif tag in _LINES:
            self._parts.append("\n")

    def _said(self, text: str) -> None:
        if not self._hidden:
            (self._parts if self._mention is None else self._mention).append(text)


def _attributes(source: str) -> dict[str, str]:
    return {
        found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(source[:_MAX_ATTRIBUTES])
    }


def tidy(text: str) -> str:
    """Without the spaces and empty lines that markup leaves behind."""
    lines = [line.strip() for line in text.replace("\xa0", " ").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_URL = re.compile(r"(https?://[^\s<>]+)")
_MARKS = re.compile(r"([\\`*_~\[\]])")
_LINE_START = re.compile(r"(?m)^(\s*)(?:([#>+-])|([0-9]{1,9})([.)]))")
"""What would begin a heading, a quote or a list."""


def escape(text: str) -> str:
    """Text that Markdown shows as it is written. Links are left alone: a mark inside of one would break it."""
    pieces = _URL.split(text)
    # Every other piece is a link.
    pieces[::2] = [_MARKS.sub(r"\\\1", piece) for piece in pieces[::2]]
    return _LINE_START.sub(_unlisted, "".join(pieces))


def _unlisted(found: re.Match[str]) -> str:
    space, mark, number, point = found.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\{point}"


def quotable(text: str) -> str:
    """Text for a message that quotes: Markdown beside a tag, where one line end alone would be lost."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return escape(safe).replace("\r\n", "\n").replace("\n", "\n\n")
