"""The six paths that are measured: three baselines and three of ours, each from a send to its end."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections import defaultdict
from typing import Any
from uuid import UUID

import psycopg
from temporalio.client import Client
from typing_extensions import override

from bench.shapes import OVER_HTTP, QUEUE, BareLoop, EmptyConversation
from bench.wire import Wire

PATIENCE = 60.0


class Acknowledgements(asyncio.DatagramProtocol):
    """Receives the baselines' datagrams and wakes who waits for them."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def expect(self, key: str) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        return future

    @override
    def datagram_received(self, data: bytes, addr: Any) -> None:
        future = self._waiting.pop(data.decode(), None)
        if future is not None and not future.done():
            future.set_result(None)


class Baseline:
    """Signal-with-start of a workflow of the bench."""

    def __init__(self, client: Client, acks: Acknowledgements, shape: type) -> None:
        self._client, self._acks, self._shape = client, acks, shape.__name__
        self._numbers = itertools.count()

    async def send(self, conversation: int) -> None:
        key = f"{self._shape}-{conversation}-{next(self._numbers)}"
        done = self._acks.expect(key)
        await self._client.start_workflow(
            self._shape,
            key,
            id=f"bench/{self._shape}/{conversation}",
            task_queue=QUEUE,
            start_signal="said",
            start_signal_args=[key],
        )
        await asyncio.wait_for(done, PATIENCE)


class OverHttp:
    """The empty shape with the two ends that ours has: a webhook that signals, and a send that is accepted."""

    def __init__(self, wire: Wire, acks: Acknowledgements) -> None:
        self._wire, self._acks = wire, acks
        self._numbers = itertools.count()

    async def send(self, conversation: int) -> None:
        key = f"{OVER_HTTP}{conversation}-{next(self._numbers)}"
        done = self._acks.expect(key)
        headers = {"content-type": "text/plain"}
        status, _ = await self._wire.post(f"/said/{conversation}", key.encode(), headers)
        if status != 200:
            raise RuntimeError(f"the webhook was answered {status}")
        await asyncio.wait_for(done, PATIENCE)


def bare(client: Client, acks: Acknowledgements) -> Baseline:
    return Baseline(client, acks, BareLoop)


def empty(client: Client, acks: Acknowledgements) -> Baseline:
    return Baseline(client, acks, EmptyConversation)


class Progress:
    """Follows the database's announcements: how far each conversation has come."""

    def __init__(self) -> None:
        self.seq: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, tuple[int, asyncio.Future[None]]] = {}

    async def follow(self, url: str, listening: asyncio.Event) -> None:
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
        await connection.execute("LISTEN pytake_live")
        listening.set()
        async for note in connection.notifies():
            moved = json.loads(note.payload)
            self._moved(moved["c"], moved["s"])

    def _moved(self, conversation: str, seq: int) -> None:
        self.seq[conversation] = max(seq, self.seq[conversation])
        wanted, future = self._waiting.get(conversation, (0, None))
        if future is not None and self.seq[conversation] >= wanted and not future.done():
            future.set_result(None)

    async def until(self, conversation: str, seq: int) -> None:
        """Return once that conversation has come to that event."""
        if self.seq[conversation] >= seq:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[conversation] = (seq, future)
        await asyncio.wait_for(future, PATIENCE)


class Ours:
    """A channel of ours, its customers, and the events one message adds to a conversation."""

    def __init__(
        self, wire: Wire, progress: Progress, channel: dict[str, Any], events_per_message: int
    ) -> None:
        self._wire, self._progress, self._channel = wire, progress, channel
        self._steps = events_per_message
        self._numbers = itertools.count()
        self.conversations: dict[int, str] = {}
        """Conversation id by number, once it was looked up."""

    def address(self, number: int) -> str:
        return f"55{self._channel['prefix']}{number:07}"

    async def post(self, number: int) -> None:
        """One signed webhook with one text."""
        body = self._body(number)
        secret = self._channel["app_secret"].encode()
        signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": signature, "content-type": "application/json"}
        status, _ = await self._wire.post(self._channel["path"], body, headers)
        if status != 200:
            raise RuntimeError(f"the webhook was answered {status}")

    async def send(self, number: int) -> None:
        await self.send_many(number, 1)

    async def send_many(self, number: int, size: int) -> None:
        conversation = self.conversations[number]
        end = self._progress.seq[conversation] + size * self._steps
        await asyncio.gather(*(self.post(number) for _ in range(size)))
        await self._progress.until(conversation, end)

    def _body(self, number: int) -> bytes:
        message = {
            "from": self.address(number),
            "id": f"wamid.{self._channel['prefix']}.{number}.{next(self._numbers)}",
            "timestamp": "1767225600",
            "type": "text",
            "text": {"body": "Hello, is anybody there? " * 8},
        }
        metadata = {"phone_number_id": self._channel["phone_number_id"]}
        value = {"messaging_product": "whatsapp", "metadata": metadata, "messages": [message]}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


class AgentReply:
    """An agent's reply over the API, until the platform has accepted it and it is recorded."""

    STEPS = 2

    def __init__(self, wire: Wire, progress: Progress, ours: Ours, token: str) -> None:
        self._wire, self._progress, self._ours = wire, progress, ours
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    async def send(self, number: int) -> None:
        conversation = self._ours.conversations[number]
        end = self._progress.seq[conversation] + self.STEPS
        path = f"/api/v1/conversations/{UUID(conversation)}/messages"
        status, answer = await self._wire.post(path, b'{"text": "I am here."}', self._headers)
        if status != 202:
            raise RuntimeError(f"the reply was answered {status}: {answer[:200]!r}")
        await self._progress.until(conversation, end)
