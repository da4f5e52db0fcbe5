"""The items of `messaging[]`: what customers do, echoes of what the account sent, and how far it got.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
https://developers.facebook.com/documentation/instagram-platform/webhooks
"""

from typing import Any

from simulator import clock
from simulator.contacts import Contact, Contacts
from simulator.media import StoredFile, said_content
from simulator.schemas import Choice, Entry, SaidMedia, Say
from simulator.send_api.account import SendApiAccount
from simulator.send_api.files import address_of, new_file_id
from simulator.send_api.product import Json, Product
from simulator.state import Simulation

ITEMS = frozenset(
    {
        "message",
        "postback",
        "reaction",
        "message_edit",
        "read",
        "delivery",
        "referral",
        "optin",
        "account_linking",
    }
)
"""What an item can be about."""
_STICKER = 369239263222822
_SUFFIXES = {
    "image": ".png",
    "video": ".mp4",
    "audio": ".mp4",
    "document": ".pdf",
    "sticker": ".webp",
}


def millis() -> int:
    return int(clock.unix() * 1000)


def envelope(product: Product, account_id: str, item: Json) -> Json:
    entry = {"id": account_id, "time": millis(), "messaging": [item]}
    return {"object": product.webhook_object, "entry": [entry]}


def from_customer(account_id: str, address: str, **content: Any) -> Json:
    frame = {"sender": {"id": address}, "recipient": {"id": account_id}, "timestamp": millis()}
    return {**frame, **content}


def field_of(product: Product, item: Json) -> str | None:
    """The webhook field that an account must be subscribed to; None: nobody knows."""
    if item.get("message", {}).get("is_echo") is True:
        return product.webhook_fields.get("echo")
    return next((name for key, name in product.webhook_fields.items() if key in item), None)


def said(
    product: Product,
    simulation: Simulation,
    account: SendApiAccount,
    order: Say,
    contact: Contact,
) -> tuple[Json, str]:
    """The item of what a customer does, and its id. Raises `ValueError`."""
    mid = order.message_id or product.new_mid(order.account)
    item = from_customer(order.account, contact.address)
    if order.text is not None:
        item["message"] = {"mid": mid, "text": order.text}
    elif order.choice is not None:
        offered = _offering(product, simulation, order, contact)
        item |= _pressed(order.choice, offered, mid)
    elif order.media is not None:
        item["message"] = _file(product, simulation, account, order, mid)
    else:
        item |= _raw(order.raw or {}, mid)
    about = item.get("message") or item.get("postback") or {}
    return item, str(about.get("mid", mid))


def _raw(given: Json, mid: str) -> Json:
    """A whole item, or the message of one; a message or postback without an id gets one."""
    item = given if ITEMS & given.keys() else {"message": given}
    for key in ("message", "postback"):
        if isinstance(item.get(key), dict):
            item = {**item, key: {"mid": mid, **item[key]}}
    return item


def _offering(
    product: Product, simulation: Simulation, order: Say, contact: Contact
) -> Entry | None:
    """The newest message that offers this choice."""
    assert order.choice is not None  # noqa: S101  asked before the call
    wanted = order.choice.id
    sent = simulation.ledger.find(platform=product.key, account=order.account, to=contact.address)
    offers = (one for one in reversed(sent) if any(wanted == each.id for each in one.options))
    return next(offers, None)


def _pressed(choice: Choice, offered: Entry | None, mid: str) -> Json:
    """A quick reply is a message; a button, or an item of the menu, is a postback. Raises `ValueError`."""
    options = offered.options if offered else []
    title = choice.title or next((one.title for one in options if one.id == choice.id), choice.id)
    message: Json = offered.request["message"] if offered else {}
    replies = [reply.get("payload") for reply in message.get("quick_replies") or []]
    if choice.id in replies:
        return {"message": {"mid": mid, "text": title, "quick_reply": {"payload": choice.id}}}
    if offered is not None and choice.id.startswith(("https://", "http://")):
        raise ValueError("a link is opened, and no webhook tells of it")
    return {"postback": {"mid": mid, "title": title, "payload": choice.id}}


