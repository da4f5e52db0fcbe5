"""The updates of the Bot API, and the header that proves where they come from.

https://core.telegram.org/bots/api#update, https://core.telegram.org/bots/api#setwebhook
"""

import json
import re
import secrets
from typing import Any

from simulator import clock
from simulator.contacts import Contact, Contacts
from simulator.media import MediaStore, StoredFile, said_content
from simulator.schemas import Choice, SaidMedia, Say, TelegramAccount
from simulator.telegram.media_objects import KIND_OF_SAID, media_object, new_file_id

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_COMMAND = re.compile(r"^/[A-Za-z0-9_]{1,32}(@\w+)?")


def serialise(body: Any) -> bytes:
    """JSON; a string is taken as it is."""
    return body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()


def secret_header(account: TelegramAccount) -> dict[str, str]:
    if not account.secret_token:
        return {}
    return {"x-telegram-bot-api-secret-token": account.secret_token}


def wanted(account: TelegramAccount, update: Json) -> bool:
    """Whether the bot asked for this kind of update."""
    kinds = set(update) - {"update_id"}
    if account.allowed_updates:
        return bool(kinds & set(account.allowed_updates))
    return not kinds & NOT_BY_DEFAULT


def address_of(sender: str) -> str:
    """A chat id. Raises `ValueError`."""
    if not re.match(r"^\d{1,16}$", sender):
        raise ValueError("a Telegram customer is a number: the id of the private chat")
    return str(int(sender))


def _person(contact: Contact) -> Json:
    return {"id": int(contact.address), "is_bot": False, "first_name": contact.name}


def _chat(contact: Contact) -> Json:
    return {"id": int(contact.address), "type": "private", "first_name": contact.name}


def _text(text: str) -> Json:
    command = _COMMAND.match(text)
    if command is None:
        return {"text": text}
    entity = {"type": "bot_command", "offset": 0, "length": command.end()}
    return {"text": text, "entities": [entity]}


def _media(media: SaidMedia, bot_id: str, store: MediaStore) -> Json:
    content, mime_type = said_content(media)
    kind = "voice" if media.voice else KIND_OF_SAID[media.type]
    file = store.put(StoredFile(new_file_id(), bot_id, content, mime_type, media.filename))
    caption = {"caption": media.caption} if media.caption is not None else {}
    return {kind: media_object(kind, file), **caption}


def _offering(contact: Contact, choice: Choice) -> Json | None:
    """The newest of our messages whose keyboard has this button; else the newest with a keyboard."""
    offers = [message for message in contact.messages.newest_first() if "reply_markup" in message]
    for message in offers:
        rows = message["reply_markup"]["inline_keyboard"]
        if any(button.get("callback_data") == choice.id for row in rows for button in row):
            return message
    return offers[0] if offers else None


def _pressed(choice: Choice, contact: Contact) -> Json:
    """A message that is no longer known is an inaccessible one: `date` 0."""
    inaccessible = {"chat": _chat(contact), "message_id": 1, "date": 0}
    return {
        "id": str(10**17 + secrets.randbelow(9 * 10**17)),
        "from": _person(contact),
        "message": _offering(contact, choice) or inaccessible,
        "chat_instance": str(10**17 + int(contact.address)),
        "data": choice.id,
    }


def _message(order: Say, contact: Contact, store: MediaStore) -> Json:
    number = int(order.message_id) if order.message_id else contact.next_message_id()
    contact.last_message_id = max(contact.last_message_id, number)
    message: Json = {
        "message_id": number,
        "from": _person(contact),
        "chat": _chat(contact),
        "date": int(clock.unix()),
    }
    if order.text is not None:
        return message | _text(order.text)
    if order.media is not None:
        return message | _media(order.media, order.account, store)
    return message | (order.raw or {})


def said(order: Say, contact: Contact, store: MediaStore, update_id: int) -> tuple[Json, str]:
    """The update of what a customer does, and the id of the message or press. Raises `ValueError`."""
    if order.choice is not None:
        query = _pressed(order.choice, contact)
        return {"update_id": update_id, "callback_query": query}, str(query["id"])
    message = _message(order, contact, store)
    return {"update_id": update_id, "message": message}, str(message["message_id"])


def blocked(contact: Contact, account: TelegramAccount, bot_id: str, update_id: int) -> Json:
    """What a bot is told when a customer blocks it, or starts it again."""
    bot = {"id": int(bot_id), "is_bot": True, "first_name": account.username}
    before, after = ("member", "kicked") if contact.blocked else ("kicked", "member")
    change = {
        "chat": _chat(contact),
        "from": _person(contact),
        "date": int(clock.unix()),
        "old_chat_member": {"user": bot, "status": before},
        "new_chat_member": {"user": bot, "status": after},
    }
    return {"update_id": update_id, "my_chat_member": change}


def note_senders(body: Any, bot_id: str, contacts: Contacts) -> None:
    """Whoever writes in this update has written now. Tolerates any shape: it may be broken on purpose."""
    message = body.get("message") if isinstance(body, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    if not isinstance(chat, dict) or not isinstance(message, dict):
        return
    if isinstance(chat_id, int) and chat.get("type") == "private":
        contact = contacts.heard("telegram", bot_id, str(chat_id), chat.get("first_name"))
        number = message.get("message_id")
        if isinstance(number, int):
            contact.last_message_id = max(contact.last_message_id, number)


def chat_of(body: Any) -> str:
    """The chat whose order this update keeps; empty when it names none."""
    items = body.values() if isinstance(body, dict) else []
    for item in items:
        if isinstance(item, dict):
            holder = item.get("chat") or item.get("from")
            if isinstance(holder, dict):
                return str(holder.get("id", ""))
    return ""
