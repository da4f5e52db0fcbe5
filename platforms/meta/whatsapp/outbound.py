"""One message becomes one request. Pure.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

import re
from collections.abc import Callable
from typing import Any

from domain.content import (
    ButtonsContent,
    CardContent,
    ContactCard,
    ContactsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MessageContent,
    TemplateContent,
    TextContent,
)
from domain.errors import ContentRejected
from platforms.base import OutboundMessage, OutboundRequest
from platforms.meta.whatsapp import interactive
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.checks import at_most, within
from platforms.meta.whatsapp.facts import LIMITS, MAX_CONTACTS, MAX_REFERENCE
from platforms.meta.whatsapp.files import filename, media_object
from platforms.meta.whatsapp.people import is_user_id
from platforms.meta.whatsapp.template import template

Body = dict[str, Any]


def render(message: OutboundMessage, account: WhatsAppAccount) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`.

    A file that is only in our store shows as `upload:<key>`; `send` uploads it first.
    """
    body: Body = {"messaging_product": "whatsapp", **_recipient(message), **_content(message)}
    if message.reply_to:
        body["context"] = {"message_id": message.reply_to}
    body["biz_opaque_callback_data"] = within(message.id, MAX_REFERENCE, "the message id")
    return OutboundRequest(
        method="POST",
        url=account.edge("messages"),
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body=body,
    )


def render_activity(last_inbound: str, account: WhatsAppAccount) -> OutboundRequest:
    """Marks a message read and shows "typing" for up to 25 s; the one does not go without the other.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators
    """
    return OutboundRequest(
        method="POST",
        url=account.edge("messages"),
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body={
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": last_inbound,
            "typing_indicator": {"type": "text"},
        },
    )


_PHONE = re.compile(r"^\+?(\d+)$")


def _recipient(message: OutboundMessage) -> Body:
    """A group, a user id, or a phone number.

    Without its plus, Meta may put the business's own country code before a number.
    """
    if message.thread:
        return {"recipient_type": "group", "to": message.thread}
    address = message.address
    if is_user_id(address):
        return {"recipient_type": "individual", "recipient": address}
    phone = _PHONE.match(address)
    return {"recipient_type": "individual", "to": f"+{phone[1]}" if phone else address}


def _content(message: OutboundMessage) -> Body:
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent on WhatsApp")
    return renderer(message.content)


def _text(content: TextContent) -> Body:
    body = within(content.text, LIMITS.text, "the text")
    linked = "https://" in body or "http://" in body
    return {"type": "text", "text": {"body": body, "preview_url": linked}}


_CAPTIONED = frozenset({"image", "video", "document"})


def _media(content: MediaContent) -> Body:
    kind = content.type
    fields: Body = media_object(kind, content.media)
    if content.caption and kind not in _CAPTIONED:
        raise ContentRejected(f"{kind} has no caption on WhatsApp: send the text by itself")
    if content.caption:
        fields["caption"] = within(content.caption, LIMITS.caption or 0, "the caption")
    if kind == "document":
        fields["filename"] = filename(content.media)
    # A voice note must be ogg with opus; anything else is shown as a file.
    if content.voice and (content.media.mime_type or "audio/ogg").startswith("audio/ogg"):
        fields["voice"] = True
    return {"type": kind, kind: fields}


def _location(content: LocationContent) -> Body:
    place = content.model_dump(exclude={"type"}, exclude_none=True)
    return {"type": "location", "location": place}


def _contacts(content: ContactsContent) -> Body:
    at_most(content.contacts, MAX_CONTACTS, "contacts")
    if not content.contacts:
        raise ContentRejected("no contact to share")
    return {"type": "contacts", "contacts": [_card(card) for card in content.contacts]}


def _card(card: ContactCard) -> Body:
    """One more part of the name is required beside the formatted one."""
    name = within(card.name, LIMITS.text, "a contact's name")
    body: Body = {"name": {"formatted_name": name, "first_name": name}}
    if card.phones:
        body["phones"] = [{"phone": phone} for phone in card.phones]
    if card.emails:
        body["emails"] = [{"email": email} for email in card.emails]
    return body


_RENDERERS: dict[type[MessageContent], Callable[[Any], Body]] = {
    TextContent: _text,
    MediaContent: _media,
    LocationContent: _location,
    ContactsContent: _contacts,
    ButtonsContent: interactive.buttons,
    ListContent: interactive.menu,
    CardContent: interactive.card,
    TemplateContent: template,
}
