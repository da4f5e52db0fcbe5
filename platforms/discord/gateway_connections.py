"""One connection after the other, for one bot: resumed where that is possible, begun anew where it is not."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Never

import httpx

from domain.errors import PlatformUnavailable
from platforms.base import WebhookRequest
from platforms.discord.account import DiscordAccount
from platforms.discord.answers import answer_to
from platforms.discord.envelope import wrapped
from platforms.discord.followups import deliver, render_callback
from platforms.discord.gateway_gap import missed
from platforms.discord.gateway_link import Link, Refused, linked
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_people import DirectPeople
from platforms.discord.gateway_place import Place
from platforms.discord.gateway_protocol import LOST, Ended, Op, Then
from platforms.discord.gateway_starts import SessionStarts, ask, check
from platforms.discord.inbound import parse
from platforms.discord.people import Own
from platforms.reading import Json, as_object, as_text

logger = logging.getLogger(__name__)

MOST_UNTAKEN = 64
MOST_FETCHED = 1000
"""What was fetched last may be told as well: it was written just as the session began."""


@dataclass(frozen=True)
class Told:
    """Something for whoever listens: a frame, with its body where that says something, or none to keep the place."""

    frame: Json | None = None
    body: bytes | None = None
    closes_gap: bool = False


@dataclass(frozen=True)
class Memory:
    """What the connections of a process know of each other."""

    starts: SessionStarts
    people: DirectPeople


class Connections:
    """Holds the connection of one bot. What it tells stands in `inbox`, in order; `place` moves as that is kept."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        account: DiscordAccount,
        place: Place,
        memory: Memory,
        pace: Pace,
    ) -> None:
        self._client = client
        self._account = account
        self._place = place
        self._memory = memory
        self._pace = pace
        self._session, self._bot = place.session, place.bot
        self._unreachable = False
        self._fetched: deque[str] = deque(maxlen=MOST_FETCHED)
        self._answering: set[asyncio.Task[bool]] = set()
        self.kept = place.seq
        """The last frame that whoever listens has kept."""
        self.inbox: asyncio.Queue[Told] = asyncio.Queue(MOST_UNTAKEN)

    async def run(self) -> Never:
        """Until it cannot go on: raises a `DeliveryError`."""
        failures = 0
        try:
            while True:
                ended, settled = await self._once()
                failures = 0 if settled else failures + 1
                logger.info("a connection to the Gateway is over: %s", ended.words)
                if ended.then is Then.STOP or failures > self._pace.tries:
                    raise ended.error()
                await self._all_kept()
                if settled:
                    self._memory.starts.succeeded(self._account)
                if ended.then is Then.IDENTIFY:
                    self._place.lose_session()
                    self.kept = None
                await self._pace.before_next(failures, slowly=ended.slowly)
        finally:
            for task in self._answering:
                task.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)

    async def _all_kept(self) -> None:
        """Discord may forget what is resumed past: so the place is kept first."""
        await self.inbox.put(Told())
        await self.inbox.join()

    async def _once(self) -> tuple[Ended, bool]:
        """One connection: why it ended, and whether it had lasted."""
        clock = asyncio.get_running_loop().time
        began: float | None = None
        try:
            url = await self._url()
            self._unreachable = True
            async with linked(url, self._account, lambda: self.kept, self._pace) as link:
                began, self._unreachable = clock(), False
                ended = await self._through(link)
        except Refused as refused:
            ended = refused.ended
        except PlatformUnavailable as error:
            ended = LOST._replace(words=error.detail.removeprefix("Gateway: "))
        return ended, began is not None and clock() - began > self._pace.settled

    async def _url(self) -> str:
        """Where the session is; where sessions begin, if there is none, or the former was not to be reached."""
        url = self._place.resume_url
        if url is not None and not self._unreachable:
            return url
        if not self._place.can_resume:
            pace = self._pace
            await self._memory.starts.turn(
                self._account, pace.identify_apart, pace.identify_longest
            )
        gateway = await ask(self._client, self._account)
        if not self._place.can_resume:
            check(gateway)
        return gateway.url

    async def _through(self, link: Link) -> Ended:
        """Everything that the connection brings, to its end."""
        await self._greet(link)
        gap = self._place.gap
        while not isinstance(frame := await link.frames.get(), Ended):
            begins = frame.get("t") == "READY"
            if begins:
                self._begin(as_object(frame.get("d")))
                await self._tell(frame)
            if gap:
                await self._close_gap()
                gap = False
            if not begins:
                await self._tell(frame)
        return frame

    async def _greet(self, link: Link) -> None:
        token = self._account.bot_token.get_secret_value()
        if self._place.can_resume:
            seq, session = self._place.seq, self._place.session
            await link.send(Op.RESUME, {"token": token, "session_id": session, "seq": seq})
            return
        names = {"os": "linux", "browser": "pytake", "device": "pytake"}
        intents = self._account.intents
        await link.send(Op.IDENTIFY, {"token": token, "intents": intents, "properties": names})

    def _begin(self, session: Json) -> None:
        self._session = as_text(session.get("session_id"))
        self._bot = as_text(as_object(session.get("user")).get("id"))

    async def _close_gap(self) -> None:
        await self.inbox.join()
        seen = dict(self._place.channels)
        async for frame in missed(self._client, self._account, seen, self._pace):
            await self._tell(frame)
            self._fetched.append(str(_message_of(frame)))
        await self.inbox.put(Told(closes_gap=True))

    async def _tell(self, frame: Json) -> None:
        told = as_object(frame.get("d"))
        if (key := _message_of(frame)) is not None and key in self._fetched:
            await self.inbox.put(Told(frame))
            return
        if frame.get("t") == "INTERACTION_CREATE":
            self._answer(told)
        people = self._memory.people
        person = await people.of_frame(self._client, self._account, self._bot, frame)
        own = Own(self._account.application_id, self._bot, person)
        body = wrapped(frame, own, self._session)
        says = any(event.kind != "ignored" for event in parse(WebhookRequest(body=body)))
        await self.inbox.put(Told(frame, body if says else None))

    def _answer(self, interaction: Json) -> None:
        """Within three seconds, so at once. After a resume it may be told again: Discord takes the first answer."""
        answer = answer_to(interaction, self._account)
        key, token = as_text(interaction.get("id")), as_text(interaction.get("token"))
        if answer is None or key is None or token is None:
            return
        request = render_callback(key, token, answer, self._account)
        task = asyncio.create_task(deliver(self._client, self._account, request, token))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)


def _message_of(frame: Json) -> str | None:
    """The id of a message that it tells of first."""
    told = as_object(frame.get("d"))
    return as_text(told.get("id")) if frame.get("t") == "MESSAGE_CREATE" else None
