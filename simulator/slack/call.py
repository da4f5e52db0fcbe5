"""One call of a Web API method, and what every method may need of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from simulator.contacts import Contact
from simulator.slack.account import SlackAccount
from simulator.slack.arguments import Arguments, Json
from simulator.slack.errors import SlackError
from simulator.slack.world import PERSON, TS, SlackWorld
from simulator.state import Simulation

KEY = "slack"
Effect = Callable[[], Awaitable[Json]]
"""What the call does once nothing speaks against it; returns the body without `ok`."""


@dataclass(frozen=True)
class Chat:
    """A conversation of the workspace."""

    id: str
    person: Contact | None = None
    """The other one of a private chat."""

    def address(self, thread_ts: str | None) -> str:
        """As the ledger spells it: the person, or the channel and the thread in it."""
        if self.person is not None:
            return self.person.address
        return f"{self.id}:{thread_ts}" if thread_ts else self.id


@dataclass(frozen=True)
class Call:
    """A call whose token is right."""

    simulation: Simulation
    team: str
    account: SlackAccount
    args: Arguments
    base_url: str
    """Where this API is reached, for the addresses it gives away."""

    @property
    def world(self) -> SlackWorld:
        return self.simulation.part(SlackWorld)

    def person(self, user: str) -> Contact | None:
        """A person of the workspace."""
        known = self.simulation.contacts.get(KEY, self.team, user)
        if known is None and PERSON.fullmatch(user):
            return self.simulation.customer(KEY, self.team, user)
        return known

    def chat(self, given: str) -> Chat:
        """The conversation with that id, or with that person. Raises `SlackError`."""
        if PERSON.fullmatch(given):
            person = self.person(given)
            return Chat(self.world.private_chat(self.team, given), _known(person))
        if given.startswith("D"):
            return Chat(given, self._other_one(given))
        if given[:1] not in {"C", "G"}:
            raise SlackError("channel_not_found")
        self._check_channel(given)
        return Chat(given)

    def _other_one(self, channel: str) -> Contact:
        user = self.world.person_of(self.team, channel)
        if user is not None:
            return _known(self.person(user))
        return _known(self.simulation.customer(KEY, self.team, channel))

    def _check_channel(self, channel: str) -> None:
        member = self.account.channels.get(channel)
        if member == "archived":
            raise SlackError("is_archived")
        if member == "stranger":
            raise SlackError("not_in_channel")
        heard = self.world.has_chat(self.team, channel) or self.account.trusting
        if member is None and not heard:
            raise SlackError("channel_not_found")

    def thread(self, chat: Chat) -> str | None:
        """The thread of `thread_ts`. Raises `SlackError`.

        The real one also takes a `ts` of no message, and shows such an answer nowhere: here it is refused.
        """
        ts = self.args.text("thread_ts")
        if not ts:
            return None
        if not isinstance(self.args.values["thread_ts"], str) or not TS.fullmatch(ts):
            raise SlackError("invalid_thread_ts", [f"{ts} is not a valid thread_ts"])
        known = self.world.message(self.team, chat.id, ts)
        if known is None and not self.account.trusting:
            raise SlackError("thread_not_found")
        return ts


def _known(person: Contact | None) -> Contact:
    if person is None:
        raise SlackError("channel_not_found")
    return person


def reached(chat: Chat) -> Chat:
    """The chat, if a message gets there. The page of each method names the code; whose account is gone is ours."""
    if chat.person is not None and chat.person.blocked:
        raise SlackError("is_inactive")
    return chat


def returns(body: Json) -> Effect:
    async def effect() -> Json:
        return body

    return effect
