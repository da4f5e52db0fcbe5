"""One message becomes the `msg` frame that sockets will read from the transcript. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.content import (
    Button,
    ButtonsContent,
    CardContent,
    ListContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.text import joined, length
from platforms.base import OutboundMessage, OutboundRequest
from platforms.webchat import frames
from platforms.webchat.checks import check
from platforms.webchat.facts import LIMITS

_Body = dict[str, Any]


def render(message: OutboundMessage) -> OutboundRequest:
    """The frame, addressed to the visitor; it is read from the transcript, not posted. Raises `ContentRejected`."""
    check(message.content)
    body = message_of(message.id, message.content, reply_to=message.reply_to)
    return OutboundRequest(
        method="FRAME", url=f"webchat:{message.address}", json_body=frames.msg(body)
    )


def message_of(
    message_id: str,
    content: MessageContent,
    *,
    reply_to: str | None = None,
    author: _Body | None = None,
    at: datetime | None = None,
) -> _Body:
    """A message as the widget shows it. `author` and `at` are the transcript's to add.

    A file of our own store has no `url` here: whoever writes the frame to a socket fills in a link that expires.
    """
    renderer = _RENDERERS.get(type(content))
    if renderer is None:
        raise ContentRejected(f"{content.type} cannot be sent on web chat")
    shown: _Body = {"text": None, "attachments": [], "interactive": None, **renderer(content)}
    if length(shown["text"] or "", LIMITS.text_unit) > LIMITS.text:
        raise ContentRejected(f"the text has more than {LIMITS.text} characters")
    told = {"author": author, "at": at.isoformat() if at else None}
    return {
        "id": message_id,
        **{name: value for name, value in told.items() if value is not None},
        **shown,
        "reply_to": reply_to,
    }


def _text(content: TextContent) -> _Body:
    return {"text": content.text}


def _media(content: MediaContent) -> _Body:
    return {
        "text": content.caption,
        "attachments": [_attachment(content.type, content.media, voice=content.voice)],
    }


def _attachment(kind: str, media: MediaRef, *, voice: bool = False) -> _Body:
    return {
        "type": kind,
        "id": media.id,
        "url": media.url,
        "mime_type": media.mime_type,
        "filename": media.filename,
        "size": media.size,
        "voice": voice,
    }


def _buttons(content: ButtonsContent) -> _Body:
    replies = [_option(button) for button in content.buttons]
    return {
        "text": content.text,
        "interactive": _shown(quick_replies=replies, footer=content.footer),
    }


def _list(content: ListContent) -> _Body:
    sections = [section.model_dump(mode="json") for section in content.sections]
    menu = {"button": content.button, "sections": sections}
    return {"text": content.text, "interactive": _shown(list=menu, footer=content.footer)}


def _card(content: CardContent) -> _Body:
    """The words stand in `text` as well, for widgets and screen readers that show no cards."""
    card = {
        "title": content.title,
        "text": content.text,
        "media": _attachment("image", content.media) if content.media else None,
        "buttons": [_option(button) for button in content.buttons],
    }
    return {"text": joined((content.title, content.text), "\n"), "interactive": {"card": card}}


def _option(button: Button) -> _Body:
    return button.model_dump(mode="json", exclude_none=True)


def _shown(**interactive: Any) -> _Body:
    return {name: value for name, value in interactive.items() if value is not None}


_RENDERERS: dict[type, Callable[[Any], _Body]] = {
    TextContent: _text,
    MediaContent: _media,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: _card,
}
