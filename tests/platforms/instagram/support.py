"""What the Instagram tests share: an account of invented values, logged in either way."""

from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr, TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage
from platforms.meta.instagram.account import InstagramAccount

HERE = Path(__file__).parent
CONTACT = "880055500022"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"

ACCOUNT = InstagramAccount(
    ig_id="17840055500011",
    access_token=SecretStr("IGAAtoken-of-nobody"),
    app_secret=SecretStr("ig-app-secret-of-nobody"),
    instagram_app_secret=SecretStr("ig-second-secret-of-nobody"),
    verify_token=SecretStr("ig-verify-token-of-nobody"),
)

OF_PAGE = InstagramAccount.model_validate(
    {
        "ig_id": "17840055500011",
        "login": "facebook",
        "page_id": "108800555000111",
        "access_token": SecretStr("EAApage-token-of-nobody"),
        "app_secret": SecretStr("page-app-secret-of-nobody"),
        "verify_token": SecretStr("ig-verify-token-of-nobody"),
    }
)

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def outbound_message(
    content: dict[str, Any], address: str = CONTACT, reply_to: str | None = None
) -> OutboundMessage:
    parsed = _CONTENT.validate_python(content)
    return OutboundMessage(id=MESSAGE_ID, address=address, content=parsed, reply_to=reply_to)


def accepted(message_id: str = "aWdfLua-ok") -> httpx.Response:
    return httpx.Response(200, json={"recipient_id": CONTACT, "message_id": message_id})
