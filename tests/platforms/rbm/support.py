"""What the tests of RCS share: messages of invented values, and a fake RBM API with its token endpoint."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.events import InboundEvent
from platforms.base import OutboundMessage, OutboundRequest, WebhookRequest
from platforms.rbm.platform import Rbm
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.rbm.harness import ACCOUNT, TOKEN

CONTACT = "+5511955500101"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(content: dict[str, Any], **fields: str) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    message = OutboundMessage(id=MESSAGE_ID, address=CONTACT, content=parsed)
    return message.model_copy(update=fields)


def rendered(content: dict[str, Any], **fields: str) -> OutboundRequest:
    return Rbm().render(outbound_message(content, **fields), ACCOUNT)


def enveloped(item: Any) -> dict[str, Any]:
    """An item as Google posts it."""
    data = base64.b64encode(json.dumps(item).encode()).decode()
    return {"message": {"data": data, "messageId": "77000001"}, "subscription": "projects/p/s"}


def arrived(body: Any) -> list[InboundEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Rbm().parse(WebhookRequest(body=raw))


def accepted(key: str = MESSAGE_ID) -> httpx.Response:
    return httpx.Response(200, json={"name": f"phones/{CONTACT}/agentMessages/{key}"})


def refused(code: int, status: str, **fields: Any) -> httpx.Response:
    error = {"code": code, "status": status, "message": "no", **fields}
    return httpx.Response(code, json={"error": error})


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeRbm:
    """An API that gives prepared answers in order and keeps what it was asked; tokens are counted apart."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.claims: list[str] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == ACCOUNT.token_uri:
            self.claims += parse_qs(request.content.decode())["assertion"]
            return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600})
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


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Awaitable[bytes]]:
    async def load(key: str) -> bytes:
        return content

    return load
