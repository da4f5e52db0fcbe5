"""What the connections that workers hold have brought: handed over in order, channel by channel, then removed."""

import asyncio
from collections import Counter
from contextlib import aclosing, suppress
from datetime import UTC
from uuid import UUID

import structlog

from api import arrivals, bringing
from api.dependencies import Api
from api.gateway import ConversationRefused
from domain.errors import DomainError
from platforms import registry
from platforms.base import WebhookRequest
from storage.arrivals import ANNOUNCED, Arrival, Waiting
from storage.channels import Channel
from storage.database import DatabaseUnavailable
from storage.notes import notes
from storage.turns import Turn, Turns

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks, and between tries, where nothing is announced."""
AT_ONCE = 8
"""Channels that this process takes from at the same time."""
IN_A_ROW = 100
"""Bodies of one channel before another has its turn."""
TRIES = 30
"""How often an error of ours may stop a body. Then it is kept raw, and no longer in the way of what came behind it."""


class Drain:
    """Takes arrivals. Of all processes one at a time takes a channel's, so that their order holds.

    A body is removed once all of it is durable. What was handed over and not removed, because the process or
    PostgreSQL went away in between, is handed over again with the same ids, and dropped where it is known.
    """

    def __init__(self, use: Api) -> None:
        self._use = use
        self._arrivals = use.services.arrivals
        self._turns = Turns(use.services.database, "pytake-drain")
        self._told = asyncio.Event()
        self._draining: dict[UUID, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tries: Counter[int] = Counter()
        self._resting: dict[UUID, float] = {}
        """Channels that could not be taken from, and until when they are left alone, however much is announced."""

    async def run_forever(self) -> None:
        """At once when something is kept, and every second for what was not announced or could not be taken."""
        listening = asyncio.create_task(self._listen_forever())
        try:
            while True:
                self._told.clear()
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), LOOK_EVERY)
        finally:
            under_way = [listening, *self._draining.values()]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            await self._turns.close()

    async def _listen_forever(self) -> None:
        while True:
            try:
                async with aclosing(
                    notes(self._use.services.database, ANNOUNCED, "pytake-arrivals")
                ) as heard:
                    async for _ in heard:
                        self._told.set()
            except DatabaseUnavailable as error:
                log.info("arrivals are looked for every second", reason=error.detail)
            except Exception:
                log.exception("listening for arrivals failed; it will be tried again")
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        """Begin with every channel that has something and is not under way."""
        try:
            found = await self._arrivals.waiting()
        except DatabaseUnavailable as error:
            log.info("arrivals wait", reason=error.code)
            return
        except Exception:
            log.exception("looking for arrivals failed; it will be tried again")
            return
        self._use.arrivals = sum(place.waiting for place in found)
        now = asyncio.get_running_loop().time()
        self._resting = {channel: until for channel, until in self._resting.items() if until > now}
        for place in found:
            if place.channel_id not in self._draining and place.channel_id not in self._resting:
                draining = asyncio.create_task(self._drain(place))
                self._draining[place.channel_id] = draining

    async def _drain(self, place: Waiting) -> None:
        """What waits of one channel, unless another process is at it."""
        rests = True
        try:
            turn_of = self._turns.turn(place.tenant_id, f"arrivals/{place.channel_id}")
            async with self._slots, turn_of as turn:
                if turn is None:
                    return
                await self._one_by_one(place, turn)
            # There may be more: what came between the last look and the end of the turn was announced too early.
            rests = False
            self._told.set()
        except DomainError as error:
            log.info("arrivals wait", channel=str(place.channel_id), reason=error.code)
        except Exception:
            log.exception(
                "an arrival failed; it will be tried again", channel=str(place.channel_id)
            )
        finally:
            del self._draining[place.channel_id]
            if rests:
                until = asyncio.get_running_loop().time() + 0.9 * LOOK_EVERY
                self._resting[place.channel_id] = until

    async def _one_by_one(self, place: Waiting, turn: Turn) -> None:
        for _ in range(IN_A_ROW):
            arrival = await self._arrivals.oldest(place.tenant_id, place.channel_id)
            if arrival is None:
                return
            await turn.check()
            await self._take(arrival)
            await self._arrivals.remove(arrival.tenant_id, arrival.id)
            self._tries.pop(arrival.id, None)

    async def _take(self, arrival: Arrival) -> None:
        """Hand it over. What must be tried again is raised; what is of no use to try is kept raw."""
        channel = await self._use.services.channels.find(arrival.channel_id)
        if channel is None:
            await self._set_aside(arrival, "the channel is gone")
            return
        try:
            await self._hand_over(channel, arrival)
        except Exception as error:
            if _passes(error) or not self._is_given_up(arrival, error):
                raise
            log.exception("an arrival is set aside", channel=str(channel.id), arrival=arrival.id)
            await self._set_aside(arrival, f"not taken: {type(error).__name__}")

    def _is_given_up(self, arrival: Arrival, error: Exception) -> bool:
        if isinstance(error, DomainError) and not error.retryable:
            return True
        self._tries[arrival.id] += 1
        return self._tries[arrival.id] >= TRIES

    async def _hand_over(self, channel: Channel, arrival: Arrival) -> None:
        """The connection itself proves whose it is: all of it is its own channel's."""
        await self._use.intake.expect_behind(channel.id, arrival.spooled)
        spoken = registry.get(channel.platform)
        asked = WebhookRequest(body=arrival.body, received_at=arrival.received_at.astimezone(UTC))
        events = await bringing.take_in(self._use, spoken, asked, channel)
        await arrivals.hand_over(self._use, channel, events, f"arrival/{arrival.id}")

    async def _set_aside(self, arrival: Arrival, reason: str) -> None:
        self._use.counts["set_aside"] += 1
        keep = self._use.services.spool.keep_raw
        await keep(arrival.tenant_id, arrival.channel_id, arrival.body, reason)


def _passes(error: Exception) -> bool:
    """Whether a store is away and comes back. A conversation that refuses, alone, may do so for ever."""
    retryable = isinstance(error, DomainError) and error.retryable
    return retryable and not isinstance(error, ConversationRefused)
