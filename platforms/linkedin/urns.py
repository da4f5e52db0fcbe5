"""LinkedIn's names of things, `urn:li:type:id`, of which some hold others.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/urns
"""

import re
from typing import NamedTuple

COMMENT = "urn:li:comment:"
THREAD = "urn:li:messagingThread:"
PLACE = "place"
"""Under what a message is kept where it belongs, which `OutboundMessage.answers` brings back."""
POSTS = ("urn:li:activity:", "urn:li:share:", "urn:li:ugcPost:")

# `urn:li:comment:(urn:li:activity:1,2)`; the inner `urn:li:` is left out in some payloads.
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(\w+:[\w-]+),\s*([\w-]+)\)", re.ASCII)
_LIKE = re.compile(r"urn:li:(?:like|reaction):\((urn:li:\w+:[\w-]+),", re.ASCII)


class Comment(NamedTuple):
    """A comment by what it stands under."""

    post: str
    number: str

    @property
    def urn(self) -> str:
        return f"{COMMENT}({self.post},{self.number})"


def comment(urn: str | None) -> Comment | None:
    """The parts of a comment's name; None when it is no comment."""
    found = _COMMENT.fullmatch(urn or "")
    return Comment(f"urn:li:{found[1]}", found[2]) if found else None


def spelled(urn: str | None) -> str | None:
    """A name as it is always spelled, so that the same thing has the same one."""
    found = comment(urn)
    return found.urn if found else urn


def liker(urn: str | None) -> str | None:
    """Who pressed: a like is named by it and by what was liked."""
    found = _LIKE.match(urn or "")
    return found[1] if found else None


def is_post(urn: str) -> bool:
    return urn.startswith(POSTS)


def member(address: str) -> str:
    """A person as the API names them; an id alone counts as a member's."""
    return address if address.startswith("urn:") else f"urn:li:person:{address}"
