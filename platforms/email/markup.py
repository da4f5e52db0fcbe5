"""HTML of strangers: made safe to show, and turned into text.

Both start from a tree that a browser's own parser would build (nh3, a binding of ammonia and html5ever): what is read
here is what would be shown.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

import nh3
from typing_extensions import override

MAX_HTML = 1_000_000
"""Characters read: what is beyond is in the message itself."""
MAX_NESTING = 250
"""Tags within tags: the tree's builder takes quadratic time on more, and no program writes it."""

_TAGS = {
    *("a", "abbr", "address", "b", "big", "blockquote", "br", "caption", "center", "cite", "code"),
    *("col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre"),
    *("q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
_WITH_CONTENT = {
    *("script", "style", "svg", "math", "template", "noscript", "iframe", "object", "embed"),
    *("title", "applet", "audio", "video", "canvas", "select", "textarea", "xmp", "frameset"),
}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "style", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "bgcolor"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
}
_STYLES = {
    *("color", "background-color", "font-family", "font-size", "font-style", "font-weight"),
    *("text-align", "text-decoration", "line-height", "white-space", "vertical-align"),
    *("padding-left", "margin-left", "border-left", "list-style-type"),
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_RISKY_STYLE = re.compile(r"url|expression|import|@|\\|/\*|behaviou?r|-moz-binding", re.IGNORECASE)

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
# Elements that hold nothing, or that the next one of their kind closes.
_SHALLOW = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"),
    *("p", "li", "td", "th", "tr", "dt", "dd", "option", "o:p"),
}


class SafeHtml(NamedTuple):
    """HTML that may be shown in a frame of its own."""

    html: str
    remote_images: int
    """Pictures of other servers that were left out: loading one tells its sender that, when and where it is read."""


def too_deep(html: str) -> bool:
    depth = 0
    for found in _TAG.finditer(html):
        closing, name = found.groups()
        if name.lower() not in _SHALLOW:
            depth += -1 if closing and depth else 0 if closing else 1
        if depth > MAX_NESTING:
            return True
    return False


def safe(html: str) -> SafeHtml:
    """HTML with nothing in it that acts, loads, or covers what is around it."""
    remote = 0

    def keep(tag: str, attribute: str, value: str) -> str | None:
        nonlocal remote
        if attribute == "src" and not value.strip().lower().startswith("cid:"):
            remote += tag == "img"
            return None
        if attribute == "href" and value.strip().lower().startswith("cid:"):
            return None
        return None if attribute == "style" and _RISKY_STYLE.search(value) else value

    if too_deep(html):
        return SafeHtml("", 0)
    cleaned = nh3.clean(
        html[:MAX_HTML],
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=_STYLES,
        strip_comments=True,
    )
    return SafeHtml(cleaned.strip(), remote)


def to_text(html: str, *, without_quotes: bool = False) -> str:
    """The words of HTML, as a person would type them. `without_quotes` leaves out what mail programs mark as quoted."""
    if too_deep(html):
        return _tidy(re.sub(r"<[^<>]{0,2000}>", " ", html[:MAX_HTML]))
    attributes = {
        "*": {"class", "id", "style"},
        "blockquote": {"type"},
        "a": {"href"},
        "img": {"alt"},
    }
    marked = nh3.clean(
        html[:MAX_HTML],
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT | {"head"},
        attributes={name: {*values} for name, values in attributes.items()},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    reader = _Reader(without_quotes=without_quotes)
    reader.feed(marked)
    reader.close()
    return _tidy("".join(reader.pieces))


def cids(html: str) -> list[str]:
    """The content ids of pictures that the HTML shows, in order."""
    found = re.findall(r"(?i)cid:([^\s\"'<>)]{1,500})", html)
    return list(dict.fromkeys(one.replace("&amp;", "&") for one in found))


_BLOCKS = {
    *("address", "blockquote", "center", "div", "dl", "dt", "dd", "figure", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "ol", "p", "pre", "table", "tr", "ul", "caption"),
}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}
_CELLS = {"td", "th"}

_QUOTE_CLASSES = {"gmail_quote", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "gmail_attr"}
_QUOTE_IDS = {
    "olk_src_body_section",
    "isforwardcontent",
    "reply-intro",
    "mail-editor-reference-message-container",
}
_ALL_BELOW_IDS = {"divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg", "x_appendonsend"}
# What desktop programs of one vendor draw above the message they quote.
_RULE_ABOVE = re.compile(
    r"border-top:\s*solid\s*#?(?:e1e1e1|b5c4df)|border:\s*none;\s*border-top:\s*solid\s*#?(?:e1e1e1|b5c4df)",
    re.IGNORECASE,
)


class _Reader(HTMLParser):
    """Collects the words of HTML that is well-formed already."""

    def __init__(self, *, without_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._without_quotes = without_quotes
        self._quote: str | None = None
        """The tag that opened the quote that is being left out."""
        self._depth = 0
        self._below = False
        self._links: list[tuple[str, int]] = []
        self._preformatted = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._left_out(tag, given):
            return
        if tag in _BLOCKS:
            self.pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in _CELLS:
            self.pieces.append(" ")
        elif tag == "a":
            self._links.append((given.get("href", ""), len(self.pieces)))
        elif tag == "img" and (alt := given.get("alt", "").strip()):
            self.pieces.append(f"[{alt}]")
        self._preformatted += tag == "pre"

    def _left_out(self, tag: str, given: dict[str, str]) -> bool:
        if self._below:
            return True
        if self._quote is not None:
            self._depth += tag == self._quote
            return True
        if not self._without_quotes:
            return False
        self._below = given.get("id", "").lower() in _ALL_BELOW_IDS or bool(
            tag in {"div", "table"} and _RULE_ABOVE.search(given.get("style", ""))
        )
        if not self._below and _is_quote(tag, given):
            self._quote, self._depth = tag, 1
        return self._below or self._quote is not None

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._below:
            return
        if self._quote is not None:
            self._depth -= tag == self._quote
            self._quote = self._quote if self._depth else None
            return
        self._preformatted -= tag == "pre"
        if tag in _BLOCKS:
            self.pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())

    def _close_link(self, href: str, start: int) -> None:
        shown = "".join(self.pieces[start:]).strip()
        target = href.removeprefix("mailto:").removeprefix("tel:")
        if (
            target
            and shown
            and not target.startswith("#")
            and target.rstrip("/") != shown.rstrip("/")
        ):
            self.pieces.append(f" ({target})")

    @override
    def handle_data(self, data: str) -> None:
        if not self._below and self._quote is None:
            self.pieces.append(
                data if self._preformatted > 0 else re.sub(r"[ \t\r\n\f]+", " ", data)
            )


def _is_quote(tag: str, given: dict[str, str]) -> bool:
    classes = {*given.get("class", "").lower().split()}
    if tag == "blockquote":
        return given.get("type", "").lower() == "cite" or bool(classes & _QUOTE_CLASSES)
    return bool(classes & _QUOTE_CLASSES) or given.get("id", "").lower() in _QUOTE_IDS


def _tidy(text: str) -> str:
    """Spaces at the ends of lines go, and at most one empty line stands between two."""
    lines = [line.strip(" \t") for line in text.replace("\u00a0", " ").split("\n")]
    return "\n".join(_single_gaps(lines)).strip()


def _single_gaps(lines: list[str]) -> Iterator[str]:
    empty = False
    for line in lines:
        if line or not empty:
            yield line
        empty = not line
