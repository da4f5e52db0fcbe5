"""The methods that send a message: one table of what each kind needs and how the message shows it.

https://core.telegram.org/bots/api#sendmessage and siblings. Limits: text 1-4096 and captions 0-1024
characters after entities parsing; `vcard` 0-2048 bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from simulator import clock
from simulator.contacts import Contact
from simulator.schemas import Draft, Option
from simulator.telegram.call import Call, Effect, Json, chat_object
from simulator.telegram.entities import read_text
from simulator.telegram.errors import bad_request
from simulator.telegram.files import sent_file
from simulator.telegram.markup import options_of
from simulator.telegram.media_objects import media_object

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_VCARD_BYTES = 2048


@dataclass(frozen=True)
class Content:
    """What a message says: for people, and as the fields of a Message (made only once it is accepted)."""

    text: str
    fields: Callable[[], Json]


Build = Callable[[Call], Content]


def read_message_text(call: Call) -> str:
    """The parsed text of sendMessage and editMessageText. Raises `BotError`."""
    text = read_text(call.params.text("text"), call.params.text("parse_mode"))
    if not text:
        raise bad_request("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text


def _text(call: Call) -> Content:
    text = read_message_text(call)
    return Content(text, lambda: {"text": text})


def _file(kind: str, call: Call, *, captioned: bool) -> Content:
    make = sent_file(call, kind)
    caption = ""
    if captioned:
        caption = read_text(call.params.text("caption"), call.params.text("parse_mode"))
        if len(caption) > MAX_CAPTION:
            raise bad_request("message caption is too long")
    shown = {"caption": caption} if caption else {}
    return Content(caption, lambda: {kind: media_object(kind, make()), **shown})


def _coordinates(call: Call) -> Json:
    latitude, longitude = call.params.number("latitude"), call.params.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


def _location(call: Call) -> Content:
    place = _coordinates(call)
    return Content(f"{place['latitude']}, {place['longitude']}", lambda: {"location": place})


def _venue(call: Call) -> Content:
    place = _coordinates(call)
    title, address = call.params.text("title"), call.params.text("address")
    if not title:
        raise bad_request("venue title must be non-empty")
    if not address:
        raise bad_request("venue address must be non-empty")
    venue = {"location": place, "title": title, "address": address}
    return Content(f"{title}, {address}", lambda: {"venue": venue, "location": place})


def _contact(call: Call) -> Content:
    card = {
        name: call.params.text(name)
        for name in ("phone_number", "first_name", "last_name", "vcard")
        if call.params.text(name)
    }
    if "phone_number" not in card:
        raise bad_request("contact phone number must be non-empty")
    if "first_name" not in card:
        raise bad_request("contact first name must be non-empty")
    if len(card.get("vcard", "").encode()) > MAX_VCARD_BYTES:
        raise bad_request("contact vCard is too long")
    name = f"{card['first_name']} {card.get('last_name', '')}".strip()
    return Content(name, lambda: {"contact": card})


SENDS: dict[str, tuple[str, Build]] = {
    "sendmessage": ("text", _text),
    "sendphoto": ("photo", partial(_file, "photo", captioned=True)),
    "senddocument": ("document", partial(_file, "document", captioned=True)),
    "sendvideo": ("video", partial(_file, "video", captioned=True)),
    "sendaudio": ("audio", partial(_file, "audio", captioned=True)),
    "sendvoice": ("voice", partial(_file, "voice", captioned=True)),
    "sendanimation": ("animation", partial(_file, "animation", captioned=True)),
    "sendsticker": ("sticker", partial(_file, "sticker", captioned=False)),
    "sendlocation": ("location", _location),
    "sendvenue": ("venue", _venue),
    "sendcontact": ("contact", _contact),
}
"""Lower-case method: the kind of message, and what builds its content."""


def _check_reply(call: Call, contact: Contact) -> None:
    reply = call.params.structure("reply_parameters", dict)
    if reply is None:
        return
    message_id = reply.get("message_id")
    known = isinstance(message_id, int) and 0 < message_id <= contact.last_message_id
    if not known and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")


def send(kind: str, build: Build, call: Call) -> Effect:
    """Checks everything now. Raises `BotError`."""
    content = build(call)
    markup = call.params.structure("reply_markup", dict)
    options = options_of(markup)
    contact = call.chat()
    _check_reply(call, contact)
    return partial(_accept, kind, content, markup, options, contact, call)


async def _accept(
    kind: str,
    content: Content,
    markup: Json | None,
    options: list[Option],
    contact: Contact,
    call: Call,
) -> Any:
    message: Json = {
        "message_id": contact.next_message_id(),
        "from": call.bot_user(),
        "chat": chat_object(contact),
        "date": int(clock.unix()),
        **content.fields(),
    }
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    contact.messages.put(message["message_id"], message)
    await call.simulation.ledger.add(
        Draft(
            platform="telegram",
            account=call.bot_id,
            to=contact.address,
            external_id=str(message["message_id"]),
            type=kind,
            text=content.text,
            options=options,
            request=call.params.recorded(),
        )
    )
    return message
