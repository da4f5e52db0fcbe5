"""What a person sees of a text that a bot wrote.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

import html
import re

_ESCAPED = re.compile(r"\\([\\`*_~\[\](){}#>+.!|-])")
_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = re.compile(r"\n{2,}")


def plain(text: str) -> str:
    """Markdown without its escapes. Marks that stand for a style are left as they are."""
    return _ESCAPED.sub(r"\1", text)


def seen(text: str, text_format: str) -> str:
    """A message's text. Between two paragraphs there is one line end."""
    if text_format == "plain":
        return text
    shown = _TAG.sub("", text)
    if text_format == "markdown":
        shown = plain(_PARAGRAPH.sub("\n", shown))
    return html.unescape(shown).strip()
