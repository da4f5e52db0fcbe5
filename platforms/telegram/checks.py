"""Refuses what Telegram would refuse, before the call, naming the limit."""

from domain.errors import ContentRejected
from domain.text import length
from platforms.telegram.facts import LIMITS


def within(text: str, limit: int, what: str) -> str:
    """The text, if it says something and is no longer than the limit."""
    if not text.strip():
        raise ContentRejected(f"{what} is empty")
    size = length(text, LIMITS.text_unit)
    if size > limit:
        raise ContentRejected(f"{what} is {size} characters long, the limit is {limit}")
    return text
