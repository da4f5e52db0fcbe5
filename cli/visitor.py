"""Plays a visitor of the web chat: a session as a user of the site, a socket, and every answer as it comes."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from cli.say import QUIET_SECONDS, NotOffered, chosen
from platforms.webchat import sessions
from platforms.webchat.account import WebchatAccount
from platforms.webchat.frames import PROTOCOL
from simulator.schemas import Option

Emit = Callable[[dict[str, Any]], None]

ACCEPT_SECONDS = 20.0
"""How long a message may wait for its acknowledgement."""


class NotTaken(Exception):
    """The web chat refused what the visitor said; the words are for people."""


class _Visitor:
    """One open socket, and what was offered last."""

    def __init__(self, socket: ClientConnection, sender: str, emit: Emit) -> None:
        self._socket = socket
        self._sender = sender
        self._emit = emit
        self.offered: list[Option] = []
        self._answers = 0
        """Messages that came since the visitor last said something."""

    async def send(self, **said: Any) -> None:
        """Say something, and wait until it is recorded. Raises `NotTaken`."""
        cid = str(uuid.uuid4())  # noqa: TID251  edge: makes the id
        frame = json.dumps({"t": "msg", "cid": cid, **said})
        self._answers = 0
        await self._socket.send(frame)
        async with asyncio.timeout(ACCEPT_SECONDS):
            while True:
                answer = await self._next()
                if answer.get("cid") != cid:
                    continue
                if answer["t"] == "ack":
                    return
                if answer["t"] == "nack" and "retry_after" in answer:
                    await asyncio.sleep(answer["retry_after"])
                    await self._socket.send(frame)
                elif answer["t"] == "nack":
                    raise NotTaken(f"the message was refused: {answer['code']}")

    async def listen(self, wait: float) -> None:
        """Show answers until it is quiet; the first may take `wait` seconds."""
        while True:
            patience = QUIET_SECONDS if self._answers else wait
            try:
                await asyncio.wait_for(self._next(), patience)
            except TimeoutError:
                return

    async def _next(self) -> dict[str, Any]:
        """The next frame; a message of ours is shown at once, whatever was waited for."""
        frame: dict[str, Any] = json.loads(await self._socket.recv())
        if frame["t"] == "goodbye":
            raise NotTaken(f"the web chat said goodbye: {frame['code']}")
        if frame["t"] == "msg" and frame["message"]["author"]["type"] != "visitor":
            self._show(frame["message"])
            await self._socket.send(json.dumps({"t": "read", "up_to": frame["id"]}))
        return frame

    def _show(self, message: dict[str, Any]) -> None:
        self._answers += 1
        options = _options(message)
        self.offered = options or self.offered
        files = message["attachments"]
        interactive = message["interactive"] or {}
        kind = files[0]["type"] if files else next(iter(interactive), "text")
        self._emit(
            {
                "platform": "webchat",
                "to": self._sender,
                "external_id": message["id"],
                "type": {"quick_replies": "buttons"}.get(kind, kind),
                "text": message["text"] or "",
                "options": [option.model_dump() for option in options],
            }
        )


async def say(  # noqa: PLR0913  one argument for each option of the command
    base_url: str,
    account: WebchatAccount,
    sender: str,
    texts: Sequence[str],
    *,
    wait: float,
    emit: Emit,
    press: str | None = None,
) -> int:
    """Say each text in order, then press an option if asked; returns the exit code, as `cli.say.say`."""
    try:
        async with _connected(base_url, account, sender, emit) as visitor:
            for text in texts:
                await visitor.send(text=text)
                await visitor.listen(wait)
            if press is not None:
                option = chosen(visitor.offered, press)
                await visitor.send(postback={"id": option.id, "title": option.title})
                await visitor.listen(wait)
    except (NotTaken, NotOffered) as error:
        emit({"error": str(error)})
        return 1
    except (httpx.HTTPError, WebSocketException, OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        emit({"error": f"no conversation at {base_url}: {reason}; is `make up` running?"})
        return 1
    return 0


@asynccontextmanager
async def _connected(
    base_url: str, account: WebchatAccount, sender: str, emit: Emit
) -> AsyncIterator[_Visitor]:
    moment = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    identity = sessions.mint_identity(account, sender, sender, moment)
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=30) as http:
        body = {"inbox": account.inbox, "identity_token": identity}
        answer = await http.post("/api/v1/webchat/sessions", json=body)
        session = answer.raise_for_status().json()
        offered = await _offered(http, session)
    protocols = [Subprotocol(PROTOCOL), Subprotocol(f"auth.{session['session_token']}")]
    async with connect(session["socket_url"], subprotocols=protocols, proxy=None) as socket:
        await socket.send(json.dumps({"t": "hello", "last_event_id": session["last_event_id"]}))
        visitor = _Visitor(socket, sender, emit)
        visitor.offered = offered
        yield visitor


async def _offered(http: httpx.AsyncClient, session: dict[str, Any]) -> list[Option]:
    """What was offered before: its buttons can still be pressed."""
    after = max(0, session["last_event_id"] - 50)
    answer = await http.get(
        "/api/v1/webchat/events",
        params={"after": after},
        headers={"authorization": f"Bearer {session['session_token']}"},
    )
    shown = [one for one in answer.raise_for_status().json()["frames"] if one["t"] == "msg"]
    menus = [options for one in shown if (options := _options(one["message"]))]
    return menus[-1] if menus else []


def _options(message: dict[str, Any]) -> list[Option]:
    interactive = message["interactive"] or {}
    replies = interactive.get("quick_replies") or interactive.get("card", {}).get("buttons") or []
    sections = interactive.get("list", {}).get("sections") or []
    rows = [row for section in sections for row in section["rows"]]
    return [Option(id=one["id"], title=one["title"]) for one in [*replies, *rows]]
