"""Beginning sessions sparingly: a bot may once in five seconds and a thousand times a day, then it loses its token.

https://docs.discord.com/developers/events/gateway#session-start-limit-object
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import httpx

from domain.errors import ContentRejected, OutcomeUnknown, PlatformUnavailable, Throttled
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import read_answer
from platforms.discord.reading import as_size
from platforms.http import LONGEST_RETRY, call
from platforms.reading import as_object, as_text

RESERVE = 10
"""So many starts of a day are never used up: other workers count on what they were told a moment ago."""
_MOST_BOTS = 10_000

Bot = tuple[str, str]
"""Where it is, and which application's."""


class Gateway(NamedTuple):
    """What Discord says before one connects."""

    url: str
    remaining: int | None
    reset_after: timedelta


@dataclass
class _Starts:
    next_at: float = 0.0
    fruitless: int = 0
    """How many in a row began no session."""


class SessionStarts:
    """When each bot began a session last, in the memory of its process.

    One connection is one shard, which is always in the same rate limit bucket: `max_concurrency` only helps many.
    """

    def __init__(self) -> None:
        self._starts: OrderedDict[Bot, _Starts] = OrderedDict()

    async def turn(self, account: DiscordAccount, apart: float, longest: float) -> None:
        """Wait until this bot may IDENTIFY, and count that it does: ever more seldom while none succeeds."""
        starts = self._of(account)
        now = asyncio.get_running_loop().time()
        at = max(now, starts.next_at)
        starts.next_at = at + min(apart * 2**starts.fruitless, longest)
        starts.fruitless = min(starts.fruitless + 1, 16)
        await asyncio.sleep(at - now)

    def succeeded(self, account: DiscordAccount) -> None:
        self._of(account).fruitless = 0

    def _of(self, account: DiscordAccount) -> _Starts:
        key = (account.api_base, account.application_id)
        starts = self._starts.setdefault(key, _Starts())
        self._starts.move_to_end(key)
        if len(self._starts) > _MOST_BOTS:
            self._starts.popitem(last=False)
        return starts


async def ask(client: httpx.AsyncClient, account: DiscordAccount) -> Gateway:
    """https://docs.discord.com/developers/events/gateway#get-gateway-bot. Raises a `DeliveryError`."""
    request = request_of(account, "GET", "/gateway/bot")
    try:
        answer = read_answer(await call(client, request), account.secrets())
    except (ContentRejected, OutcomeUnknown) as error:
        code = error.vendor_code
        raise PlatformUnavailable(f"Gateway: {error.detail}", vendor_code=code) from None
    url, limit = as_text(answer.get("url")), as_object(answer.get("session_start_limit"))
    if url is None:
        raise PlatformUnavailable("Gateway: the answer names no address")
    reset = min(
        timedelta(milliseconds=min(as_size(limit.get("reset_after")) or 0, 10**9)), LONGEST_RETRY
    )
    return Gateway(url, as_size(limit.get("remaining")), reset)


def check(gateway: Gateway) -> None:
    """Raise `Throttled` where the day's starts are used up, but for the reserve."""
    if gateway.remaining is not None and gateway.remaining <= RESERVE:
        raise Throttled(
            f"Gateway: {gateway.remaining} session starts are left until the limit is reset",
            retry_after=gateway.reset_after,
        )
