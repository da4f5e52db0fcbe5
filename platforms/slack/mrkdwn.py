"""Slack's text and plain text: what stands in angle brackets, and the three characters that are escaped.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_BRACKETED = re.compile(r"<([^<>\n]+)>")
# The label's own part of a link that Slack made by itself: `<http://loja.example|loja.example>`.
_SCHEMES = ("mailto:", "tel:", "https://", "http://")


def escape(text: str) -> str:
    """Plain text as Slack takes it: nobody can be called and no link be forged by what somebody wrote."""
    for character, escaped in _ESCAPES:
        text = text.replace(character, escaped)
    return text


def unescape(text: str) -> str:
    for character, escaped in reversed(_ESCAPES):
        text = text.replace(escaped, character)
    return text


def link(url: str, label: str) -> str:
    """A link with a label. What would end either is taken out of the URL's and the label's way."""
    for character, quoted in (("|", "%7C"), ("<", "%3C"), (">", "%3E"), (" ", "%20")):
        url = url.replace(character, quoted)
    return f"<{escape(url)}|{escape(label).replace('|', '¦')}>"


def plain(text: str) -> str:
    """What a reader sees: mentions and links in words, `:emoji:` and marks such as `*bold*` as they are."""
    return unescape(_BRACKETED.sub(_told, text))


def without_mention(text: str, users: frozenset[str]) -> str:
    """Slack's text without the mention it begins with, if that is one of these; itself, if it says nothing else."""
    found = re.match(r"\s*<@([A-Z0-9_]+)(?:\|[^<>]*)?>[\s,:]*", text, re.IGNORECASE)
    if found is None or found[1] not in users:
        return text
    return text[found.end() :] or text


def _told(found: re.Match[str]) -> str:
    target, bar, label = found[1].partition("|")
    for prefix, tell in _TELLERS.items():
        if target.startswith(prefix):
            return tell(target[len(prefix) :], label)
    return _link_told(target, label) if bar else _bare(target, "mailto:", "tel:")


def _link_told(target: str, label: str) -> str:
    """The label, and where it leads unless it says that itself."""
    if target.startswith("tel:") and label:
        return label
    if not label or label == target:
        return _bare(target, "mailto:", "tel:")
    if _bare(label, *_SCHEMES).rstrip("/") == _bare(target, *_SCHEMES).rstrip("/"):
        return label
    return f"{label} ({_bare(target, 'mailto:', 'tel:')})"


def _bare(target: str, *schemes: str) -> str:
    for scheme in schemes:
        target = target.removeprefix(scheme)
    return target


def _name(mark: str) -> Callable[[str, str], str]:
    """`<@U1|ana>` and `<#C1|loja>`: the name where there is one, else the id."""
    return lambda key, label: f"{mark}{(label or key).removeprefix(mark)}"


def _group(key: str, label: str) -> str:
    return f"@{(label or key).removeprefix('@')}"


def _date(key: str, label: str) -> str:
    """`<!date^1785585600^{date}|1 August 2026>`: the words for clients that cannot tell it themselves."""
    return label or key


_TELLERS: dict[str, Callable[[str, str], str]] = {
    "@": _name("@"),
    "#": _name("#"),
    "!subteam^": _group,
    "!date^": _date,
    "!": _group,
}
