"""What a message says, by the first of its keys that says something.

https://core.telegram.org/bots/api#message
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from domain.content import (
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
from platforms.reading import Json, as_list, as_number, as_object, as_size, as_text, read_json
from platforms.telegram.people import full_name
from platforms.telegram.rich import plain_text

Reader = Callable[[Any, Json], MessageContent | None]
"""Reads the value of a key, beside its whole message; None when it does not hold what the key promises."""


def read_content(message: Json) -> MessageContent | None:
    """The content of a message; None when it has none, as service messages do not.

    What we have no word for, or cannot read, is `unsupported`: nothing is dropped.
    """
    for key, reader in READERS.items():
        if message.get(key) is not None:
            return _read(key, reader, message)
    return None


def read_caption(message: Json) -> MessageContent | None:
    """The words beside a file of a kind we do not know."""
    caption = as_text(message.get("caption"))
    return None if caption is None else TextContent(text=caption)


def _read(key: str, reader: Reader, message: Json) -> MessageContent:
    try:
        content = reader(message[key], message)
    except ValueError:
        content = None
    return content or UnsupportedContent(platform_type=key)


def _text(value: Any, message: Json) -> MessageContent | None:
    return TextContent(text=value) if isinstance(value, str) else None


MediaKind = Literal["image", "video", "audio", "document", "sticker"]


def _file(kind: MediaKind, mime_type: str | None = None, *, voice: bool = False) -> Reader:
    """`mime_type`: of a file that does not say its own."""

    def read(value: Any, message: Json) -> MessageContent | None:
        return _media(kind, as_object(value), message, mime_type, voice=voice)

    return read


def _media(
    kind: MediaKind, file: Json, message: Json, mime_type: str | None, *, voice: bool = False
) -> MessageContent | None:
    """No address: files are fetched by their id, with the token."""
    media = MediaRef(
        id=as_text(file.get("file_id")),
        mime_type=as_text(file.get("mime_type")) or mime_type,
        filename=safe_filename(as_text(file.get("file_name"))),
        size=as_size(file.get("file_size")),
    )
    if media.id is None:
        return None
    return MediaContent(
        type=kind, media=media, caption=as_text(message.get("caption")), voice=voice
    )


_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def safe_filename(name: str | None) -> str | None:
    """The last part of a name, which the sender chose, without control characters."""
    last = _UNSAFE.sub("", re.split(r"[\\/]", name or "")[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]


def _photo(value: Any, message: Json) -> MessageContent | None:
    """The largest of the sizes; Telegram makes a JPEG of every photo."""
    sizes = [size for size in map(as_object, as_list(value)) if as_text(size.get("file_id"))]
    largest = max(sizes, key=_area, default=None)
    return _media("image", largest, message, "image/jpeg") if largest else None


def _area(size: Json) -> tuple[float, int]:
    width, height = as_number(size.get("width")) or 0, as_number(size.get("height")) or 0
    return width * height, as_size(size.get("file_size")) or 0


def _live_photo(value: Any, message: Json) -> MessageContent | None:
    """The still picture; without one, the few moving seconds."""
    live = as_object(value)
    still = _photo(message.get("photo"), message) or _photo(live.get("photo"), message)
    return still or _media("video", live, message, "video/mp4")


def _sticker(value: Any, message: Json) -> MessageContent | None:
    sticker = as_object(value)
    mime_type = "image/webp"
    if sticker.get("is_animated") is True:
        mime_type = "application/x-tgsticker"
    elif sticker.get("is_video") is True:
        mime_type = "video/webm"
    return _media("sticker", sticker, message, mime_type)


def _location(value: Any, message: Json) -> MessageContent | None:
    return _place(as_object(value), {})


def _venue(value: Any, message: Json) -> MessageContent | None:
    venue = as_object(value)
    return _place(as_object(venue.get("location") or message.get("location")), venue)


def _place(point: Json, words: Mapping[str, Any]) -> MessageContent | None:
    latitude, longitude = as_number(point.get("latitude")), as_number(point.get("longitude"))
    if latitude is None or longitude is None:
        return None
    return LocationContent(
        latitude=latitude,
        longitude=longitude,
        name=as_text(words.get("title")),
        address=as_text(words.get("address")),
    )


_VCARD_LINE = r"(?im)^(?:item\d+\.)?{key}[^:\r\n]*:([^\r\n]+)"
_NOT_A_DIGIT = re.compile(r"\D")


def _contact(value: Any, message: Json) -> MessageContent | None:
    """One person. A card (https://www.rfc-editor.org/rfc/rfc6350) may hold more numbers, and addresses."""
    contact = as_object(value)
    card = as_text(contact.get("vcard")) or ""
    first = as_text(contact.get("phone_number"))
    phones: dict[str, str] = {}  # the same number stands in both, written differently
    for number in (*([first] if first else []), *_vcard_values("TEL", card)):
        phones.setdefault(_NOT_A_DIGIT.sub("", number), number)
    emails = _vcard_values("EMAIL", card)
    name = full_name(contact) or next(iter(_vcard_values("FN", card)), None) or first
    if name is None:
        return None
    return ContactsContent(
        contacts=[ContactCard(name=name, phones=list(phones.values()), emails=emails)]
    )


def _vcard_values(key: str, card: str) -> list[str]:
    return [found.strip() for found in re.findall(_VCARD_LINE.format(key=key), card)]


def _web_app(value: Any, message: Json) -> MessageContent | None:
    """A Mini App answers with a text of up to 4096 bytes, usually JSON."""
    given = as_object(value).get("data")
    if not isinstance(given, str):
        return None
    try:
        answers = read_json(given)
    except ValueError:
        answers = given
    return FormContent(fields=answers if isinstance(answers, dict) else {"value": answers})


def _shared(value: Any, message: Json) -> MessageContent | None:
    """The answer to a button that asks for users or for a chat."""
    return FormContent(fields=value) if isinstance(value, dict) else None


# https://core.telegram.org/bots/payments/currencies.json (`exp`) after ISO 4217; all others have two decimals.
# XTR are Telegram Stars.
_WHOLE = ("CLP", "GNF", "ISK", "JPY", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XTR")
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS: dict[str, int] = {**dict.fromkeys(_WHOLE, 0), **dict.fromkeys(_THOUSANDTHS, 3)}


def _payment(value: Any, message: Json) -> MessageContent | None:
    """What was paid: one item, the invoice. Amounts arrive in the smallest unit of their currency."""
    payment = as_object(value)
    amount, currency = as_size(payment.get("total_amount")), as_text(payment.get("currency"))
    if amount is None or currency is None:
        return None
    decimals = _DECIMALS.get(currency, 2)
    item = {
        "product_id": as_text(payment.get("invoice_payload")),
        "quantity": 1,
        "price": amount / 10**decimals if decimals else amount,
        "currency": currency,
        "payment_id": as_text(payment.get("telegram_payment_charge_id")),
    }
    return OrderContent(items=[{key: field for key, field in item.items() if field is not None}])


def _rich(value: Any, message: Json) -> MessageContent | None:
    text = plain_text(value).strip()
    return TextContent(text=text) if text else None


def _no_word(value: Any, message: Json) -> MessageContent | None:
    return None


READERS: dict[str, Reader] = {
    "text": _text,
    # A GIF is also there as a document, a live photo also as a photo, a venue also as a location.
    "animation": _file("video", "video/mp4"),
    "live_photo": _live_photo,
    "photo": _photo,
    "video": _file("video", "video/mp4"),
    "video_note": _file("video", "video/mp4"),
    "voice": _file("audio", "audio/ogg", voice=True),
    "audio": _file("audio"),
    "document": _file("document"),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "web_app_data": _web_app,
    "users_shared": _shared,
    "user_shared": _shared,  # until Bot API 7.0
    "chat_shared": _shared,
    "successful_payment": _payment,
    "rich_message": _rich,
    **dict.fromkeys(
        (
            "checklist",
            "dice",
            "game",
            "gift",
            "giveaway",
            "giveaway_completed",
            "giveaway_created",
            "giveaway_winners",
            "invoice",
            "paid_media",
            "passport_data",
            "poll",
            "story",
            "unique_gift",
        ),
        _no_word,
    ),
}
"""In the order in which they count: several may be set at once."""
