"""Messages for the tests, written as short as they can be."""

from typing import Any

from domain.content import TextContent
from domain.events import InboundEvent
from platforms.base import OutboundMessage, WebhookRequest
from platforms.email import inbound
from tests.platforms.email.harness import MESSAGE_ID

OURS = f"<m.{MESSAGE_ID}@loja.example>"


def raw(body: str = "oi\n", **headers: str) -> bytes:
    """A message; `in_reply_to` stands for In-Reply-To."""
    given = {
        "from": "Ana <ana@cliente.example>",
        "to": "atende@loja.example",
        "message_id": "<t@cliente.example>",
        **headers,
    }
    lines = (f"{name.replace('_', '-')}: {value}\n" for name, value in given.items())
    return ("".join(lines) + "\n" + body).encode()


def parsed(body: bytes, **request: Any) -> list[InboundEvent]:
    return inbound.parse(WebhookRequest(body=body, **request))


def one(body: bytes, **request: Any) -> InboundEvent:
    events = parsed(body, **request)
    assert len(events) == 1
    return events[0]


def text_of(body: bytes) -> str:
    content = one(body).content
    assert isinstance(content, TextContent)
    return content.text


def outgoing(text: str = "oi", **fields: Any) -> OutboundMessage:
    given = {"id": MESSAGE_ID, "address": "ana@cliente.example", **fields}
    return OutboundMessage(**{"content": TextContent(text=text), **given})
