"""How far a feed was read: small, JSON, and good for going on anywhere."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from domain.value import Value
from platforms.linkedin.feeds import Feed
from platforms.linkedin.reading import as_size
from platforms.reading import Json

MOST_SEEN = 100
LATEST = 4_102_444_800_000
"""The year 2100: a moment behind it is none, and would end all reading."""


class Bookmark(Value):
    """A place in a feed. Moments are LinkedIn's, in milliseconds."""

    since: int = Field(ge=0, lt=LATEST)
    """What is asked for next begins with this moment, which may bring more than it did."""
    start: int = Field(default=0, ge=0)
    """How many of that were read; 0 unless a list was left halfway."""
    first: str = ""
    """With what the page before began."""
    newest: int = Field(ge=0, lt=LATEST)
    """The newest moment that was read, with which the next list begins: their order is nobody's promise."""
    seen: tuple[str, ...] = ()
    """What was read of the newest moment."""
    due: float = 0.0
    """When LinkedIn may be asked again, in seconds since 1970."""

    def fresh(self, items: list[Json], feed: Feed) -> list[Json]:
        """Those that were not read before and that we want, oldest first."""
        wanted = [item for item in items if feed.wanted(item) and feed.key(item) not in self.seen]
        return sorted(wanted, key=lambda item: moment(item, feed))

    def after(self, items: list[Json], feed: Feed) -> "Bookmark":
        """The place behind a page of items."""
        newest = max([self.newest, *(moment(item, feed) for item in items)])
        known = self.seen if newest == self.newest else ()
        here = (feed.key(item) for item in items if moment(item, feed) == newest)
        seen = tuple(dict.fromkeys((*known, *here)))[-MOST_SEEN:]
        return self.model_copy(
            update={
                "start": self.start + len(items),
                "first": feed.key(items[0]) if items else "",
                "newest": newest,
                "seen": seen,
                "due": 0.0,
            }
        )

    def at_the_end(self, due: float) -> "Bookmark":
        """The list was read: the next one begins with the newest of this."""
        return self.model_copy(update={"since": self.newest, "start": 0, "first": "", "due": due})


def moment(item: Json, feed: Feed) -> int:
    found = as_size(item.get(feed.moment)) or 0
    return found if found < LATEST else 0


def kept_place(cursor: Mapping[str, Any] | None) -> Bookmark | None:
    """None: there is none yet, or none that we can read, and reading begins with now."""
    try:
        return Bookmark.model_validate(dict(cursor or {}))
    except ValidationError:
        return None
