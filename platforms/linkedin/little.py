"""LinkedIn's "little" text: words with templates, mentions and escaped marks in it, as plain text.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from typing import NamedTuple

_ESCAPED = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")
_PARTS = re.compile(
    r"\\.|\{(?P<template>(?:\\.|[^{}\\])*)\}"
    r"|@\[(?P<name>(?:\\.|[^\[\]\\])*)\]\((?:\\.|[^()\\])*\)"
    r"|[^\\{@]+|.",
    re.DOTALL,
)
"""What opens a part never stands in it unescaped, so a part without its end costs no second look at all the rest."""
_BAR = re.compile(r"(?<!\\)\|")


class Little(NamedTuple):
    """What a text says, and what it shows."""

    text: str
    voice: list[str]
    """URNs of recordings."""


def read_little(text: str) -> Little:
    """The words of a text in this format; what cannot be said in words is left out of them."""
    words: list[str] = []
    voice: list[str] = []
    for part in _PARTS.finditer(text):
        if part["template"] is not None:
            kind, *values = (unescaped(value) for value in _BAR.split(part["template"]))
            if kind == "audio" and values:
                voice.append(values[0])
            else:
                words.append(_said(kind, values))
        else:
            name = part["name"]
            words.append(unescaped(part[0] if name is None else name))
    return Little("".join(words).strip(), voice)


def _said(kind: str, values: list[str]) -> str:
    r"""`{hashtag|\#|tag}` is said as `#tag`, `{mention|urn|Ana}` as `Ana`; a name that is missing is nothing."""
    return "".join(values if kind == "hashtag" else values[1:])


def unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
