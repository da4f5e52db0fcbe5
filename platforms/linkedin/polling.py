"""Asks LinkedIn again and again for what webhooks do not bring: see `feeds`.

Limits are of a day and published nowhere. LinkedIn advises to ask once an hour; developers of small apps tell of a
hundred calls a day for a member, and a quarter of an hour (`poll_seconds`) stays below that.
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import httpx

from domain.errors import ChannelUnauthorized, DeliveryError, PlatformUnavailable, Throttled
from platforms.base import SIGN_OF_LIFE, Arrived, OutboundRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.bookmark import Bookmark, kept_place
from platforms.linkedin.calls import ask
from platforms.linkedin.errors import check
from platforms.linkedin.feeds import Feed, feed_of, render
from platforms.reading import Json, as_list, as_object, as_objects


class Pace(NamedTuple):
    """In seconds; neither may be longer than `SIGN_OF_LIFE`."""

    pause: float = SIGN_OF_LIFE / 2
    """Between signs of life."""
    patience: float = SIGN_OF_LIFE * 0.75
    """For one answer."""


PACE = Pace()


async def listen(
    client: httpx.AsyncClient,
    account: LinkedInAccount,
    cursor: Mapping[str, Any] | None,
    pace: Pace = PACE,
) -> AsyncGenerator[Arrived]:
    """See `platforms.base.HoldsConnection`."""
    place = kept_place(cursor) or await _now(client, account, pace)
    yield Arrived(cursor=place.model_dump(mode="json"))
    while True:
        left = min(place.due - time.time(), account.poll_seconds)
        while left > 0:
            await asyncio.sleep(min(left, pace.pause))
            left -= pace.pause
            yield Arrived(cursor=place.model_dump(mode="json"))
        place, body = await _read_on(client, account, place, pace)
        yield Arrived(body=body, cursor=place.model_dump(mode="json"))


async def _now(client: httpx.AsyncClient, account: LinkedInAccount, pace: Pace) -> Bookmark:
    """From now on, by LinkedIn's clock: it refuses moments that it has not reached."""
    answer = await _answer(client, account, _request(account, None, 0), pace)
    try:
        now = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except ValueError:
        now = time.time()
    milliseconds = int(now * 1000)
    return Bookmark(since=milliseconds, newest=milliseconds, due=time.time() + account.poll_seconds)


async def _read_on(
    client: httpx.AsyncClient, account: LinkedInAccount, place: Bookmark, pace: Pace
) -> tuple[Bookmark, bytes | None]:
    """The next page, as `parse` reads it, and the place behind it."""
    feed = feed_of(account)
    request = _request(account, place.since, place.start)
    answer = await _answer(client, account, request, pace)
    page = check(answer, account.secrets())
    if not isinstance(page.get("elements"), list):
        raise PlatformUnavailable("not polled: the answer is no page")
    items = as_objects(page["elements"])
    fresh = place.fresh(items, feed)
    behind = place.after(items, feed)
    if not _goes_on(page, items, feed, place):
        behind = behind.at_the_end(time.time() + account.poll_seconds)
    return behind, json.dumps({"elements": fresh}).encode() if fresh else None


def _goes_on(page: Json, items: list[Json], feed: Feed, place: Bookmark) -> bool:
    """Whether there is more now: the page was full, or names the next. The same page again has none."""
    links = map(as_object, as_list(as_object(page.get("paging")).get("links")))
    more = len(items) >= feed.most or any(link.get("rel") == "next" for link in links)
    return bool(items) and more and feed.key(items[0]) != place.first


def _request(account: LinkedInAccount, since: int | None, start: int) -> OutboundRequest:
    return render(account, since, int(time.time() * 1000), start)


async def _answer(
    client: httpx.AsyncClient, account: LinkedInAccount, request: OutboundRequest, pace: Pace
) -> httpx.Response:
    """A page that came. Raises what `HoldsConnection` names; asking once more does no harm."""
    try:
        async with asyncio.timeout(pace.patience):
            answer = await ask(client, account, request)
        check(answer, account.secrets())
    except Throttled as error:
        polite = error.retry_after or timedelta(seconds=account.poll_seconds)
        raise Throttled(error.detail, retry_after=polite, vendor_code=error.vendor_code) from None
    except (ChannelUnauthorized, PlatformUnavailable):
        raise
    except DeliveryError as error:
        said = f"not polled: {error.detail}"
        raise PlatformUnavailable(said, vendor_code=error.vendor_code) from None
    except TimeoutError:
        raise PlatformUnavailable("not polled: no answer in time") from None
    return answer
