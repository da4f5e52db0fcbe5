"""What the tests of LinkedIn share: messages of invented values, and a fake API over `MockTransport`."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from platforms.base import OutboundMessage, OutboundRequest, WebhookRequest
from platforms.linkedin.platform import LinkedIn
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.linkedin.harness import ACCOUNT

PERSON = "urn:li:person:RitaL1ma_-"
POST = "urn:li:activity:7101000000000000001"
COMMENT = f"urn:li:comment:({POST},71)"
THREAD = "urn:li:messagingThread:2-VGhyZWFkTHVh"
TOKEN = ACCOUNT.access_token.get_secret_value()

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(content: dict[str, Any], **fields: Any) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    message = OutboundMessage(id=MESSAGE_ID, address=PERSON, content=parsed)
    return message.model_copy(update=fields)


def rendered(content: dict[str, Any], **fields: Any) -> OutboundRequest:
    return LinkedIn().render(outbound_message(content, **fields), ACCOUNT)


def arrived(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return LinkedIn().parse(WebhookRequest(body=raw))


def created(key: str | None, **body: Any) -> httpx.Response:
    headers = {"x-restli-id": key} if key else {}
    return httpx.Response(201, headers=headers, json=body or None)


def refused(status: int, number: Any = None, **fields: Any) -> httpx.Response:
    return httpx.Response(status, json={"status": status, "serviceErrorCode": number, **fields})


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeLinkedIn:
    """An API that gives prepared answers in order and keeps what it was asked; tokens are numbered."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.renewals: list[dict[str, str]] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == ACCOUNT.token_url:
            self.renewals.append(dict(parse_qsl(request.content.decode())))
            token = f"token-{len(self.renewals)}"
            return httpx.Response(200, json={"access_token": token, "expires_in": 5_184_000})
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
    def tokens(self) -> list[str]:
        return [request.headers.get("authorization", "") for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load
