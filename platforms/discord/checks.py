"""Refuses what Discord would refuse, before the call, naming the limit."""

from urllib.parse import urlsplit

from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.text import length
from platforms.discord.facts import LIMITS


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


def distinct(keys: list[str]) -> None:
    """One message may not have the same id twice."""
    if len(set(keys)) < len(keys):
        raise ContentRejected("two options have the same id")


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
