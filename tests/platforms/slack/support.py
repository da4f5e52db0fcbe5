"""What the tests of Slack share: messages of invented values, and a fake Web API over `MockTransport`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from platforms.base import OutboundMessage, OutboundRequest, WebhookRequest
from platforms.slack.platform import Slack
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.slack.harness import ACCOUNT

CHAT = "D07RITA0001"
CHANNEL = "C07LOJA0001"
ROOT = "1785586202.174002"
THREAD = f"{CHANNEL}:{ROOT}"
TOKEN = ACCOUNT.bot_token.get_secret_value()

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = CHAT, **fields: str | None
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    message = OutboundMessage(id=MESSAGE_ID, address=address, content=parsed)
    return message.model_copy(update={name: value for name, value in fields.items() if value})


def rendered(content: dict[str, Any], address: str = CHAT, **fields: str | None) -> OutboundRequest:
    return Slack().render(outbound_message(content, address, **fields), ACCOUNT)


def arrived(body: dict[str, Any] | bytes) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Slack().parse(WebhookRequest(body=raw))


def event(fields: dict[str, Any], **envelope: Any) -> InboundEvent:
    """The first event of an Events API body with this event in it."""
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T07LUMINAR1", "event": fields}
    return arrived({**body, **envelope})[0]


def message(text: str, **fields: Any) -> dict[str, Any]:
    base = {"type": "message", "channel": CHAT, "channel_type": "im", "user": "U07RITA0001"}
    return {**base, "text": text, "ts": "1785586201.137001", **fields}


def yes(**fields: Any) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, **fields})


def no(error: str, **fields: Any) -> httpx.Response:
    return httpx.Response(200, json={"ok": False, "error": error, **fields})


def accepted(channel: str = CHAT, ts: str = "1785586300.000100") -> httpx.Response:
    return yes(channel=channel, ts=ts, message={"type": "message", "ts": ts})


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeWebApi:
    """A Web API that gives prepared answers in order and keeps what it was asked."""

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

    def form(self, index: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[index].content.decode()))

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    @property
    def tokens(self) -> list[bool]:
        """Which calls carried the token."""
        return [TOKEN in request.headers.get("authorization", "") for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load
