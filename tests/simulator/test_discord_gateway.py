"""The simulated Gateway by itself, spoken to by a client that may be as wrong as it likes; and by discord.py."""

import asyncio
import contextlib
import json
import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.platforms.discord.listening import GatewayWorld, gateway_world
from tests.simulator.discord_world import ANA, APPLICATION, TOKEN
from tests.simulator.harness import PATIENCE

with warnings.catch_warnings():
    # It imports a module of the standard library that Python 3.13 no longer has.
    warnings.simplefilter("ignore", DeprecationWarning)
    judge: Any = pytest.importorskip("discord")
URL: Any = pytest.importorskip("yarl").URL

INTENTS = 46593
IDENTIFY = {"token": TOKEN, "intents": INTENTS, "properties": {"os": "linux"}}


@pytest.fixture
async def discord() -> AsyncIterator[GatewayWorld]:
    async with gateway_world() as started:
        yield started


class Client:
    """Sends anything, and takes what comes."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, op: Any, content: Any) -> None:
        await self.socket.send(json.dumps({"op": op, "d": content}))

    async def take(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
        return frame

    async def closed(self) -> int:
        """The code that the server closes with, whatever it says before."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def ready(self, **fields: Any) -> dict[str, Any]:
        await self.send(2, {**IDENTIFY, **fields})
        frame = await self.take()
        assert (frame["t"], frame["s"]) == ("READY", 1)
        content: dict[str, Any] = frame["d"]
        return content

    async def resume(self, session: str, seq: int) -> None:
        await self.send(6, {"token": TOKEN, "session_id": session, "seq": seq})


@contextlib.asynccontextmanager
async def connected(
    discord: GatewayWorld, query: str = "?v=10&encoding=json"
) -> AsyncIterator[Client]:
    told = (await discord.call("GET", "/gateway/bot")).json()
    async with connect(told["url"] + query, proxy=None, ping_interval=None) as socket:
        client = Client(socket)
        if query == "?v=10&encoding=json":
            hello = await client.take()
            assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 5000})
        yield client


