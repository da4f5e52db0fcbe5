"""What the simulated platforms remember about customers: who wrote to whom, when, and who blocked whom."""

from dataclasses import dataclass, field
from typing import Any

from simulator import clock
from simulator.recent import Recent

MAX_CONTACTS = 200_000
MAX_MESSAGE_IDS = 200_000
MESSAGES_PER_CHAT = 100

Key = tuple[str, str, str]
"""Platform, account, the customer's address."""


@dataclass
class Contact:
    """One customer of one account."""

    address: str
    name: str
    last_inbound: float = field(default_factory=clock.unix)
    """When the customer last wrote, in seconds since 1970."""
    blocked: bool = False
    last_message_id: int = 0
    """For platforms that number the messages of a chat."""
    messages: Recent[int, dict[str, Any]] = field(default_factory=lambda: Recent(MESSAGES_PER_CHAT))
    """The account's own recent messages in this chat, by number."""

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def silent_for(self) -> float:
        """Seconds since the customer last wrote."""
        return clock.unix() - self.last_inbound


class Contacts:
    """Every customer who ever wrote, up to a limit."""

    def __init__(self) -> None:
        self._contacts: Recent[Key, Contact] = Recent(MAX_CONTACTS)
        self._inbound_ids: Recent[tuple[str, str], str] = Recent(MAX_MESSAGE_IDS)

    def get(self, platform: str, account: str, address: str) -> Contact | None:
        return self._contacts.get((platform, account, address))

    def heard(self, platform: str, account: str, address: str, name: str | None = None) -> Contact:
        """The customer wrote just now: the window is open, the chat is known, nobody is blocked."""
        contact = self.get(platform, account, address) or Contact(address, name or "Customer")
        contact.last_inbound = clock.unix()
        contact.name = name or contact.name
        contact.blocked = False
        self._contacts.put((platform, account, address), contact)
        return contact

    def remember_message(self, account: str, message_id: str, address: str) -> None:
        """Keep who sent an inbound message, for read marks."""
        self._inbound_ids.put((account, message_id), address)

    def author_of(self, account: str, message_id: str) -> str | None:
        return self._inbound_ids.get((account, message_id))
