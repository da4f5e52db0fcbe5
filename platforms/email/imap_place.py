"""How far a folder has been read: the bookmark of a connection. Pure.

UIDs count upwards within one UIDVALIDITY; when a server begins to count anew, dates tell what is new.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from pydantic import Field, ValidationError

from domain.value import Value

# Moved messages keep their date, and the clocks of two servers differ: so far before the last date is looked again.
OVERLAP = timedelta(days=2)
_DAY = timedelta(days=1)
MOST_KNOWN = 50


class Found(NamedTuple):
    """A message in the folder, before it is fetched."""

    uid: int
    at: datetime | None
    """INTERNALDATE: when it came into the mailbox."""
    size: int
    name: str
    """Stands for its Message-ID."""


def name_of(message_id: bytes, size: int) -> str:
    """Short, and the same wherever the message is found again."""
    words = message_id.strip() or str(size).encode()
    return hashlib.sha256(words).hexdigest()[:16]


class Place(Value):
    """Where in the folder we are, and since when it is ours to read."""

    folder: str
    uidvalidity: int
    uid: int = Field(ge=0)
    """The last one that was read, or was there before us."""
    at: datetime | None = None
    """The newest INTERNALDATE of what was read."""
    since: datetime | None = None
    """The newest INTERNALDATE of what was there before us. None: nothing was."""
    known: tuple[str, ...] = ()
    """What was there before us at just that second."""
    stuck: int = 0
    """The message at which the connection broke last, and how often in a row."""
    times: int = 0

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None, folder: str) -> Self | None:
        """The place of a kept cursor; None for a first start, and where another folder is to be read."""
        try:
            place = cls.model_validate(cursor) if cursor else None
        except ValidationError:
            return None
        return place if place and place.folder == folder else None

    @classmethod
    def first(cls, folder: str, uidvalidity: int, uid: int, last: list[Found]) -> Self:
        """From now on. `last`: the newest messages that are there."""
        since = max((one.at for one in last if one.at), default=None)
        known = tuple(one.name for one in last if one.at == since)[:MOST_KNOWN]
        return cls(folder=folder, uidvalidity=uidvalidity, uid=uid, since=since, known=known)

    def after(self, message: Found) -> Self:
        """Once this message has been read."""
        at = max((one for one in (self.at, message.at) if one), default=None)
        return self.model_copy(update={"uid": message.uid, "at": at, "stuck": 0, "times": 0})

    def broke_at(self, uid: int) -> Self:
        """Once the connection broke over a message: a server may fail at the same one for ever."""
        return self.model_copy(update={"stuck": uid, "times": self.tries(uid) + 1})

    def tries(self, uid: int) -> int:
        """How often in a row a message broke the connection."""
        return self.times if self.stuck == uid else 0

    def cursor(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def looked_from(self) -> datetime | None:
        """When UIDs mean nothing any more: from which day on the folder is searched. None: all of it.

        A day earlier than it seems, for a search goes by days of the server's own zone.
        """
        read = self.at - OVERLAP if self.at else None
        floors = [one for one in (read, self.since) if one]
        return max(floors) - _DAY if floors else None

    def is_ours(self, message: Found) -> bool:
        """Whether a message came after us. What was read before comes again, and is known by its Message-ID."""
        if self.since is None or message.at is None:
            return True
        return message.at > self.since or (
            message.at == self.since and message.name not in self.known
        )
