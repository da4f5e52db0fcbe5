"""The parts of the connection by themselves: places, addresses, close codes, the pace of beginning sessions."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.errors import ChannelUnauthorized, DeliveryError, PlatformUnavailable, Throttled
from platforms.base import WebhookRequest
from platforms.discord.gateway_gap import missed
from platforms.discord.gateway_link import address_of
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_place import MOST_CHANNELS, Place
from platforms.discord.gateway_protocol import CLOSES, Intent, Then, closed
from platforms.discord.gateway_starts import SessionStarts, ask, check
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import ACCOUNT
from tests.platforms.discord.support import CHANNEL, DIRECT, FakeApi, refused

READY = {
    "op": 0,
    "s": 1,
    "t": "READY",
    "d": {"session_id": "abc", "resume_gateway_url": "wss://x.discord.gg", "user": {"id": "9"}},
}
PACE = Pace(first_delay=0.0, longest_delay=0.0, tries=2)


def message(number: int, channel: str = CHANNEL) -> dict[str, Any]:
    told = {"id": str(number), "channel_id": channel}
    return {"op": 0, "s": None, "t": "MESSAGE_CREATE", "d": told}


def test_a_place_survives_as_json() -> None:
    place = Place()
    place.pass_frame(READY, useful=True)
    place.pass_frame({**message(77), "s": 2}, useful=True)
    place.pass_frame({**message(78, DIRECT), "s": 3}, useful=False)
    cursor = place.cursor()
    assert cursor == {
        "session_id": "abc",
        "resume_url": "wss://x.discord.gg",
        "seq": 3,
        "bot": "9",
        "gap": False,
        "channels": {CHANNEL: "77"},
    }
    assert Place.of(cursor) == place


def test_a_place_remembers_the_channels_that_were_written_in_last() -> None:
    place = Place()
    for number in range(1, MOST_CHANNELS + 51):
        place.pass_frame(message(1000 + number, str(number)), useful=True)
    place.pass_frame(message(5, "51"), useful=True)
    assert sorted(map(int, place.channels)) == list(range(51, MOST_CHANNELS + 51))
    assert place.channels["51"] == "1051"


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        {},
        {"session_id": 7, "seq": "3", "channels": {"1": None, "2": "x"}},
        {"session_id": "abc", "seq": 3},
        {"session_id": "abc", "resume_url": "wss://x", "seq": True, "gap": True, "channels": []},
    ],
)
def test_a_broken_cursor_is_none(cursor: dict[str, Any] | None) -> None:
    assert Place.of(cursor) == Place()


def test_a_lost_session_leaves_a_gap_where_anything_was_seen() -> None:
    fresh, known = Place(), Place(session="a", resume_url="u", seq=4, channels={CHANNEL: "7"})
    for place in (fresh, known):
        place.lose_session()
        assert not place.can_resume
    assert (fresh.gap, known.gap) == (False, True)


@pytest.mark.parametrize(
    ("url", "api_base", "address"),
    [
        (
            "wss://gateway.discord.gg",
            "https://discord.com/api/v10",
            "wss://gateway.discord.gg/?v=10&encoding=json",
        ),
        (
            "wss://gateway-us-east1-b.discord.gg/?v=9",
            "https://discord.com/api/v10",
            "wss://gateway-us-east1-b.discord.gg/?v=10&encoding=json",
        ),
        (
            "ws://127.0.0.1:8090/discord/gateway",
            "http://127.0.0.1:8090/discord",
            "ws://127.0.0.1:8090/discord/gateway?v=10&encoding=json",
        ),
    ],
)
def test_where_to_connect(url: str, api_base: str, address: str) -> None:
    assert address_of(url, ACCOUNT.model_copy(update={"api_base": api_base})) == address


@pytest.mark.parametrize(
    "url",
    [
        "ws://gateway.discord.gg",
        "wss://gateway.discord.gg.example",
        "wss://xdiscord.gg",
        "https://gateway.discord.gg",
        "ws://127.0.0.1/",
        "http://[",
        "",
    ],
)
def test_the_token_goes_to_nobody_else(url: str) -> None:
    with pytest.raises(PlatformUnavailable):
        address_of(url, ACCOUNT)


def test_what_ends_for_good_is_a_matter_for_people() -> None:
    final = {code for code, ended in CLOSES.items() if ended.then is Then.STOP}
    assert final == {4004, 4010, 4011, 4012, 4013, 4014}
    for code in final:
        error = closed(code).error()
        assert isinstance(error, ChannelUnauthorized)
        assert (error.retryable, error.vendor_code) == (False, str(code))
    for resumable in (None, 1000, 1001, 1006, 4000, 4999):
        assert closed(resumable).then is Then.RESUME
        assert isinstance(closed(resumable).error(), PlatformUnavailable)


def test_intents_are_named_for_whoever_adds_them_up() -> None:
    assert int(Intent.MESSAGE_CONTENT) == 32768
    assert ACCOUNT.intents == 46593
    with pytest.raises(ValueError, match="intents"):
        type(ACCOUNT).model_validate({**ACCOUNT.model_dump(), "intents": 1 << 26})


async def test_sessions_begin_ever_more_seldom_until_one_lasts() -> None:
    starts, clock = SessionStarts(), asyncio.get_running_loop().time
    began = clock()
    times = []
    for _ in range(4):
        await starts.turn(ACCOUNT, 0.02, 0.08)
        times.append(clock() - began)
    assert times[0] < 0.02
    assert [times[1] >= 0.02, times[2] >= 0.06, times[3] >= 0.14] == [True] * 3
    starts.succeeded(ACCOUNT)
    other = ACCOUNT.model_copy(update={"application_id": "1380000000000000002"})
    before = clock()
    await starts.turn(other, 60.0, 60.0)
    assert clock() - before < 0.02


def limits(**fields: Any) -> httpx.Response:
    limit = {"total": 1000, "remaining": 990, "reset_after": 5000, "max_concurrency": 1, **fields}
    body = {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit}
    return httpx.Response(200, json=body)


async def test_the_limit_of_a_day_is_obeyed() -> None:
    async with FakeApi(limits(), limits(remaining=10)).client() as client:
        check(await ask(client, ACCOUNT))
        with pytest.raises(Throttled) as told:
            check(await ask(client, ACCOUNT))
    assert told.value.retry_after == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(401, 0, "401: Unauthorized"), ChannelUnauthorized),
        (refused(429, None, retry_after=2.5), Throttled),
        (refused(404, 0), PlatformUnavailable),
        (httpx.Response(200, json={"shards": 1}), PlatformUnavailable),
        (httpx.Response(502, html="<html>"), PlatformUnavailable),
    ],
)
async def test_where_the_gateway_is_may_not_be_told(
    answer: httpx.Response, error: type[DeliveryError]
) -> None:
    async with FakeApi(answer).client() as client:
        with pytest.raises(error):
            await ask(client, ACCOUNT)


def written(number: int, **fields: Any) -> dict[str, Any]:
    author = {"id": "1380000000000000501", "username": "rita"}
    return {"id": str(number), "channel_id": CHANNEL, "type": 0, "author": author, **fields}


def channel(last: int, **fields: Any) -> httpx.Response:
    return httpx.Response(200, json={"id": CHANNEL, "last_message_id": str(last), **fields})


def page(*messages: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=list(messages))


async def fetched(api: FakeApi, **seen: str) -> list[dict[str, Any]]:
    async with api.client() as client:
        return [frame async for frame in missed(client, ACCOUNT, seen or {CHANNEL: "100"}, PACE)]


async def test_pages_of_a_gap_are_told_oldest_first_in_their_own_server() -> None:
    first = [written(number, content="x") for number in range(200, 100, -1)]
    api = FakeApi(channel(201, type=0, guild_id="5"), page(*first), page(written(201)))
    frames = await fetched(api)
    assert [int(frame["d"]["id"]) for frame in frames] == list(range(101, 202))
    assert [dict(one.url.params) for one in api.requests[1:]] == [
        {"after": "100", "limit": "100"},
        {"after": "200", "limit": "100"},
    ]
    body = WebhookRequest(body=httpx.Request("POST", "http://x", json=frames[0]).content)
    (event,) = Discord().parse(body)
    assert event.sender is not None
    assert (event.sender.address, event.details) == (CHANNEL, {"server": "5"})


async def test_a_channel_in_which_nothing_was_written_costs_one_call() -> None:
    api = FakeApi(channel(100, type=1))
    assert await fetched(api) == []
    assert api.paths == [f"/channels/{CHANNEL}"]


@pytest.mark.parametrize("gone", [refused(404, 10003), refused(403, 50001), refused(403, 50013)])
async def test_a_channel_that_is_gone_costs_the_others_nothing(gone: httpx.Response) -> None:
    api = FakeApi(gone, channel(101, type=1), page(written(101)))
    frames = await fetched(api, **{DIRECT: "100", CHANNEL: "100"})
    assert [frame["d"]["id"] for frame in frames] == ["101"]


async def test_who_is_too_fast_waits_and_goes_on() -> None:
    slow = refused(429, None, retry_after=0.01)
    api = FakeApi(slow, channel(101, type=1), httpx.ReadTimeout("silence"), page(written(101)))
    assert len(await fetched(api)) == 1


async def test_a_gap_that_cannot_be_closed_is_not_passed_over() -> None:
    down = refused(500, None)
    with pytest.raises(PlatformUnavailable):
        await fetched(FakeApi(*[down] * PACE.tries))
    with pytest.raises(ChannelUnauthorized):
        await fetched(FakeApi(refused(401, 0)))
