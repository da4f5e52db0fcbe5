"""Who talks to which bot, and where: private chats, group chats and channels.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-basics
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator import clock
from simulator.contacts import MESSAGES_PER_CHAT, Contact
from simulator.recent import Recent
from simulator.teams.ids import conversation_of

KEY = "teams"
BOT = "28:"
PERSON = re.compile(r"29:[A-Za-z0-9_-]{1,200}", re.ASCII)
ROOT = ";messageid="
_CHANNEL = re.compile(r"19:[^;]{1,200}@thread\.(tacv2|skype)", re.ASCII)
_GROUP = re.compile(r"19:[^;]{1,200}@(thread\.v2|unq\.gbl\.spaces)", re.ASCII)
MAX_CHATS = 200_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A message of the bot: where it stands, and what pressing each of its options brings along."""

    id: str
    conversation: str
    values: dict[str, Any]


@dataclass
class Chat:
    """A conversation that a bot is part of. A channel is one, whatever its threads."""

    id: str
    person: Contact | None
    """Whose private chat it is."""
    people: dict[str, Contact] = field(default_factory=dict)
    installed: bool = True
    messages: Recent[str, Sent] = field(default_factory=lambda: Recent(MESSAGES_PER_CHAT))

    @property
    def kind(self) -> str:
        if self.person is not None:
            return "personal"
        return "channel" if _CHANNEL.fullmatch(self.id) else "groupChat"

    def address(self, conversation: str) -> str:
        """How the ledger spells it: the person, or the conversation with its thread."""
        return self.person.address if self.person else conversation


class TeamsWorld:
    """The chats of every bot, and the ids of messages."""

    def __init__(self) -> None:
        self._chats: Recent[tuple[str, str], Chat] = Recent(MAX_CHATS)
        self._shared: dict[str, dict[str, Chat]] = {}
        self._last_id = 0

    def message_id(self) -> str:
        """Messages are named by their time in milliseconds."""
        self._last_id = max(self._last_id + 1, int(clock.unix() * 1000))
        return str(self._last_id)

    def private(self, app_id: str, person: Contact) -> Chat:
        return self._kept(app_id, conversation_of(app_id, person.address), person)

    def adopted(self, app_id: str, conversation: str, person: Contact) -> Chat:
        """A private chat under an id that somebody else has chosen."""
        return self._kept(app_id, place_of(conversation), person)

    def shared(self, app_id: str, conversation: str, person: Contact) -> Chat:
        """Raises `ValueError`."""
        place = place_of(conversation)
        if not (_CHANNEL.fullmatch(place) or _GROUP.fullmatch(place)):
            raise ValueError("a conversation of several is 19:…@thread.v2 or 19:…@thread.tacv2")
        chat = self._kept(app_id, place, None)
        chat.people[person.address] = person
        self._shared.setdefault(app_id, {})[place] = chat
        return chat

    def _kept(self, app_id: str, place: str, person: Contact | None) -> Chat:
        chat = self._chats.get((app_id, place))
        if chat is None:
            chat = Chat(place, person, {person.address: person} if person else {})
            self._chats.put((app_id, place), chat)
        return chat

    def find(self, app_id: str, conversation: str) -> Chat | None:
        return self._chats.get((app_id, place_of(conversation)))

    def chats_of(self, app_id: str, person: Contact) -> Iterator[Chat]:
        """The private one first."""
        yield self.private(app_id, person)
        for chat in self._shared.get(app_id, {}).values():
            if person.address in chat.people:
                yield chat


def place_of(conversation: str) -> str:
    """A channel without the thread."""
    return conversation.partition(ROOT)[0]