def _file(
    product: Product, simulation: Simulation, account: SendApiAccount, order: Say, mid: str
) -> Json:
    """A message with one attachment, at a signed address. Raises `ValueError`."""
    media = order.media
    assert media is not None  # noqa: S101  asked before the call
    if media.type in product.unposted_media:
        raise ValueError(f"{product.key} posts no webhook of a {media.type}")
    content, mime_type = said_content(media)
    file_id = new_file_id()
    name = media.filename or _name(media, file_id)
    file = StoredFile(file_id, order.account, content, mime_type, name)
    url = address_of(account, simulation.media.put(file))
    kinds = {"document": "file", "sticker": "image"}
    attachment = {"type": kinds.get(media.type, media.type), "payload": {"url": url}}
    message: Json = {"mid": mid, "attachments": [attachment]}
    if media.type == "sticker":
        attachment["payload"] = {"url": url, "sticker_id": _STICKER}
        message["sticker_id"] = _STICKER
    if media.caption is not None:
        message["text"] = media.caption
    return message


def _name(media: SaidMedia, file_id: str) -> str:
    """The apps name what was recorded in them `audioclip-…`."""
    prefix = "audioclip-" if media.voice else ""
    return f"{prefix}{file_id}{_SUFFIXES[media.type]}"


def echo(product: Product, simulation: Simulation, account: SendApiAccount, entry: Entry) -> Json:
    """The account's own message as the account is told of it."""
    sent: Json = entry.request["message"]
    message: Json = {"mid": entry.external_id, "is_echo": True, **product.echoed(account, entry)}
    given = [sent["attachment"]] if sent.get("attachment") else sent.get("attachments") or []
    if given:
        message["attachments"] = [_shown(simulation, account, entry, one) for one in given]
    elif entry.text:
        message["text"] = entry.text
    return {
        "sender": {"id": entry.account},
        "recipient": {"id": entry.to},
        "timestamp": int(entry.at.timestamp() * 1000),
        "message": message,
    }


def _shown(simulation: Simulation, account: SendApiAccount, entry: Entry, sent: Json) -> Json:
    """An attachment as everybody sees it: a file by its address, whichever way it was named."""
    payload: Json = sent.get("payload") or {}
    file = simulation.media.get(entry.account, str(payload.get("attachment_id")))
    if file is not None:
        payload = {"url": address_of(account, file)}
    elif "url" in payload:
        payload = {"url": payload["url"]}
    return {"type": sent["type"], "payload": payload}


def reported(
    product: Product, simulation: Simulation, account: SendApiAccount, entry: Entry, status: str
) -> Json | None:
    """The item that tells of one status of a send; None where the product has none for it."""
    if status == "sent":
        return echo(product, simulation, account, entry)
    if status == "delivered" and product.delivered is not None:
        return from_customer(entry.account, entry.to, delivery=product.delivered(entry))
    if status == "read":
        return from_customer(entry.account, entry.to, read=product.read(entry))
    return None


def _each(value: Any, key: str) -> list[Json]:
    items = value.get(key) if isinstance(value, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def note_senders(product: Product, body: Any, contacts: Contacts) -> list[str]:
    """Whoever writes in this body has written now; whoever comments can be answered in private.

    Tolerates any shape: it may be broken on purpose.
    """
    found: list[str] = []
    for entry in _each(body, "entry"):
        account = str(entry.get("id"))
        for item in _each(entry, "messaging"):
            found += _note(product, account, item, contacts)
        for change in _each(entry, "changes"):
            _note_comment(account, change.get("value"), contacts)
    return found


def _note(product: Product, account: str, item: Json, contacts: Contacts) -> list[str]:
    sender, message = item.get("sender"), item.get("message")
    address = sender.get("id") if isinstance(sender, dict) else None
    if not isinstance(address, str) or address == account:
        return []
    contacts.heard(product.key, account, address)
    if isinstance(message, dict) and isinstance(message.get("mid"), str):
        contacts.remember_message(account, message["mid"], address)
    return [address]


def _note_comment(account: str, value: Any, contacts: Contacts) -> None:
    """A comment or post by somebody else, as either product tells of it."""
    author = value.get("from") if isinstance(value, dict) else None
    address = author.get("id") if isinstance(author, dict) else None
    if not isinstance(address, str) or address == account:
        return
    for name in ("id", "comment_id", "post_id"):
        if isinstance(value.get(name), str):
            contacts.remember_message(account, value[name], address)
