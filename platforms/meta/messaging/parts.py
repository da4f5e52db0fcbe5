"""One message can hold several things; each of them is a part."""

from typing import Any, NamedTuple

from domain.content import MessageContent
from domain.events import Referral

PART = "#"
"""Between a message's id and the number of a later part; the platform's own ids never have it."""


class Part(NamedTuple):
    """One content of a message, with what belongs to it alone."""

    content: MessageContent
    referral: Referral | None = None
    details: dict[str, Any] | None = None
    partly: bool = False
    """Whether the platform said more than we have words for."""
