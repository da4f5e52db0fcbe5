"""What the tests of Teams share: activities of invented values, and a fake connector over `MockTransport`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from platforms.base import OutboundMessage, OutboundRequest, WebhookRequest
from platforms.teams.platform import Teams
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.teams.harness import ACCOUNT, SERVICE, token

CHAT = "a:1luminaria-rita-0001"
CHANNEL = "19:loja0001luminaria@thread.tacv2"
THREAD = f"{CHANNEL};messageid=1785585600100"
BOT = {"id": ACCOUNT.account_id, "name": "Luminária"}
RITA = {"id": "29:1rItA-of-nobody-0001", "name": "Rita Prado", "aadObjectId": "51a3c0de"}
PNG = b"\x89PNG\r\n\x1a\n of nobody"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def activity(kind: str = "message", **fields: Any) -> dict[str, Any]:
    base = {
        "type": kind,
        "id": "1785585601200",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": RITA,
        "recipient": BOT,
        "conversation": {"id": CHAT},
    }
    return {**base, **fields}


def arrived(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Teams().parse(WebhookRequest(body=raw))


def event(**fields: Any) -> InboundEvent:
    return arrived(activity(**fields))[0]


def outbound_message(
    content: dict[str, Any], address: str = CHAT, **fields: Any
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed, **fields)


def rendered(content: dict[str, Any], address: str = CHAT, **fields: Any) -> OutboundRequest:
    return Teams().render(outbound_message(content, address, **fields), ACCOUNT)


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"error": {"code": code, "message": "não"}}
    return httpx.Response(status, json=body, headers=headers)


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeConnector:
    """A connector that gives prepared answers in order and keeps what it was asked; tokens are given as always."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.tokens = 0

    def _answer(self, request: httpx.Request) -> httpx.Response:
        given = token(request)
        if given is not None:
            self.tokens += 1
            return given
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
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]

    @property
    def bearers(self) -> list[str | None]:
        return [request.headers.get("authorization") for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load
