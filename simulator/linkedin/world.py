"""What the simulated LinkedIn remembers: comments, threads, what there is to ask for, uploads, tokens.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/urns
"""

import base64
import itertools
import secrets
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator import clock
from simulator.recent import Recent

KEY = "linkedin"
MAX_KEPT = 100_000
MAX_LISTED = 10_000
_FIRST = 7_101_000_000_000_000_000

Json = dict[str, Any]


def _listed() -> defaultdict[str, deque[Json]]:
    return defaultdict(lambda: deque(maxlen=MAX_LISTED))


@dataclass(frozen=True)
class Comment:
    """A comment, under a post or under the first comment of its thread."""

    urn: str
    post: str
    owner: str
    person: str
    """The customer in whose thread it stands: the author of its first comment."""
    root: str
    """The first comment of its thread: itself, when nothing stands above it."""


@dataclass(frozen=True)
class Place:
    """Where a file may be put, once."""

    name: str
    account: str


@dataclass(frozen=True)
class Issued:
    """An access token that was got by a refresh token, and when it ends in Unix seconds."""

    refresh_token: str
    until: float


@dataclass
class LinkedInWorld:
    """Everything but accounts and people."""

    comments: Recent[tuple[str, str], Comment] = field(default_factory=lambda: Recent(MAX_KEPT))
    """By account and URN."""
    roots: Recent[tuple[str, str, str], Comment] = field(default_factory=lambda: Recent(MAX_KEPT))
    """The first comment of a person under a post of an account."""
    threads: Recent[tuple[str, str], str] = field(default_factory=lambda: Recent(MAX_KEPT))
    """With whom a member's thread is."""
    notifications: defaultdict[str, deque[Json]] = field(default_factory=_listed)
    changes: defaultdict[str, deque[Json]] = field(default_factory=_listed)
    places: Recent[str, Place] = field(default_factory=lambda: Recent(MAX_KEPT))
    tokens: Recent[str, Issued] = field(default_factory=lambda: Recent(MAX_KEPT))
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(_FIRST))

    def number(self) -> str:
        return str(next(self._numbers))

    def thread_with(self, member: str, person: str) -> str:
        """The same two, the same thread."""
        made = base64.urlsafe_b64encode(f"{member}|{person}".encode()).decode()
        urn = f"urn:li:messagingThread:2-{made}"
        self.threads.put((member, urn), person)
        return urn

    def add_comment(
        self, account: str, post: str, owner: str, number: str, root: Comment | None
    ) -> Comment:
        urn = f"urn:li:comment:({post},{number})"
        person, first = (root.person, root.urn) if root else (owner, urn)
        comment = Comment(urn, post, owner, person, first)
        self.comments.put((account, urn), comment)
        if root is None:
            self.roots.put((account, owner, post), comment)
        return comment


def milliseconds() -> int:
    return int(clock.unix() * 1000)


def message_id() -> str:
    return f"2-{base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()}"
