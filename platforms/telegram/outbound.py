"""One message becomes one Bot API call. Pure.

Texts go without a parse mode: what people write is never taken for markup.
https://core.telegram.org/bots/api#available-methods
"""

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
    TextContent,
)
from domain.errors import ContentRejected
from domain.platform import LengthUnit
from domain.text import joined, length
from platforms.base import OutboundMessage, OutboundRequest
from platforms.telegram.account import TelegramAccount
from platforms.telegram.attachments import media, picture
from platforms.telegram.calls import Call, Fields, chat_id, request_of
from platforms.telegram.checks import within
from platforms.telegram.facts import LIMITS
from platforms.telegram.keyboards import Markup, keyboard, menu
from platforms.telegram.people import BUSINESS

# https://core.telegram.org/bots/api#sendcontact: `vcard`, 0-2048 bytes
MAX_VCARD_BYTES = 2048


def render(message: OutboundMessage, account: TelegramAccount) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`.

    A file of our store goes with the message itself, so that every message is exactly one call.
    """
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent on Telegram")
    call = renderer(message.content)
    fields = {"chat_id": chat_id(message.address), **_thread(message), **call.fields}
    return request_of(call._replace(fields={**fields, **_quote(message)}), account)


def render_answer(query_id: str, account: TelegramAccount) -> OutboundRequest:
    """Ends the spinner on a pressed button: https://core.telegram.org/bots/api#answercallbackquery."""
    return request_of(Call("answerCallbackQuery", {"callback_query_id": query_id}), account)


def render_activity(address: str, account: TelegramAccount) -> OutboundRequest:
    """Shows "typing" for up to five seconds: https://core.telegram.org/bots/api#sendchataction."""
    fields = {"chat_id": chat_id(address), "action": "typing"}
    return request_of(Call("sendChatAction", fields), account)


def _thread(message: OutboundMessage) -> Fields:
    """The topic of a forum, or the business account in whose name we answer (see `people.thread_of`)."""
    if not message.thread:
        return {}
    business = message.thread.removeprefix(BUSINESS)
    if business and business != message.thread:
        return {"business_connection_id": business}
    if not (message.thread.isascii() and message.thread.isdecimal()):
        raise ContentRejected("the thread is not the number of a topic")
    return {"message_thread_id": int(message.thread)}


def _quote(message: OutboundMessage) -> Fields:
    """A message that is gone costs the quote, never the answer; so does one of another chat, whose numbers are others.

    https://core.telegram.org/bots/api#replyparameters
    """
    chat, _, number = (message.reply_to or "").rpartition(":")
    if not (number.isascii() and number.isdecimal()) or chat not in {"", message.address}:
        return {}
    quoted = {"message_id": int(number), "allow_sending_without_reply": True}
    return {"reply_parameters": quoted}


def _words(text: str, limit: int, what: str, markup: Markup | None = None) -> Call:
    fields: Fields = {"text": within(text, limit, what)}
    return Call("sendMessage", {**fields, "reply_markup": markup} if markup else fields)


def _text(content: TextContent) -> Call:
    return _words(content.text, LIMITS.text, "the text")


def _buttons(content: ButtonsContent) -> Call:
    text = joined((content.text, content.footer), "\n\n")
    limit = LIMITS.buttons_text or LIMITS.text
    return _words(text, limit, "the text beside buttons", keyboard(content.buttons))


def _list(content: ListContent) -> Call:
    text, markup = menu(content)
    return _words(text, LIMITS.text, "the text of a list with its descriptions", markup)


def _card(content: CardContent) -> Call:
    text = joined((content.title, content.text), "\n")
    markup = keyboard(content.buttons) if content.buttons else None
    if content.media is None:
        return _words(text, LIMITS.text, "the card", markup)
    call = picture(content.media, text)
    return call._replace(fields={**call.fields, "reply_markup": markup}) if markup else call


def _location(content: LocationContent) -> Call:
    """A place with words is a venue, which must have both: where one is missing, the point stands for it."""
    point: Fields = {"latitude": content.latitude, "longitude": content.longitude}
    words = [part for part in (content.name, content.address) if part and part.strip()]
    if not words:
        return Call("sendLocation", point)
    degrees = f"{content.latitude:.6f}, {content.longitude:.6f}"
    title, address = (*words, degrees)[:2]
    return Call("sendVenue", {**point, "title": title, "address": address})


def _contacts(content: ContactsContent) -> Call:
    """One person with a number is a contact to save; several, or one without a number, are told as text.

    https://core.telegram.org/bots/api#sendcontact takes one person with one number.
    """
    if len(content.contacts) != 1 or not content.contacts[0].phones:
        text = joined(map(_card_lines, content.contacts), "\n\n")
        return _words(text, LIMITS.text, "the text of the contacts")
    (card,) = content.contacts
    name = within(card.name, LIMITS.text, "a contact's name")
    fields: Fields = {"phone_number": card.phones[0], "first_name": name}
    if card.emails or len(card.phones) > 1:
        fields["vcard"] = _vcard(card)
    return Call("sendContact", fields)


def _card_lines(card: ContactCard) -> str:
    return joined((card.name, *card.phones, *card.emails), "\n")


def _vcard(card: ContactCard) -> str:
    """The numbers and addresses beyond the first. RFC 2426, section 5: commas, semicolons, line ends escaped."""
    lines = [f"FN:{_escaped(card.name)}"]
    lines += [f"TEL:{_escaped(phone)}" for phone in card.phones]
    lines += [f"EMAIL:{_escaped(email)}" for email in card.emails]
    text = "\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"))
    size = length(text, LengthUnit.BYTES)
    if size > MAX_VCARD_BYTES:
        raise ContentRejected(f"a contact of {size} bytes, the limit is {MAX_VCARD_BYTES}")
    return text


def _escaped(text: str) -> str:
    for mark in "\\,;":
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


_RENDERERS: dict[type[MessageContent], Callable[[Any], Call]] = {
    TextContent: _text,
    MediaContent: media,
    LocationContent: _location,
    ContactsContent: _contacts,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: _card,
}