async def test_where_it_is_and_how_often(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        ready = await client.ready()
    assert (ready["user"]["id"], ready["application"]["id"]) == (APPLICATION, APPLICATION)
    told = (await discord.call("GET", "/gateway/bot")).json()
    limit = told["session_start_limit"]
    assert (limit["total"], limit["remaining"], limit["max_concurrency"]) == (1000, 999, 1)
    assert ready["resume_gateway_url"] == told["url"]
    assert (await discord.call("GET", "/gateway/bot", token="wrong")).status_code == 401


WRONG: list[tuple[Any, Any, int]] = [
    (3, {"status": "idle"}, 4003),
    (7, None, 4001),
    (99, None, 4001),
    ("2", IDENTIFY, 4002),
    (2, "token", 4002),
    (2, {**IDENTIFY, "token": "wrong"}, 4004),
    (2, {**IDENTIFY, "intents": None}, 4002),
    (2, {**IDENTIFY, "properties": None}, 4002),
    (2, {**IDENTIFY, "intents": 1 << 18}, 4013),
    (2, {**IDENTIFY, "shard": [1, 1]}, 4010),
    (2, {**IDENTIFY, "padding": "x" * 4096}, 4002),
    (1, "1", 4002),
    (6, {"token": TOKEN, "session_id": 7, "seq": 1}, 4002),
    (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
]


@pytest.mark.parametrize(("op", "content", "code"), WRONG)
async def test_what_is_wrong_ends_the_connection(
    discord: GatewayWorld, op: Any, content: Any, code: int
) -> None:
    async with connected(discord) as client:
        await client.send(op, content)
        assert await client.closed() == code


async def test_what_is_no_json_another_version_and_a_second_identify(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        await client.socket.send("{")
        assert await client.closed() == 4002
    async with connected(discord, "?v=6&encoding=json") as client:
        assert await client.closed() == 4012
    async with connected(discord) as client:
        await client.ready()
        await client.send(2, IDENTIFY)
        assert await client.closed() == 4005


async def test_an_intent_that_is_switched_off(discord: GatewayWorld) -> None:
    await discord.begin(privileged=0)
    async with connected(discord) as client:
        await client.send(2, IDENTIFY)
        assert await client.closed() == 4014


async def test_what_was_not_asked_for_is_not_told(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        await client.ready(intents=1)
        said = await discord.say("oi")
        assert (said.accepted, said.error) == (False, "no session is there to hear it")
        await discord.order("tell", kind="GUILD_DELETE", content={"id": "7"})
        assert (await client.take())["t"] == "GUILD_DELETE"


async def test_heartbeats_are_answered_and_asked_for(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        await client.send(1, None)
        assert (await client.take())["op"] == 11
        await client.ready()
        await client.send(1, 1)
        assert (await client.take())["op"] == 11
        await client.send(1, 2)
        assert await client.closed() == 4007


async def test_who_forgets_heartbeats_is_shut_out(discord: GatewayWorld) -> None:
    await discord.begin(heartbeat_seconds=0.1)
    url = (await discord.call("GET", "/gateway/bot")).json()["url"]
    async with connect(f"{url}?v=10&encoding=json", proxy=None) as socket:
        client = Client(socket)
        await client.take()
        await client.ready()
        assert await client.closed() == 4009


async def test_who_says_too_much_is_shut_out(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        await client.ready()
        for _ in range(120):
            await client.send(1, None)
        assert await client.closed() == 4008


async def test_a_session_is_replayed_from_where_it_was_left(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        session = (await client.ready())["session_id"]
        for text in ("um", "dois"):
            await discord.told(text)
        await client.socket.close(4000)
    await discord.told("três")
    async with connected(discord) as client:
        await client.resume(session, 2)
        frames = [await client.take() for _ in range(3)]
    assert [(one["s"], one["t"]) for one in frames] == [
        (3, "MESSAGE_CREATE"),
        (4, "MESSAGE_CREATE"),
        (5, "RESUMED"),
    ]
    assert [one["d"].get("content") for one in frames[:2]] == ["dois", "três"]


async def test_what_cannot_be_resumed(discord: GatewayWorld) -> None:
    async with connected(discord) as client:
        session = (await client.ready())["session_id"]
        await client.socket.close(4000)
    async with connected(discord) as client:
        await client.resume(session, 7)
        assert await client.closed() == 4007
    async with connected(discord) as client:
        await client.resume("unknown", 1)
        invalid = await client.take()
        assert (invalid["op"], invalid["d"]) == (9, False)
        await client.ready()
        await client.socket.close(1000)
    sessions = (await discord.state()).sessions
    assert [one.session_id for one in sessions] == [session]


async def test_a_session_is_kept_for_a_while_only(discord: GatewayWorld) -> None:
    await discord.begin(resumable_seconds=0)
    async with connected(discord) as client:
        session = (await client.ready())["session_id"]
        await client.socket.close(4000)
    async with connected(discord) as client:
        await client.resume(session, 1)
        assert (await client.take())["op"] == 9


async def test_a_second_identify_in_five_seconds_is_refused(discord: GatewayWorld) -> None:
    await discord.begin(identify_seconds=5.0)
    async with connected(discord) as client:
        await client.ready()
        await client.socket.close(1000)
    async with connected(discord) as client:
        await client.send(2, IDENTIFY)
        refused = await client.take()
    assert (refused["op"], refused["d"]) == (9, False)
    assert (await discord.state()).identifies == 2


async def test_one_start_too_many_ends_everything(discord: GatewayWorld) -> None:
    await discord.begin(starts_a_day=1)
    async with connected(discord) as client:
        await client.ready()
    async with connected(discord) as client:
        await client.send(2, IDENTIFY)
        assert await client.closed() == 4004
    assert (await discord.state()).sessions == []


async def test_history_is_told_newest_first_of_the_oldest_after(discord: GatewayWorld) -> None:
    ids = [str((await discord.say(str(number))).external_id) for number in range(5)]
    opened = await discord.call("POST", "/users/@me/channels", json={"recipient_id": ANA})
    path = f"/channels/{opened.json()['id']}/messages"
    assert opened.json()["last_message_id"] == ids[-1]

    async def asked(query: str) -> list[str]:
        return [one["id"] for one in (await discord.call("GET", path + query)).json()]

    assert await asked("") == ids[::-1]
    assert await asked(f"?after={ids[0]}&limit=2") == [ids[2], ids[1]]
    assert await asked(f"?after={ids[-1]}") == []
    assert (await discord.call("GET", path + "?after=x")).status_code == 400


class Judge(judge.Client):  # type: ignore[misc]  # the judge has no types here
    """discord.py's own client, which hears messages and answers them."""

    def __init__(self) -> None:
        super().__init__(intents=judge.Intents(INTENTS))
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.resumed = asyncio.Event()

    async def on_message(self, message: Any) -> None:
        self.heard.put_nowait(message)

    async def on_resumed(self) -> None:
        self.resumed.set()


async def test_discord_py_finds_nothing_strange_about_it(
    discord: GatewayWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (await discord.call("GET", "/gateway/bot")).json()
    monkeypatch.setattr(judge.http.Route, "BASE", discord.base)
    monkeypatch.setattr(judge.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", URL(told["url"]))
    client = Judge()
    await client.login(TOKEN)
    running = asyncio.create_task(client.connect())
    try:
        async with asyncio.timeout(PATIENCE):
            await client.wait_until_ready()
            await discord.told("olá 😀")
            message = await client.heard.get()
            assert (message.content, str(message.author.id)) == ("olá 😀", ANA)
            assert isinstance(message.channel, judge.DMChannel)
            await message.channel.send("Pois não?")
            assert (await client.heard.get()).author == client.user
            await discord.order("reconnect")
            await client.resumed.wait()
            await discord.told("de novo")
            assert (await client.heard.get()).content == "de novo"
    finally:
        await client.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert (await discord.state()).identifies == 1
