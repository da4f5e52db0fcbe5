"""Sessions: what each bot was told in order, kept for a while for whoever resumes."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from simulator import clock
from simulator.discord.gateway.protocol import INTENTS, Close
from simulator.discord.objects import Json

MAX_REPLAY = 5_000


@dataclass(frozen=True)
class Hangup:
    """What ends a connection instead of a payload. Without a code, the socket is aborted."""

    code: Close | int | None = None


Outgoing = Json | Hangup


@dataclass
class Session:
    """One session of a bot, with or without a connection."""

    intents: int
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    replay: deque[Json] = field(default_factory=lambda: deque(maxlen=MAX_REPLAY))
    connection: asyncio.Queue[Outgoing] | None = None
    detached_at: float = 0.0
    mute: bool = False
    """Looks open and says nothing any more: no payloads, no answers to heartbeats."""

    def attach(self, connection: asyncio.Queue[Outgoing]) -> None:
        """A connection that was there before is closed."""
        if self.connection is not None:
            self.connection.put_nowait(Hangup(Close.UNKNOWN_ERROR))
        self.connection, self.mute = connection, False

    def detach(self, connection: asyncio.Queue[Outgoing]) -> None:
        if self.connection is connection:
            self.connection, self.detached_at = None, clock.unix()

    def say(self, item: Outgoing) -> None:
        if self.connection is not None and not self.mute:
            self.connection.put_nowait(item)

    def dispatch(self, kind: str, content: Json) -> None:
        """Numbered, kept, and told where somebody listens."""
        self.seq += 1
        frame = {"op": 0, "s": self.seq, "t": kind, "d": content}
        self.replay.append(frame)
        self.say(frame)

    def since(self, seq: int) -> list[Json] | None:
        """What came after that number; None where not all of it is kept any more."""
        if self.seq - seq > len(self.replay):
            return None
        return [frame for frame in self.replay if frame["s"] > seq]


@dataclass
class BotGateway:
    """What the Gateway knows of one bot."""

    sessions: dict[str, Session] = field(default_factory=dict)
    identifies: int = 0
    resumes: int = 0
    heartbeats: int = 0
    identified_at: float | None = None
    spent: int = 0
    """Session starts of this day."""

    def living(self, resumable_seconds: float) -> list[Session]:
        """Those that somebody is connected to, or may still resume."""
        now = clock.unix()
        gone = [
            key
            for key, one in self.sessions.items()
            if one.connection is None and now - one.detached_at > resumable_seconds
        ]
        for key in gone:
            del self.sessions[key]
        return list(self.sessions.values())

    def end(self, session: Session) -> None:
        self.sessions.pop(session.key, None)


class Gateways:
    """Every bot's."""

    def __init__(self) -> None:
        self._bots: dict[str, BotGateway] = {}

    def of(self, application: str) -> BotGateway:
        return self._bots.setdefault(application, BotGateway())

    def tell(self, application: str, rules: Any, kind: str, content: Json) -> bool:
        """Whether a session is there that is told, at once or when it is resumed."""
        needed = INTENTS.get(kind)
        living = self.of(application).living(rules.resumable_seconds)
        told = [one for one in living if needed is None or one.intents & needed]
        for session in told:
            session.dispatch(kind, content)
        return bool(told)
