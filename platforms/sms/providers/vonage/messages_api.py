"""The Messages API, as far as it carries SMS, MMS and RCS.

https://developer.vonage.com/en/api/messages-olympus#webhooks
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from domain.content import MediaContent, MessageContent, UnsupportedContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.reading import Json, as_object, as_text
from platforms.sms.attachments import choice, file, place
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import Meaning, rejected
from platforms.sms.providers.vonage.errors import CALLBACK
from platforms.sms.reading import as_list, as_moment

CHANNELS = frozenset({"sms", "mms", "rcs"})
"""Of which an answer by SMS reaches whoever wrote. Messages of the others belong to platforms of their own."""

STATUSES: dict[str, ReceiptStatus] = {
    "submitted": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "rejected": ReceiptStatus.FAILED,
    "undeliverable": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
}
_VCARD = "text/vcard"


def read(item: Json) -> list[InboundEvent]:
    """Nothing when it is not of this API."""
    external_id = as_text(item.get("message_uuid"))
    if external_id is None:
        return []
    return _receipt(item, external_id) if "status" in item else _message(item, external_id)


def _message(item: Json, external_id: str) -> list[InboundEvent]:
    channel = (as_text(item.get("channel")) or "sms").lower()
    if channel not in CHANNELS:
        return [ignored(item, f"not an SMS: {channel}", external_id)]
    about = Said(
        external_id=external_id,
        sender=_address(item.get("from")),
        account=_address(item.get("to")),
        sent_at=as_moment(item.get("timestamp")),
        name=as_text(as_object(item.get("profile")).get("name")),
        reply_to=as_text(as_object(item.get("context")).get("message_uuid")),
    )
    # In the first version everything stood in `message.content`.
    fields = as_object(as_object(item.get("message")).get("content")) or item
    kind = as_text(fields.get("message_type")) or as_text(fields.get("type")) or "text"
    if kind == "text":
        return said(about, item, as_text(fields.get("text")))
    text, files = _files(kind, fields)
    if files:
        return said(about, item, text, files)
    reader = _OTHERS.get(kind)
    other = reader(fields.get(kind)) if reader else UnsupportedContent(platform_type=kind)
    return said(about, item, None, others=[other])


def _address(value: Any) -> str | None:
    """A number; in the first version, an object that has one."""
    if not isinstance(value, dict):
        return as_text(value)
    return as_text(value.get("number")) or as_text(value.get("id"))


_FILES = {"image": None, "audio": None, "video": None, "file": None, "vcard": _VCARD}
_TYPES = {"image": "image/*", "audio": "audio/*", "video": "video/*"}


def _files(kind: str, fields: Json) -> tuple[str | None, list[MediaContent]]:
    """One file under the name of its kind, or several parts under `content`; with a text beside them."""
    parts = as_list(fields.get("content")) if kind == "content" else [fields.get(kind)]
    files: list[MediaContent] = []
    texts = [as_text(fields.get("text"))]
    for part in map(as_object, parts):
        own_kind = as_text(part.get("type")) or kind
        url = as_text(part.get("url"))
        if url is not None and own_kind in _FILES:
            files.append(_file(own_kind, url, as_text(part.get("name"))))
        texts.append(as_text(part.get("caption")) or as_text(part.get("text")))
    return "\n".join(text for text in texts if text) or None, files


def _file(kind: str, url: str, name: str | None) -> MediaContent:
    """What the API calls it, where the link does not tell its type."""
    named = name if name and urlsplit(name).path else None
    found = file(url, _FILES.get(kind), named)
    if found.type == "document" and kind in _TYPES and found.media.mime_type is None:
        return found.model_copy(update={"type": kind})
    return found


def _location(value: Any) -> MessageContent:
    fields = as_object(value)
    latitude = fields.get("lat", fields.get("latitude"))
    longitude = fields.get("long", fields.get("longitude"))
    return place(latitude, longitude, fields.get("name"), fields.get("address"))


def _choice(value: Any) -> MessageContent:
    fields = as_object(value)
    title = fields.get("title") or fields.get("text")
    return choice(fields.get("id") or fields.get("payload"), title)


_OTHERS: dict[str, Callable[[Any], MessageContent]] = {
    "location": _location,
    "reply": _choice,
    "button": _choice,
}


def _receipt(item: Json, external_id: str) -> list[InboundEvent]:
    word = (as_text(item.get("status")) or "none").lower()
    if word not in STATUSES:
        return [ignored(item, f"unknown status {word}", f"{external_id}:{word}")]
    error = as_object(item.get("error"))
    code = _code(error)
    return told(
        Told(
            external_id=external_id,
            word=word,
            status=STATUSES[word],
            recipient=_address(item.get("to")),
            account=_address(item.get("from")),
            sent_at=as_moment(item.get("timestamp")),
            reference=as_text(item.get("client_ref")),
            code=code,
            meaning=_meaning(word, code, error),
        ),
        item,
    )


def _code(error: Json) -> str | None:
    """After the `#` of the type, else what stands as title, else what older versions call the code."""
    fragment = (as_text(error.get("type")) or "").rpartition("#")[2]
    for found in (fragment, as_text(error.get("title")), as_text(error.get("code"))):
        if found and found.isascii() and found.isdigit():
            return found
    return None


def _meaning(word: str, code: str | None, error: Json) -> Meaning:
    if (listed := CALLBACK.get(code or "")) is not None:
        return listed
    said_there = as_text(error.get("detail")) or as_text(error.get("title"))
    return rejected(said_there or f"The message is {word}.")
