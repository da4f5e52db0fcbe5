"""One connection: what a client sends is checked and answered, or it is the last that it sent.

https://docs.discord.com/developers/events/gateway#connection-lifecycle
"""

import asyncio
import hmac
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from simulator import clock
from simulator.discord import objects
from simulator.discord.account import DiscordAccount
from simulator.discord.gateway.protocol import (
    CLIENTS,
    KNOWN_INTENTS,
    MAX_PAYLOAD,
    MAX_SENDS,
    PRIVILEGED,
    SENDS_SECONDS,
    Close,
    Closing,
    Op,
    payload,
)
from simulator.discord.gateway.sessions import BotGateway, Gateways, Outgoing, Session
from simulator.discord.objects import Json
from simulator.discord.requests import KEY
from simulator.state import Simulation


class Connection:
    """The server's side of one WebSocket, without the socket."""

    def __init__(self, simulation: Simulation, url: str) -> None:
        self._simulation = simulation
        self._url = url
        self._sends: deque[float] = deque()
        self._bot: BotGateway | None = None
        self._session: Session | None = None
        self.outgoing: asyncio.Queue[Outgoing] = asyncio.Queue()

    @property
    def is_mute(self) -> bool:
        return self._session is not None and self._session.mute

    def take(self, text: str | bytes) -> None:
        """Something that the client sent. Raises `Closing`."""
        op, content = self._read(text)
        self._count()
        handler = _HANDLERS.get(op)
        if handler is None and self._session is None:
            raise Closing(Close.NOT_AUTHENTICATED, "Not authenticated.")
        if handler is not None:
            handler(self, content)

    def leave(self, code: int | None) -> None:
        """The client is gone. After 1000 and 1001 so is its session."""
        if self._session is None or self._bot is None:
            return
        current = self._session.connection is self.outgoing
        self._session.detach(self.outgoing)
        if current and code in {1000, 1001}:
            self._bot.end(self._session)

    def _read(self, text: str | bytes) -> tuple[int, Any]:
        too_long = len(text.encode() if isinstance(text, str) else text) > MAX_PAYLOAD
        try:
            frame = None if too_long else json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or type(frame.get("op")) is not int:
            raise Closing(Close.DECODE_ERROR, "Error while decoding payload.")
        if frame["op"] not in CLIENTS:
            raise Closing(Close.UNKNOWN_OPCODE, "Unknown opcode.")
        return frame["op"], frame.get("d")

    def _count(self) -> None:
        now = clock.unix()
        self._sends.append(now)
        while self._sends[0] < now - SENDS_SECONDS:
            self._sends.popleft()
        if len(self._sends) > MAX_SENDS:
            raise Closing(Close.RATE_LIMITED, "You have been rate limited.")

    def heartbeat(self, content: Any) -> None:
        if content is not None and type(content) is not int:
            raise Closing(Close.DECODE_ERROR, "Error while decoding payload.")
        if self._session is not None and (content or 0) > self._session.seq:
            raise Closing(Close.INVALID_SEQ, "Invalid seq.")
        if self._bot is not None:
            self._bot.heartbeats += 1
        if not self.is_mute:
            self.outgoing.put_nowait(payload(Op.HEARTBEAT_ACK))

    def identify(self, content: Any) -> None:
        application, account = self._authenticate(content)
        self._check(content, account)
        bot = self._simulation.part(Gateways).of(application)
        rules, now, before = account.gateway, clock.unix(), bot.identified_at
        bot.identifies += 1
        if before is not None and now - before < rules.identify_seconds:
            self.outgoing.put_nowait(payload(Op.INVALID_SESSION, content=False))
            return
        bot.spent += 1
        if bot.spent > rules.starts_a_day:
            bot.sessions.clear()
            raise Closing(Close.AUTHENTICATION_FAILED, "The token was reset.")
        bot.identified_at = now
        session = Session(content["intents"])
        bot.sessions[session.key] = session
        self._settle(bot, session)
        session.dispatch("READY", self._ready(application, account, session))

    def resume(self, content: Any) -> None:
        application, account = self._authenticate(content)
        bot = self._simulation.part(Gateways).of(application)
        key, seq = content.get("session_id"), content.get("seq")
        if not isinstance(key, str) or type(seq) is not int:
            raise Closing(Close.DECODE_ERROR, "Error while decoding payload.")
        bot.resumes += 1
        living = bot.living(account.gateway.resumable_seconds)
        session = next((one for one in living if one.key == key), None)
        if session is not None and seq > session.seq:
            raise Closing(Close.INVALID_SEQ, "Invalid seq.")
        missed = session.since(seq) if session is not None else None
        if session is None or missed is None:
            self.outgoing.put_nowait(payload(Op.INVALID_SESSION, content=False))
            return
        self._settle(bot, session)
        for frame in missed:
            session.say(frame)
        session.dispatch("RESUMED", {"_trace": ["simulated"]})

    def _settle(self, bot: BotGateway, session: Session) -> None:
        self._bot, self._session = bot, session
        session.attach(self.outgoing)

    def _authenticate(self, content: Any) -> tuple[str, DiscordAccount]:
        if self._session is not None:
            raise Closing(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
        if not isinstance(content, dict):
            raise Closing(Close.DECODE_ERROR, "Error while decoding payload.")
        token = str(content.get("token", "")).removeprefix("Bot ")
        for application, account in self._simulation.accounts.of(KEY, DiscordAccount).items():
            if hmac.compare_digest(token.encode(), account.bot_token.encode()):
                return application, account
        raise Closing(Close.AUTHENTICATION_FAILED, "Authentication failed.")

    def _check(self, content: Json, account: DiscordAccount) -> None:
        intents, shard = content.get("intents"), content.get("shard", [0, 1])
        names = content.get("properties")
        if type(intents) is not int or not isinstance(names, dict):
            raise Closing(Close.DECODE_ERROR, "Error while decoding payload.")
        if intents & ~KNOWN_INTENTS:
            raise Closing(Close.INVALID_INTENTS, "Invalid intent(s).")
        if intents & PRIVILEGED & ~account.gateway.privileged:
            raise Closing(Close.DISALLOWED_INTENTS, "Disallowed intent(s).")
        whole = isinstance(shard, list) and [type(one) for one in shard] == [int, int]
        if not whole or not 0 <= shard[0] < shard[1]:
            raise Closing(Close.INVALID_SHARD, "Invalid shard.")

    def _ready(self, application: str, account: DiscordAccount, session: Session) -> Json:
        return {
            "v": 10,
            "user": {**objects.bot(application, account), "flags": 0, "verified": True},
            "guilds": [],
            "session_id": session.key,
            "resume_gateway_url": self._url,
            "application": {"id": application, "flags": 0},
        }


_HANDLERS: dict[int, Callable[[Connection, Any], None]] = {
    Op.HEARTBEAT: Connection.heartbeat,
    Op.IDENTIFY: Connection.identify,
    Op.RESUME: Connection.resume,
}
