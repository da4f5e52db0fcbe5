"""The web chat as a browser uses it: sessions, the socket with resume, the same over plain HTTP, files."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from platforms.webchat import sessions
from platforms.webchat.account import WebchatAccount
from simulator.demo import WEBCHAT
from tests.stack import PATIENCE, Stack, eventually

ACCOUNT = WebchatAccount.model_validate(WEBCHAT.account)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 500
MENU = "How can we help you"


class Browser:
    """One visitor's browser: a session, and at most one socket."""

    def __init__(self, stack: Stack, session: dict[str, Any]) -> None:
        self.stack, self.session = stack, session
        self.frames: list[dict[str, Any]] = []
        self.socket: ClientConnection | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session['session_token']}"}

    @property
    def last(self) -> int:
        return max((frame.get("id", 0) for frame in self.frames), default=0)

    @asynccontextmanager
    async def online(self, last_event_id: int | None = 0) -> AsyncIterator["Browser"]:
        """With an open socket, once everything missed has come."""
        protocols = [Subprotocol("omni.v1"), Subprotocol(f"auth.{self.session['session_token']}")]
        url = self.stack.base_url.replace("http", "ws") + "/api/v1/webchat/ws"
        async with connect(url, subprotocols=protocols) as self.socket:
            assert self.socket.subprotocol == "omni.v1"
            await self.send({"t": "hello", "last_event_id": last_event_id})
            await self.until(lambda frame: frame["t"] == "synced")
            yield self

    async def send(self, frame: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps(frame))

    async def say(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        """Say something; the acknowledgement, or the refusal."""
        cid = more.pop("cid", None) or str(uuid.uuid4())
        await self.send({"t": "msg", "cid": cid, "text": text, **more})
        return await self.until(lambda frame: frame.get("cid") == cid)

    async def until(self, wanted: Any) -> dict[str, Any]:
        """Read until a frame like this comes."""
        assert self.socket is not None
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def hears(self, words: str) -> dict[str, Any]:
        """The first message of ours with those words, of those already read or still to come."""

        def says(frame: dict[str, Any]) -> bool:
            if frame["t"] != "msg" or frame["message"]["author"]["type"] == "visitor":
                return False
            return words in (frame["message"]["text"] or "")

        known = next((frame for frame in self.frames if says(frame)), None)
        return known or await self.until(says)


async def begin(stack: Stack, **more: Any) -> Browser:
    body = {"inbox": "demo", **more}
    answer = await stack.http.post("/api/v1/webchat/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return Browser(stack, answer.json())


async def known_user(stack: Stack, user: str) -> Browser:
    token = sessions.mint_identity(ACCOUNT, user, user.title(), datetime.now(UTC))
    return await begin(stack, identity_token=token)


@pytest.fixture
async def ana(shared_stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    client = await shared_stack.sign_in("ana@demo.example")
    yield client
    await client.aclose()


async def path_of(stack: Stack, agent: httpx.AsyncClient, browser: Browser) -> str:
    found = await stack.conversation(agent, browser.session["visitor_id"])
    return f"/api/v1/conversations/{found['id']}"


async def test_a_visitor_talks_to_the_flow_and_then_to_an_agent(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    visitor = await known_user(shared_stack, "marta")
    async with visitor.online() as browser:
        ack = await browser.say("Hello")
        assert ack["t"] == "ack"
        await browser.hears("What is your name?")
        await browser.say("Marta")
        menu = await browser.hears(MENU)
        rows = (
            menu["message"]["interactive"]["list"]["sections"][0]["rows"]
            if ("list" in menu["message"]["interactive"])
            else menu["message"]["interactive"]["quick_replies"]
        )
        person = next(row for row in rows if row["title"] == "Talk to a person")
        await browser.say(None, postback={"id": person["id"], "title": person["title"]})
        path = await path_of(shared_stack, ana, browser)
        assert (await ana.post(f"{path}/take_over")).status_code == 200
        moved = await browser.until(
            lambda frame: frame["t"] == "conversation" and frame["assignee"] == "Ana Agent"
        )
        assert moved["status"] == "open"
        answer = await ana.post(f"{path}/messages", json={"text": "Good morning, Marta."})
        assert answer.status_code == 202
        said = await browser.hears("Good morning, Marta.")
        assert said["message"]["author"] == {"type": "agent", "name": "Ana Agent"}
        await browser.send({"t": "delivered", "up_to": said["id"]})
        await browser.send({"t": "read", "up_to": said["id"]})

    async def read() -> bool | None:
        messages = (await ana.get(f"{path}/messages")).json()
        sent = [one["status"] for one in messages if one["direction"] == "out"]
        return True if sent and set(sent) == {"read"} else None

    await eventually(read, "everything shown is read")


async def test_after_an_absence_the_socket_brings_what_was_missed_in_order_and_once(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    visitor = await known_user(shared_stack, "absent")
    async with visitor.online() as browser:
        await browser.say("Hello")
        await browser.hears("What is your name?")
        path = await path_of(shared_stack, ana, browser)
        assert (await ana.post(f"{path}/take_over")).status_code == 200
        await browser.until(lambda frame: frame["t"] == "conversation" and frame["assignee"])
        last = browser.last
    for number in range(5):
        await ana.post(f"{path}/messages", json={"text": f"line {number}"})
    await ana.post(f"{path}/note", json={"text": "between us"})
    async with (await known_user(shared_stack, "absent")).online(last) as back:
        await back.hears("line 4")
        await ana.post(f"{path}/messages", json={"text": "line 5"})
        await back.hears("line 5")
        texts = [one["message"]["text"] for one in back.frames if one["t"] == "msg"]
        assert texts == [f"line {number}" for number in range(6)]
        ids = [one["id"] for one in back.frames if one["t"] == "msg"]
        assert ids == sorted(set(ids))
        assert min(ids) > last
        assert "between us" not in json.dumps(back.frames)


async def test_a_message_sent_again_is_acknowledged_again_and_recorded_once(
    shared_stack: Stack, ana: httpx.AsyncClient
) -> None:
    visitor = await known_user(shared_stack, "twice")
    cid = str(uuid.uuid4())
    async with visitor.online() as browser:
        first = await browser.say("Once", cid=cid)
    async with (await known_user(shared_stack, "twice")).online(first["id"]) as browser:
        second = await browser.say("Once", cid=cid)
        assert (second["t"], second["message_id"]) == ("ack", first["message_id"])
    messages = (await ana.get(f"{await path_of(shared_stack, ana, browser)}/messages")).json()
    assert [one["content"]["text"] for one in messages if one["direction"] == "in"] == ["Once"]
    async with (await known_user(shared_stack, "namesake")).online() as other:
        assert (await other.say("Mine", cid=cid))["message_id"] != first["message_id"]


async def test_a_second_tab_sees_what_the_first_one_says(shared_stack: Stack) -> None:
    visitor = await known_user(shared_stack, "tabs")
    async with (
        visitor.online() as first,
        (await known_user(shared_stack, "tabs")).online() as second,
    ):
        ack = await first.say("From the first tab")
        seen = await second.until(lambda frame: frame["t"] == "msg")
        assert (seen["id"], seen["message"]["cid"]) == (ack["id"], ack["cid"])
        assert seen["message"]["author"]["type"] == "visitor"


async def test_an_anonymous_visitor_comes_back_with_their_token(shared_stack: Stack) -> None:
    first = await begin(shared_stack, name="Somebody")
    again = await begin(shared_stack, visitor_token=first.session["visitor_token"])
    other = await begin(shared_stack)
    assert again.session["visitor_id"] == first.session["visitor_id"]
    assert other.session["visitor_id"] != first.session["visitor_id"]
    assert first.session["visitor_id"].startswith("v_")


def minted(**changes: Any) -> str:
    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": "u-1", "aud": "demo", "iat": now, "exp": now + 300, **changes}
    secret = changes.pop("secret", ACCOUNT.secret.get_secret_value())
    return jwt.encode(claims, secret, algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [
        "not a token",
        minted(secret="forged forged forged forged forged"),
        minted(aud="another"),
        minted(exp=int((datetime.now(UTC) + timedelta(hours=1)).timestamp())),
        minted(sub="v_0123"),
    ],
    ids=["none", "forged", "another inbox", "too long", "an anonymous id"],
)
async def test_a_wrong_identity_is_401_and_never_an_anonymous_visitor(
    shared_stack: Stack, token: str
) -> None:
    body = {"inbox": "demo", "identity_token": token}
    answer = await shared_stack.http.post("/api/v1/webchat/sessions", json=body)
    assert answer.status_code == 401


async def test_an_unknown_inbox_is_404(shared_stack: Stack) -> None:
    answer = await shared_stack.http.post("/api/v1/webchat/sessions", json={"inbox": "nobody"})
    assert answer.status_code == 404


async def test_only_listed_sites_may_open_an_inbox(shared_stack: Stack) -> None:
    admin = await shared_stack.sign_in("admin@demo.example")
    account = {
        "inbox": "shop",
        "secret": "a secret of the shop, long enough for it",
        "allowed_origins": ["https://shop.example"],
    }
    made = await admin.post(
        "/api/v1/channels", json={"platform": "webchat", "name": "Shop", "account": account}
    )
    assert made.status_code == 201
    await admin.aclose()

    async def asked(origin: str) -> httpx.Response:
        return await shared_stack.http.post(
            "/api/v1/webchat/sessions", json={"inbox": "shop"}, headers={"origin": origin}
        )

    assert (await asked("https://evil.example")).status_code == 403
    good = await asked("https://shop.example")
    assert good.status_code == 201
    assert good.headers["access-control-allow-origin"] == "*"
    url = shared_stack.base_url.replace("http", "ws") + "/api/v1/webchat/ws"
    token = Subprotocol(f"auth.{good.json()['session_token']}")
    evil = {"origin": "https://evil.example"}
    async with connect(
        url, subprotocols=[Subprotocol("omni.v1"), token], additional_headers=evil
    ) as socket:
        await socket.send('{"t":"hello"}')
        assert json.loads(await socket.recv()) == {"t": "goodbye", "code": 4403}
        with pytest.raises(ConnectionClosed):
            await socket.recv()


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"t":"hello"}', 4401),
        ('{"t":"hello","token":"forged"}', 4401),
        ("not json", 4400),
        ('{"t":"ping"}', 4400),
    ],
)
async def test_a_socket_without_a_good_hello_is_told_why_and_closed(
    shared_stack: Stack, first: str, code: int
) -> None:
    url = shared_stack.base_url.replace("http", "ws") + "/api/v1/webchat/ws"
    async with connect(url) as socket:
        await socket.send(first)
        assert json.loads(await socket.recv()) == {"t": "goodbye", "code": code}
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


async def test_too_fast_a_visitor_is_told_when_to_go_on(shared_stack: Stack) -> None:
    async with (await known_user(shared_stack, "hasty")).online() as browser:
        answers = [await browser.say(f"line {number}") for number in range(5)]
        assert {answer["t"] for answer in answers} == {"ack"}
        refused = await browser.say("too fast")
        assert (refused["code"], refused["retry_after"]) == ("rate_limited", 1)


async def test_a_frame_that_is_refused_says_so_and_the_socket_lives_on(shared_stack: Stack) -> None:
    async with (await known_user(shared_stack, "long")).online() as browser:
        assert (await browser.say("x" * 4001))["code"] == "text_too_long"
        assert (await browser.say("  "))["code"] == "empty"
        assert (await browser.say(None, attachments=["up_1"]))["code"] == "attachment_unknown"
        await browser.send({"t": "ping"})
        await browser.until(lambda frame: frame["t"] == "pong")


async def test_a_file_goes_both_ways(shared_stack: Stack, ana: httpx.AsyncClient) -> None:
    visitor = await known_user(shared_stack, "files")
    png = {**visitor.headers, "content-type": "image/png"}
    up = await shared_stack.http.post(
        "/api/v1/webchat/uploads?filename=cat.png", content=PNG, headers=png
    )
    assert up.status_code == 201, up.text
    html = {**visitor.headers, "content-type": "text/html"}
    page = await shared_stack.http.post("/api/v1/webchat/uploads", content=b"<p>", headers=html)
    assert page.status_code == 415
    async with visitor.online() as browser:
        await browser.say("Look", attachments=[up.json()["id"]])
        path = await path_of(shared_stack, ana, browser)
        (message, *_) = (await ana.get(f"{path}/messages")).json()
        assert message["content"]["type"] == "image"
        assert message["content"]["caption"] == "Look"
        key = message["content"]["media"]["key"]
        assert (await ana.get(f"/api/v1/media/{key}")).content == PNG
        assert (await ana.post(f"{path}/take_over")).status_code == 200
        image = {"type": "image", "media": {"key": key, "mime_type": "image/png"}}
        sent = await ana.post(f"{path}/messages", json={"content": image})
        assert sent.status_code == 202, sent.text
        shown = await browser.until(
            lambda frame: frame["t"] == "msg" and frame["message"]["attachments"]
        )
        (attachment,) = shown["message"]["attachments"]
        got = await shared_stack.http.get(httpx.URL(attachment["url"]).path)
        assert (got.status_code, got.content) == (200, PNG)
        assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''cat.png"
    thief = await known_user(shared_stack, "files-thief")
    async with thief.online() as browser:
        stolen = await browser.say("Mine?", attachments=[up.json()["id"]])
        assert stolen["code"] == "attachment_unknown"
    assert (await shared_stack.http.get("/media/forged")).status_code == 404


async def test_without_a_socket_the_same_goes_over_plain_http(shared_stack: Stack) -> None:
    visitor = await known_user(shared_stack, "polls")
    cid = str(uuid.uuid4())
    said = {"frames": [{"t": "msg", "cid": cid, "text": "Hello"}, {"t": "ping"}, {"t": "nothing"}]}
    answer = await shared_stack.http.post(
        "/api/v1/webchat/frames", json=said, headers=visitor.headers
    )
    assert [frame["t"] for frame in answer.json()["frames"]] == ["pong", "nack"]
    after = 0
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE):
        while not any("What is your name?" in one["text"] for one in seen):
            page = await shared_stack.http.get(
                "/api/v1/webchat/events",
                params={"after": after, "wait": 10},
                headers=visitor.headers,
            )
            seen += [one["message"] for one in page.json()["frames"] if one["t"] == "msg"]
            after = page.json()["last_event_id"]
    assert seen[0]["cid"] == cid
    again = await shared_stack.http.post(
        "/api/v1/webchat/frames", json=said, headers=visitor.headers
    )
    assert again.json()["frames"][0]["t"] == "ack"


async def test_a_visitor_sees_only_their_own_conversation(shared_stack: Stack) -> None:
    async with (
        (await known_user(shared_stack, "left")).online() as left,
        (await known_user(shared_stack, "right")).online() as right,
    ):
        await left.say("My secret")
        await left.hears("What is your name?")
        await right.say("Hello")
        await right.hears("What is your name?")
        assert "My secret" not in json.dumps(right.frames)
    nobody = await shared_stack.http.get("/api/v1/webchat/events")
    assert nobody.status_code == 401
