"""LinkedIn is asked for what no webhook brings: our `listen` against the simulator, over HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from domain.content import TextContent
from domain.errors import ChannelUnauthorized, PlatformUnavailable, Throttled
from domain.events import InboundEvent
from platforms.base import SIGN_OF_LIFE, Arrived, HoldsConnection, WebhookRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.platform import LinkedIn
from platforms.linkedin.polling import PACE, Pace, listen
from simulator.schemas import Fault
from tests.simulator.harness import World
from tests.simulator.linkedin_world import ANA, BIA, MEMBER, PAGE, LinkedInWorld

Cursor = Mapping[str, Any]
QUICK = Pace(pause=0.02, patience=10)


class Listening:
    """One connection, and how often LinkedIn was asked."""

    def __init__(self, linkedin: LinkedInWorld, urn: str) -> None:
        self.asked: list[str] = []
        self.client = httpx.AsyncClient(
            trust_env=False, event_hooks={"request": [self._note]}, timeout=20
        )
        self.account = linkedin.channels[urn].model_copy(update={"poll_seconds": 0.05})
        self.cursor: Cursor | None = None
        self.running: AsyncGenerator[Arrived] | None = None

    async def _note(self, request: httpx.Request) -> None:
        self.asked.append(request.url.path)

    def begin(self, cursor: Cursor | None = None, pace: Pace = QUICK) -> None:
        self.running = listen(self.client, self.account, cursor, pace)

    async def one(self) -> Arrived:
        assert self.running is not None
        async with asyncio.timeout(20):
            arrived = await anext(self.running)
        self.cursor = arrived.cursor
        return arrived

    async def bodies(self, count: int) -> list[list[InboundEvent]]:
        """What so many bodies say, as our own `parse` reads it."""
        found: list[list[InboundEvent]] = []
        while len(found) < count:
            arrived = await self.one()
            if arrived.body is not None:
                found.append(LinkedIn().parse(WebhookRequest(body=arrived.body)))
        return found

    async def quiet(self, polls: int = 2) -> None:
        """LinkedIn is asked so often, and nothing comes."""
        until = len(self.asked) + polls
        while len(self.asked) < until:
            assert (await self.one()).body is None

    async def end(self) -> None:
        if self.running is not None:
            await self.running.aclose()


@contextlib.asynccontextmanager
async def listening(linkedin: LinkedInWorld, urn: str = MEMBER) -> AsyncIterator[Listening]:
    connection = Listening(linkedin, urn)
    async with connection.client:
        try:
            yield connection
        finally:
            await connection.end()


@pytest.fixture
async def linkedin(sim: World) -> LinkedInWorld:
    started = LinkedInWorld(sim)
    await started.register(PAGE, hooked=False, echoes=False)
    await started.register(MEMBER)
    return started


def texts(bodies: list[list[InboundEvent]]) -> list[str]:
    contents = [event.content for events in bodies for event in events]
    return [content.text for content in contents if isinstance(content, TextContent)]


def test_linkedin_is_a_platform_where_we_listen() -> None:
    assert isinstance(LinkedIn(), HoldsConnection)
    assert max(PACE) < SIGN_OF_LIFE
    fields = LinkedInAccount.model_fields
    assert fields["poll_seconds"].default == 900


async def test_messages_come_from_now_on(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin) as connection:
        connection.begin()
        assert (await connection.one()).body is None
        await linkedin.say("olá 😀", MEMBER)
        ((event,),) = await connection.bodies(1)
        assert (event.kind, event.content) == ("message", TextContent(text="olá 😀"))
        assert event.sender is not None
        assert (event.sender.address, event.account) == (ANA, MEMBER)
        await connection.quiet()


async def test_now_is_by_the_clock_of_linkedin() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        headers = {"date": "Sat, 01 Aug 2026 21:30:00 GMT"}
        old = {"resourceName": "messages", "method": "CREATE", "processedAt": 1_785_586_201_000}
        return httpx.Response(200, headers=headers, json={"elements": [old]})

    account = LinkedInAccount.model_validate(
        {"actor": MEMBER, "access_token": "t", "client_secret": "s"}
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        arrived = await anext(LinkedIn().listen(client, account, None))
    assert (arrived.body, arrived.cursor["since"]) == (None, 1_785_619_800_000)
    assert "startTime" not in asked[0].url.params


async def test_the_bookmark_is_enough_to_go_on(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin) as connection:
        connection.begin()
        await connection.one()
        await linkedin.say("um", MEMBER)
        assert texts(await connection.bodies(1)) == ["um"]
        kept = connection.cursor
    await linkedin.say("dois", MEMBER)
    async with listening(linkedin) as another:
        another.begin(kept)
        assert texts(await another.bodies(1)) == ["dois"]
        await another.quiet()


async def test_many_come_page_by_page_and_in_order(linkedin: LinkedInWorld) -> None:
    said = [f"n{number:02}" for number in range(23)]
    async with listening(linkedin) as connection:
        connection.begin()
        await connection.one()
        for text in said:
            await linkedin.say(text, MEMBER)
        first = await connection.bodies(1)
        halfway = connection.cursor
        found = first + await connection.bodies(2)
        assert [len(events) for events in found] == [10, 10, 3]
        assert texts(found) == said
    async with listening(linkedin) as another:
        another.begin(halfway)
        assert texts(await another.bodies(2)) == said[10:]
        await another.quiet()


async def test_what_the_member_wrote_is_an_echo(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin) as connection:
        connection.begin()
        await connection.one()
        receipt = await linkedin.send("Olá", MEMBER, address=BIA)
        ((event,),) = await connection.bodies(1)
        assert (event.echo, event.external_id) == (True, receipt.message_external_id)


async def test_what_else_a_member_does_is_not_kept(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin) as connection:
        connection.begin()
        await connection.one()
        await linkedin.say(urn=MEMBER, raw={"resourceName": "ugcPosts", "resourceId": "1"})
        await connection.quiet()
        failed = {"activityId": "a-1", "activityStatus": "FAILURE"}
        await linkedin.say(urn=MEMBER, raw=failed)
        ((event,),) = await connection.bodies(1)
        assert event.kind == "ignored"
        await linkedin.say(urn=MEMBER, raw={**failed, "activityStatus": "SUCCESSFUL_REPLAY"})
        ((event,),) = await connection.bodies(1)
        assert event.kind == "message"


async def test_a_page_without_webhooks_is_asked_for_its_comments(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin, PAGE) as connection:
        connection.begin()
        await connection.one()
        said = await linkedin.say("Quanto custa?")
        assert "asked for" in (said.error or "")
        ((event,),) = await connection.bodies(1)
        assert (event.kind, event.external_id, event.account) == (
            "comment",
            said.external_id,
            PAGE,
        )
        await linkedin.say(raw={"action": "LIKE"})
        await connection.quiet()
        for text in ("um", "dois", "três"):
            await linkedin.say(text)
        found: list[str] = []
        while len(found) < 3:
            found += texts(await connection.bodies(1))
        assert found == ["um", "dois", "três"]
        await connection.quiet()


async def test_while_quiet_there_are_signs_of_life_and_no_calls(linkedin: LinkedInWorld) -> None:
    async with listening(linkedin) as connection:
        connection.account = linkedin.channels[MEMBER]
        connection.begin()
        arrived = [await connection.one() for _ in range(5)]
        assert [one.body for one in arrived] == [None] * 5
        assert len(connection.asked) == 1
        kept = connection.cursor
    async with listening(linkedin) as another:
        another.account = linkedin.channels[MEMBER]
        another.begin(kept)
        for _ in range(5):
            await another.one()
        assert another.asked == []


async def test_a_limit_is_obeyed(linkedin: LinkedInWorld) -> None:
    fault = Fault(platform="linkedin", kind="throttle", seconds=120, on="call")
    await linkedin.world.control.arm(fault)
    async with listening(linkedin) as connection:
        connection.begin()
        with pytest.raises(Throttled) as told:
            await connection.one()
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == 120


async def test_a_limit_without_a_time_is_that_of_the_account() -> None:
    answer = httpx.Response(429, json={"status": 429})
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))
    account = LinkedInAccount.model_validate(
        {"actor": MEMBER, "access_token": "t", "client_secret": "s"}
    )
    async with client:
        with pytest.raises(Throttled) as told:
            await anext(LinkedIn().listen(client, account, None))
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == account.poll_seconds


@pytest.mark.parametrize("urn", [MEMBER, PAGE])
async def test_a_token_that_was_taken_back_ends_it(linkedin: LinkedInWorld, urn: str) -> None:
    async with listening(linkedin, urn) as connection:
        connection.begin()
        await connection.one()
        await linkedin.register(urn, revoked=True)
        with pytest.raises(ChannelUnauthorized, match="REVOKED_ACCESS_TOKEN"):
            await connection.bodies(1)
        await linkedin.register(urn, portability=False)
        connection.begin(connection.cursor)
        with pytest.raises(ChannelUnauthorized, match="Not enough permissions"):
            await connection.bodies(1)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error"},
        {"kind": "error", "status": 503},
        {"kind": "error", "status": 400},
        {"kind": "drop_before"},
        {"kind": "garbage"},
    ],
)
async def test_what_goes_wrong_on_the_way_may_be_tried_again(
    linkedin: LinkedInWorld, fault: dict[str, Any]
) -> None:
    async with listening(linkedin) as connection:
        connection.begin()
        await connection.one()
        order = {"platform": "linkedin", "on": "call", **fault}
        await linkedin.world.control.arm(Fault.model_validate(order))
        await linkedin.say("oi", MEMBER)
        with pytest.raises(PlatformUnavailable):
            await connection.bodies(1)
        connection.begin(connection.cursor)
        assert texts(await connection.bodies(1)) == ["oi"]


async def test_an_answer_that_is_late_would_make_a_sign_of_life_late(
    linkedin: LinkedInWorld,
) -> None:
    fault = Fault(platform="linkedin", kind="delay", seconds=10, on="call")
    await linkedin.world.control.arm(fault)
    async with listening(linkedin) as connection:
        connection.begin(pace=Pace(pause=0.02, patience=0.1))
        with pytest.raises(PlatformUnavailable, match="in time"):
            await connection.one()


@pytest.mark.parametrize("cursor", [{}, {"since": "soon"}, {"since": 1, "newest": -1}])
async def test_a_bookmark_of_something_else_is_none(
    linkedin: LinkedInWorld, cursor: Cursor
) -> None:
    async with listening(linkedin) as connection:
        connection.begin(cursor)
        arrived = await connection.one()
        assert arrived.cursor["since"] > 1_700_000_000_000


async def test_a_page_that_comes_again_and_again_is_the_last() -> None:
    """As of a server that takes no `start`."""
    change = {"resourceName": "messages", "method": "CREATE", "processedAt": 1_785_586_201_000}
    page = {"elements": [{**change, "activityId": f"a-{number}"} for number in range(10)]}
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=page)

    account = LinkedInAccount.model_validate(
        {"actor": MEMBER, "access_token": "t", "client_secret": "s"}
    )
    cursor = {"since": 1_785_586_000_000, "newest": 1_785_586_000_000}
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        running = listen(client, account, cursor, QUICK)
        arrived = [await anext(running) for _ in range(6)]
        await running.aclose()
    assert [one.body is not None for one in arrived] == [False, True, False, False, False, False]
    assert [request.url.params["start"] for request in asked] == ["0", "10"]
    assert arrived[-1].cursor["since"] == change["processedAt"]
