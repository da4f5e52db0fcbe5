"""One message becomes one request. Pure.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages
"""

import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from domain.content import (
    Button,
    ButtonsContent,
    CardContent,
    ListContent,
    ListSection,
    LocationContent,
    MediaContent,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.text import joined
from platforms.base import OutboundMessage, OutboundRequest
from platforms.rbm.account import RbmAccount
from platforms.rbm.calls import about, with_body
from platforms.rbm.cards import card_message, carousel_message
from platforms.rbm.checks import file_fits, within
from platforms.rbm.facts import LIMITS, MAX_PAYLOAD, MEDIA
from platforms.rbm.files import source
from platforms.rbm.suggestions import map_of, suggestions
from platforms.reading import Json

_NAMESPACE = uuid.UUID("6f0a1c52-0d4e-5b6f-9a53-6c7d1e2f3a4b")
"""Makes ids of what has none of its own; any fixed value will do."""


def message_id(key: str) -> str:
    """Our message's id as the platform wants it, a UUID: the same message, the same id, sent once.

    https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages/create
    """
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, key))


def render(message: OutboundMessage, account: RbmAccount) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`."""
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent by RCS")
    return _request(renderer(message.content), message.id, message.address, account)


def render_carousel(
    cards: Sequence[CardContent], key: str, address: str, account: RbmAccount
) -> OutboundRequest:
    """The request that sends cards side by side. Raises `ContentRejected`."""
    return _request(carousel_message(cards), key, address, account)


def _request(content: Json, key: str, address: str, account: RbmAccount) -> OutboundRequest:
    body: Json = {"contentMessage": content}
    if account.traffic_type:
        body["messageTrafficType"] = account.traffic_type
    if account.ttl_seconds:
        body["ttl"] = f"{account.ttl_seconds}s"
    size = len(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MAX_PAYLOAD:
        raise ContentRejected(f"a message of {size} bytes, the limit is {MAX_PAYLOAD}")
    request = about(address, "agentMessages", account, messageId=message_id(key))
    return with_body(request, body)


def render_revoke(key: str, address: str, account: RbmAccount) -> OutboundRequest:
    """Takes back a message that has not arrived: reference/rest/v1/phones.agentMessages/delete."""
    return about(address, f"agentMessages/{key}", account, method="DELETE")


def render_event(
    kind: str, event_id: str, address: str, account: RbmAccount, read: str | None = None
) -> OutboundRequest:
    """Shows typing, or that a message was read: reference/rest/v1/phones.agentEvents."""
    body = {"eventType": kind, **({"messageId": read} if read else {})}
    return with_body(about(address, "agentEvents", account, eventId=event_id), body)


def _text(content: TextContent) -> Json:
    return {"text": within(content.text, LIMITS.text, "the text")}


def _media(content: MediaContent) -> Json:
    rule = MEDIA.get(content.type)
    if rule is None:
        raise ContentRejected(f"RCS has no {content.type}")
    if content.caption:
        raise ContentRejected("a file has no caption in RCS: send the text by itself")
    file_fits(content.type, rule, content.media)
    return source(content.media)


def _buttons(content: ButtonsContent) -> Json:
    text = joined((content.text, content.footer), "\n\n")
    return _menu(text, content.buttons)


def _list(content: ListContent) -> Json:
    """There is no list: its rows become suggestions, its descriptions lines of the text."""
    lines = [line for section in content.sections for line in _outline(section)]
    text = joined((content.text, "\n".join(lines), content.footer), "\n\n")
    return _menu(text, [Button(id=row.id, title=row.title) for row in content.rows])


def _outline(section: ListSection) -> list[str]:
    """A heading, and the rows that say more than their title."""
    told = [joined((row.title, row.description), " — ") for row in section.rows if row.description]
    return [*([section.title] if section.title else []), *told]


def _menu(text: str, buttons: list[Button]) -> Json:
    shown = within(text, LIMITS.text, "the text beside suggestions")
    return {"text": shown, "suggestions": suggestions(buttons, LIMITS.buttons)}


def _location(content: LocationContent) -> Json:
    point = f"{content.latitude:.6f}, {content.longitude:.6f}"
    words = joined((content.name, content.address), "\n") or point
    text = within(words, LIMITS.text, "the words of a place")
    return {"text": text, "suggestions": [map_of(content)]}


_RENDERERS: dict[type[MessageContent], Callable[[Any], Json]] = {
    TextContent: _text,
    MediaContent: _media,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: card_message,
    LocationContent: _location,
}
