"""What the simulated workspaces remember: chats, their messages, and files on their way."""

import re
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator import clock
from simulator.recent import Recent

Json = dict[str, Any]

MAX_CHATS = 100_000
MESSAGES_PER_CHAT = 1_000
MAX_FILES = 100_000

_LETTERS = string.ascii_uppercase + string.digits
PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
TS = re.compile(r"\d{1,12}\.\d{6}")


def new_id(kind: str) -> str:
    """`kind` is the first letters: `F` of a file, `Ev` of an event."""
    return kind + "0" + "".join(secrets.choice(_LETTERS) for _ in range(9))


@dataclass
class SlackFile:
    """A file: asked for, then uploaded, then shared. Its bytes are in the media store."""

    id: str
    team: str
    owner: str
    name: str
    size: int
    title: str
    mime_type: str
    created: int
    uploaded: bool = False
    subtype: str | None = None
    shares: list[tuple[str, str]] = field(default_factory=list)
    """The channel and `ts` of each message that shares it."""


class SlackWorld:
    """Every workspace of one simulator."""

    def __init__(self) -> None:
        self._chats: Recent[tuple[str, str], Recent[str, Json]] = Recent(MAX_CHATS)
        self._private: Recent[tuple[str, str], str] = Recent(MAX_CHATS)
        """The person of a private chat, and the private chat of a person."""
        self.files: Recent[tuple[str, str], SlackFile] = Recent(MAX_FILES)
        self.uploads: Recent[str, SlackFile] = Recent(MAX_FILES)
        """By the secret part of the address where the bytes go."""
        self._last_ts = 0

    def next_ts(self) -> str:
        """The moment as the id of a message: no two are the same."""
        self._last_ts = max(int(clock.unix() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def private_chat(self, team: str, person: str) -> str:
        """The channel of a person's chat with the app: unless another is known, `D` before their id."""
        known = self._private.get((team, person))
        if known is None:
            known = f"D{person}"
            self.pair(team, known, person)
        return known

    def pair(self, team: str, channel: str, person: str) -> None:
        self._private.put((team, channel), person)
        self._private.put((team, person), channel)

    def person_of(self, team: str, channel: str) -> str | None:
        known = self._private.get((team, channel))
        if known is None and PERSON.fullmatch(channel[1:]):
            return channel[1:]
        return known

    def keep(self, team: str, channel: str, message: Json) -> None:
        chat = self._chats.get((team, channel))
        if chat is None:
            chat = Recent[str, Json](MESSAGES_PER_CHAT)
        self._chats.put((team, channel), chat)
        chat.put(message["ts"], message)

    def message(self, team: str, channel: str, ts: str) -> Json | None:
        chat = self._chats.get((team, channel))
        return chat.get(ts) if chat is not None else None

    def newest_first(self, team: str, channel: str) -> Iterator[Json]:
        chat = self._chats.get((team, channel))
        return iter(()) if chat is None else chat.newest_first()

    def has_chat(self, team: str, channel: str) -> bool:
        return (team, channel) in self._chats
