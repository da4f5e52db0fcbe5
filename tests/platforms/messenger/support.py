"""What the Messenger tests share: a page of invented values."""

from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr, TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage
from platforms.meta.messenger.account import MessengerAccount

HERE = Path(__file__).parent
CONTACT = "7300555000222001"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"

ACCOUNT = MessengerAccount(
    page_id="108800555000111",
    access_token=SecretStr("EAApage-token-of-nobody"),
    app_secret=SecretStr("page-app-secret-of-nobody"),
    previous_app_secret=SecretStr("page-app-secret-of-last-year"),
    verify_token=SecretStr("page-verify-token-of-nobody"),
)

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = CONTACT, **fields: Any
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed, **fields)


def accepted(message_id: str = "m_Lua-ok") -> httpx.Response:
    return httpx.Response(200, json={"recipient_id": CONTACT, "message_id": message_id})
