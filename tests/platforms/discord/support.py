"""What the outbound tests of Discord share: messages of invented values, and a fake API over `MockTransport`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage, WebhookRequest
from tests.platforms.discord.harness import ACCOUNT, MESSAGE_ID, sign

CHANNEL = "1380000000000000200"
DIRECT = "1380000000000000300"
USER = "user:1380000000000000502"
TOKEN = ACCOUNT.bot_token.get_secret_value()

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = CHANNEL, **fields: Any
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    return OutboundMessage(**{"id": MESSAGE_ID, "address": address, "content": parsed, **fields})


def posted(body: Any) -> WebhookRequest:
    raw = json.dumps(body).encode()
    return WebhookRequest(headers=sign(raw), body=raw)


def created(number: str = "1381000000000000777", channel: str = CHANNEL) -> httpx.Response:
    return httpx.Response(200, json={"id": number, "channel_id": channel, "type": 0})


def refused(status: int, code: int | None, message: str = "No", **more: Any) -> httpx.Response:
    body = {"message": message, **({} if code is None else {"code": code}), **more}
    return httpx.Response(status, json=body)


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeApi:
    """An API that gives prepared answers in order and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        # A copy: a response can be read only once, and cases may share one.
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def json(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/api/v10") for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load


def opus(seconds: float) -> bytes:
    """The pages of an OGG file with Opus that are looked at: its head, and the last with its position."""
    head = b"OggS" + bytes(23) + b"\x13" + b"OpusHead" + bytes(11)
    last = b"OggS\x00\x04" + round(seconds * 48_000).to_bytes(8, "little") + bytes(13)
    return head + bytes(64) + last + b"sound"
