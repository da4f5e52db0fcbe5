"""Refuses what Teams would refuse, before the call, naming the limit."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.text import length
from platforms.teams.facts import LIMITS, MAX_ACTIVITY_UNITS

_PICTURE = re.compile(r'"data:image/[^"]*"')


def within(text: str, limit: int, what: str) -> str:
    """The text, if it says something and is no longer than the limit."""
    if not text.strip():
        raise ContentRejected(f"{what} is empty")
    size = length(text, LIMITS.text_unit)
    if size > limit:
        raise ContentRejected(f"{what} is {size} characters long, the limit is {limit}")
    return text


def identifier(key: str, limit: int, what: str) -> str:
    """It comes back unchanged on a press, so it is never mended here."""
    if not key:
        raise ContentRejected(f"{what} is empty")
    size = length(key, LengthUnit.BYTES)
    if size > limit:
        raise ContentRejected(f"{what} has {size} bytes, the limit is {limit}")
    return key


def link(url: str, what: str) -> str:
    """A web address, without which the whole message would be refused."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ContentRejected(f"{what} is not a URL") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ContentRejected(f"{what} must start with https:// or http://")
    if any(character.isspace() for character in url):
        raise ContentRejected(f"{what} has a space in it")
    return url


def of_a_size(activity: dict[str, Any]) -> dict[str, Any]:
    """The activity, if Teams takes one that is so large. Pictures inside of it have a limit of their own."""
    text = _PICTURE.sub('""', json.dumps(activity, ensure_ascii=False))
    size = length(text, LengthUnit.UTF16)
    if size > MAX_ACTIVITY_UNITS:
        raise ContentRejected(
            f"{size} UTF-16 units in one message, the limit is {MAX_ACTIVITY_UNITS}"
        )
    return activity
