"""What the WhatsApp tests share: an account of invented values, and a fake Graph API over `MockTransport`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr, TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage
from platforms.meta.whatsapp.account import WhatsAppAccount

HERE = Path(__file__).parent

ACCOUNT = WhatsAppAccount(
    phone_number_id="301555000777001",
    waba_id="204870001112223",
    access_token=SecretStr("EAAtoken-of-nobody"),
    app_secret=SecretStr("app-secret-of-nobody"),
    previous_app_secret=SecretStr("app-secret-of-last-year"),
    verify_token=SecretStr("verify-token-of-nobody"),
)
SECRETS = ACCOUNT.secrets()
MESSAGES_URL = "https://graph.facebook.com/v25.0/301555000777001/messages"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = "5511955500101", reply_to: str | None = None
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed, reply_to=reply_to)


def accepted(message_id: str = "wamid.ACCEPTED") -> httpx.Response:
    contacts = [{"input": "+5511955500101", "wa_id": "5511955500101"}]
    body = {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message_id}]}
    return httpx.Response(200, json=body)


def refused(code: int, status: int = 400, **fields: Any) -> httpx.Response:
    error = {"message": f"(#{code}) Refused", "type": "OAuthException", "code": code, **fields}
    return httpx.Response(status, json={"error": error})


Answer = httpx.Response | Exception
"""What the fake answers, or how the call breaks."""


class FakeGraph:
    """A Graph API that gives prepared answers in order and keeps what it was asked."""

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
        return [request.url.path for request in self.requests]


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def media_of(content: bytes) -> Callable[[str], Any]:
    async def load(key: str) -> bytes:
        return content

    return load
