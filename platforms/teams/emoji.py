"""The emoji of a reaction, which Teams names by a word or by its code points.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
(read 2026-08), "Message reaction events"
"""

import re

_NAMES = {
    "like": "👍",
    "heart": "❤️",
    "laugh": "😆",
    "surprised": "😮",
    "sad": "😢",
    "angry": "😠",
    "plusone": "👍",
    "dislike": "👎",
    "yes": "👍",
    "no": "👎",
    "smile": "😊",
    "cry": "😭",
    "cool": "😎",
    "clap": "👏",
    "fire": "🔥",
    "ok": "👌",
    "party": "🎉",
    "pray": "🙏",
    "checkmark": "✅",
    "hourglass": "⏳",
    "pushpin": "📌",
    "exclamation": "❗",
    "launch": "🚀",
    "eyes": "👀",
    "star": "⭐",
}
# `1f44b_wavinghand`; several code points, as flags have them, are joined by hyphens.
_CODES = re.compile(r"([0-9a-f]{4,6}(?:-[0-9a-f]{4,6})*)(?:_.*)?", re.IGNORECASE | re.ASCII)
_TONE = re.compile(r"-tone([1-5])$")
_MOST_CODES = 12


def emoji_of(name: str) -> str:
    """The emoji of a reaction; a name that we do not know stays one, between colons."""
    bare, *tone = _TONE.split(name)[:2]
    skin = chr(0x1F3FA + int(tone[0])) if tone else ""
    if known := _NAMES.get(bare.lower()):
        return known + skin
    if not name.isascii():
        return name
    codes = _CODES.fullmatch(bare)
    points = [int(code, 16) for code in codes.group(1).split("-")][:_MOST_CODES] if codes else []
    if points and all(
        0xA0 <= point <= 0x1FFFF and not 0xD800 <= point <= 0xDFFF for point in points
    ):
        return "".join(map(chr, points)) + skin
    return f":{name}:"
