"""What a received message says, by type.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

import re
from collections.abc import Callable
from typing import Any, Literal

from domain.content import (
    ChoiceContent,
    ContactCard,
    ContactsContent,
    FormContent,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    OrderContent,
    TextContent,
    UnsupportedContent,
)
from platforms.meta.names import safe_filename
from platforms.meta.reading import as_list, as_number, as_text, read_value
from platforms.reading import as_object

Reader = Callable[[Any], MessageContent | None]
"""Reads the object under a type's key; None when it does not hold what the type promises."""


def read_content(kind: str, item: dict[str, Any]) -> MessageContent:
    """The content of a message; what cannot be read is `unsupported`, so that nothing is dropped."""
    value = item.get(kind)
    reader = READERS.get(kind)
    try:
        content = reader(value) if reader else None
    except ValueError:
        content = None
    return content or UnsupportedContent(platform_type=_name(kind, value))


def _name(kind: str, value: Any) -> str:
    """`unsupported` messages may say what they were, interactive ones which answer they hold."""
    inner = as_text(as_object(value).get("type"))
    if inner is None:
        return kind
    return inner if kind in {"unsupported", "unknown"} else f"{kind}.{inner}"


def _text(value: Any) -> MessageContent | None:
    body = as_object(value).get("body")
    text = body if isinstance(body, str) else as_text(body)
    return None if text is None else TextContent(text=text)


MediaKind = Literal["image", "video", "audio", "document", "sticker"]


def _media(kind: MediaKind, *, voice: bool = False) -> Reader:
    def read(value: Any) -> MessageContent | None:
        fields = as_object(value)
        media = MediaRef(
            id=as_text(fields.get("id")),
            url=as_text(fields.get("url")) or as_text(fields.get("link")),
            mime_type=_mime_type(as_text(fields.get("mime_type"))),
            filename=safe_filename(as_text(fields.get("filename"))),
            size=_size(fields.get("file_size")),
        )
        if media.id is None and media.url is None:
            return None
        recorded = voice or fields.get("voice") is True
        caption = as_text(fields.get("caption"))
        return MediaContent(type=kind, media=media, caption=caption, voice=recorded)

    return read


def _mime_type(value: str | None) -> str | None:
    """Relays that escape twice leave a backslash in it."""
    return value.replace("\\/", "/") if value else None


def _size(value: Any) -> int | None:
    number = as_number(value)
    return int(number) if number is not None and number >= 0 else None


def _location(value: Any) -> MessageContent | None:
    fields = as_object(value)
    latitude, longitude = as_number(fields.get("latitude")), as_number(fields.get("longitude"))
    if latitude is None or longitude is None:
        return None
    return LocationContent(
        latitude=latitude,
        longitude=longitude,
        name=as_text(fields.get("name")),
        address=as_text(fields.get("address")),
    )


def _contacts(value: Any) -> MessageContent | None:
    if not isinstance(value, list | dict):
        return None
    return ContactsContent(contacts=[_card(as_object(card)) for card in as_list(value)])


_NAME_PARTS = ("prefix", "first_name", "middle_name", "last_name", "suffix")
_VCARD_LINE = r"(?im)^{key}[^:\r\n]*:([^\r\n]+)"


def _card(fields: dict[str, Any]) -> ContactCard:
    """A card; some carry nothing but a vCard (https://www.rfc-editor.org/rfc/rfc6350)."""
    vcard = as_text(fields.get("vcard")) or ""
    phones = [_phone(as_object(phone)) for phone in as_list(fields.get("phones"))]
    emails = [as_text(as_object(email).get("email")) for email in as_list(fields.get("emails"))]
    numbers = [phone for phone in phones if phone] or _vcard_values("TEL", vcard)
    mails = [email for email in emails if email] or _vcard_values("EMAIL", vcard)
    named = _card_name(fields) or next(iter(_vcard_values("FN", vcard)), None)
    return ContactCard(
        name=named or next(iter([*numbers, *mails]), ""), phones=numbers, emails=mails
    )


def _card_name(fields: dict[str, Any]) -> str | None:
    name = as_object(fields.get("name"))
    parts = [as_text(name.get(part)) for part in _NAME_PARTS]
    joined = " ".join(part for part in parts if part)
    company = as_text(as_object(fields.get("org")).get("company"))
    return as_text(name.get("formatted_name")) or joined or company


def _phone(phone: dict[str, Any]) -> str | None:
    wa_id = as_text(phone.get("wa_id"))
    return as_text(phone.get("phone")) or (f"+{wa_id}" if wa_id else None)


def _vcard_values(key: str, vcard: str) -> list[str]:
    return [found.strip() for found in re.findall(_VCARD_LINE.format(key=key), vcard)]


def _reply(value: Any) -> MessageContent | None:
    """A tap on a reply button or a list row."""
    fields = as_object(value)
    return _choice(as_text(fields.get("id")), as_text(fields.get("title")))


def _template_button(value: Any) -> MessageContent | None:
    """A tap on a template's quick reply."""
    fields = as_object(value)
    return _choice(as_text(fields.get("payload")), as_text(fields.get("text")))


def _choice(key: str | None, title: str | None) -> MessageContent | None:
    if key is None and title is None:
        return None
    return ChoiceContent(id=key or title or "", title=title or key or "")


def _form(value: Any) -> MessageContent | None:
    """A submitted flow or address form: its answers are JSON in a text, usually but not always an object."""
    if not isinstance(value, dict):
        return None
    answers = value.get("response_json")
    if isinstance(answers, str):
        try:
            answers = read_value(answers)
        except ValueError:
            return FormContent(fields={"value": answers})
    if answers is None:
        return FormContent(fields={})
    return FormContent(fields=answers if isinstance(answers, dict) else {"value": answers})


_INTERACTIVE: dict[str, Reader] = {
    "button_reply": _reply,
    "list_reply": _reply,
    "nfm_reply": _form,
}


def _interactive(value: Any) -> MessageContent | None:
    fields = as_object(value)
    kind = as_text(fields.get("type")) or next((key for key in _INTERACTIVE if key in fields), "")
    reader = _INTERACTIVE.get(kind)
    return reader(fields.get(kind)) if reader else None


def _order(value: Any) -> MessageContent | None:
    if not isinstance(value, dict):
        return None
    items = [_order_item(as_object(item)) for item in as_list(value.get("product_items"))]
    return OrderContent(items=items, text=as_text(value.get("text")))


def _order_item(item: dict[str, Any]) -> dict[str, Any]:
    """Numbers arrive as numbers or as text."""
    fields = {
        "product_id": as_text(item.get("product_retailer_id")),
        "quantity": as_number(item.get("quantity")),
        "price": as_number(item.get("item_price")),
        "currency": as_text(item.get("currency")),
    }
    return {key: value for key, value in fields.items() if value is not None}


READERS: dict[str, Reader] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "voice": _media("audio", voice=True),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _template_button,
    "order": _order,
}
