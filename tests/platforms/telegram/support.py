"""What the outbound tests of Telegram share: messages of invented values, and a fake Bot API over `MockTransport`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage
from tests.platforms.telegram.harness import ACCOUNT

CHAT = "5500770011"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
SECRETS = ACCOUNT.secrets()
TOKEN = ACCOUNT.token.get_secret_value()

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = CHAT, **fields: str | None
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    known: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed, **known)


def done(result: Any) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "result": result})


YES = done(result=True)
"""What methods answer that send no message."""


def accepted(number: int = 731) -> httpx.Response:
    chat = {"id": int(CHAT), "type": "private", "first_name": "Rita"}
    return done({"message_id": number, "date": 1785585700, "chat": chat, "text": "oi"})


def refused(status: int, description: str, **parameters: Any) -> httpx.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return httpx.Response(status, json=body)


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeBotApi:
    """A Bot API that gives prepared answers in order and keeps what it was asked."""

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
        """Without the token."""
        return [request.url.path.replace(TOKEN, "***") for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load
