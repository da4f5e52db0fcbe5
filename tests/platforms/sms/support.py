"""What the SMS tests share: an account of each provider, and a fake provider over `MockTransport`."""

from typing import Any

import httpx
from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage
from platforms.sms.account import SmsAccount
from platforms.sms.platform import Sms
from tests.platforms.sms.infobip import harness as infobip
from tests.platforms.sms.sinch import harness as sinch
from tests.platforms.sms.twilio import harness as twilio
from tests.platforms.sms.vonage import harness as vonage
from tests.platforms.sms.zenvia import harness as zenvia

SMS = Sms()
TWILIO, ZENVIA, INFOBIP = twilio.ACCOUNT, zenvia.ACCOUNT, infobip.ACCOUNT
VONAGE, SINCH = vonage.ACCOUNT, sinch.ACCOUNT
ACCOUNTS: dict[str, SmsAccount] = {
    "twilio": TWILIO,
    "zenvia": ZENVIA,
    "infobip": INFOBIP,
    "vonage": VONAGE,
    "sinch": SINCH,
}
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
ANA = "+5511955500101"

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(content: dict[str, Any] | str, address: str = ANA) -> OutboundMessage:
    """A message; a word alone is a text."""
    value = {"type": "text", "text": content} if isinstance(content, str) else content
    parsed = _CONTENT.validate_python(value)
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed)


Answer = httpx.Response | Exception


class FakeProvider:
    """Gives prepared answers in order and keeps what it was asked."""

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


async def no_media(key: str) -> bytes:
    raise AssertionError(f"no file was to be read, but {key} was")


def changed(account: SmsAccount, **values: Any) -> SmsAccount:
    """The account with other settings, checked as new ones are."""
    kept = {name: getattr(account, name) for name in type(account).model_fields}
    return type(account).model_validate(kept | values)
