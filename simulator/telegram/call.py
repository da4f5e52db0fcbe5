"""One call of a Bot API method, and what every method may need of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simulator.contacts import Contact
from simulator.schemas import TelegramAccount
from simulator.state import Simulation
from simulator.telegram.errors import BotError, bad_request
from simulator.telegram.params import Params

Json = dict[str, Any]
Effect = Callable[[], Awaitable[Any]]
"""What the call does once nothing speaks against it; returns the `result`."""


@dataclass(frozen=True)
class Call:
    """A call whose token is right."""

    simulation: Simulation
    bot_id: str
    params: Params

    @property
    def account(self) -> TelegramAccount:
        return self.simulation.accounts.get("telegram", self.bot_id, TelegramAccount)

    def bot_user(self) -> Json:
        name = self.account.username
        return {"id": int(self.bot_id), "is_bot": True, "first_name": name, "username": name}

    def chat(self) -> Contact:
        """The chat the call is about. Raises `BotError` when it is unknown or blocked this bot."""
        chat_id = self.params.text("chat_id").strip()
        if not chat_id:
            raise bad_request("chat_id is empty")
        contact = self.simulation.customer("telegram", self.bot_id, chat_id)
        if contact is None:
            raise bad_request("chat not found")
        if contact.blocked:
            raise BotError(403, "Forbidden: bot was blocked by the user")
        return contact


def chat_object(contact: Contact) -> Json:
    return {"id": int(contact.address), "type": "private", "first_name": contact.name}
