"""The webhooks of the Cloud API.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

import base64
import secrets
from typing import Any

from simulator import clock
from simulator.contacts import Contact, Contacts
from simulator.ledger import Ledger
from simulator.media import MediaStore, StoredFile, said_content
from simulator.schemas import Choice, Entry, SaidMedia, Say, WhatsAppAccount
from simulator.whatsapp.validate import is_user_id

Json = dict[str, Any]

TITLES = {
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131053: "Media upload error",
}
"""Titles of the failures that statuses report."""


def new_wamid(address: str) -> str:
    """An id of the real form: base64 of the counterpart's address and random digits."""
    known = address.encode()[:255]
    random = secrets.token_hex(10).upper().encode()
    raw = b"\x1c\x18" + bytes([len(known)]) + known + b"\x15\x02\x00\x12\x18\x14" + random + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def new_media_id() -> str:
    return str(10**15 + secrets.randbelow(9 * 10**15))


def address_of(sender: str) -> str:
    """The customer's `wa_id`, or user id."""
    return sender if is_user_id(sender) else "".join(filter(str.isdigit, sender))


def envelope(account: WhatsAppAccount, account_id: str, **items: list[Json]) -> Json:
    """`items`: contacts, messages, statuses."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": account.display_phone_number,
            "phone_number_id": account_id,
        },
        **items,
    }
    entry = {"id": account.business_account_id, "changes": [{"value": value, "field": "messages"}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def status(
    account: WhatsAppAccount, account_id: str, entry: Entry, name: str, error_code: int | None
) -> Json:
    """One `statuses` webhook about an accepted send."""
    item: Json = {"id": entry.external_id, "status": name, "timestamp": str(int(clock.unix()))}
    item["recipient_user_id" if is_user_id(entry.to) else "recipient_id"] = entry.to
    if entry.reference is not None:
        item["biz_opaque_callback_data"] = entry.reference
    if error_code is not None:
        title = TITLES.get(error_code, "Message failed to send")
        item["errors"] = [
            {
                "code": error_code,
                "title": title,
                "message": title,
                "error_data": {"details": f"{title}."},
                "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
            }
        ]
    return envelope(account, account_id, statuses=[item])


def _file(media: SaidMedia, account_id: str, store: MediaStore) -> Json:
    content, mime_type = said_content(media)
    file = store.put(
        StoredFile(new_media_id(), account_id, content, mime_type, filename=media.filename)
    )
    item: Json = {
        "id": file.id,
        "mime_type": mime_type,
        "sha256": base64.b64encode(file.sha256).decode(),
    }
    extras = {"caption": media.caption, "filename": media.filename}
    item |= {key: value for key, value in extras.items() if value is not None}
    if media.type == "audio":
        item["voice"] = media.voice
    if media.type == "sticker":
        item["animated"] = False
    return item


def _pressed(choice: Choice, account: WhatsAppAccount, offered: Entry | None) -> Json:
    """A tap on a template's button, a list row or a reply button, as the offering message had it."""
    titles = {option.id: option.title for option in offered.options} if offered else {}
    title = choice.title or titles.get(choice.id, choice.id)
    context = (
        {"context": {"from": account.display_phone_number, "id": offered.external_id}}
        if offered
        else {}
    )
    if offered is not None and offered.type == "template":
        return {**context, "type": "button", "button": {"payload": choice.id, "text": title}}
    interactive = offered.request.get("interactive", {}) if offered else {}
    kind = "list_reply" if interactive.get("type") == "list" else "button_reply"
    reply = {"id": choice.id, "title": title}
    if kind == "list_reply":
        rows = (row for part in interactive["action"]["sections"] for row in part["rows"])
        found: Json = next((row for row in rows if row["id"] == choice.id), {})
        reply |= {key: found[key] for key in ("description",) if found.get(key)}
    return {**context, "type": "interactive", "interactive": {"type": kind, kind: reply}}


def _offering(ledger: Ledger, account_id: str, address: str, choice_id: str) -> Entry | None:
    """The newest message that offers this choice; else the newest that offers any."""
    sent = ledger.find(platform="whatsapp", account=account_id, to=address)
    offers = [entry for entry in reversed(sent) if entry.options]
    matching = (entry for entry in offers if any(one.id == choice_id for one in entry.options))
    return next(matching, offers[0] if offers else None)


def said(
    order: Say, account: WhatsAppAccount, contact: Contact, ledger: Ledger, store: MediaStore
) -> tuple[Json, str]:
    """The webhook of what a customer does, and the message's id. Raises `ValueError`."""
    address = contact.address
    message: Json = {
        "from_user_id" if is_user_id(address) else "from": address,
        "id": order.message_id or new_wamid(address),
        "timestamp": str(int(clock.unix())),
    }
    if order.text is not None:
        message |= {"type": "text", "text": {"body": order.text}}
    elif order.choice is not None:
        offered = _offering(ledger, order.account, address, order.choice.id)
        message |= _pressed(order.choice, account, offered)
    elif order.media is not None:
        kind = order.media.type
        message |= {"type": kind, kind: _file(order.media, order.account, store)}
    else:
        message |= order.raw or {}
    card = {
        "profile": {"name": contact.name},
        "user_id" if is_user_id(address) else "wa_id": address,
    }
    body = envelope(account, order.account, contacts=[card], messages=[message])
    return body, str(message["id"])


def _each(value: Any, key: str) -> list[Json]:
    items = value.get(key) if isinstance(value, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def note_senders(body: Any, contacts: Contacts) -> list[str]:
    """Whoever writes in this body has written now. Tolerates any shape: it may be broken on purpose."""
    found: list[str] = []
    for entry in _each(body, "entry"):
        for change in _each(entry, "changes"):
            value = change.get("value")
            metadata = value.get("metadata") if isinstance(value, dict) else None
            account = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
            for item in _each(value, "messages"):
                found += _note(str(account), item, contacts)
    return found


def _note(account: str, item: Json, contacts: Contacts) -> list[str]:
    sender = item.get("from") or item.get("from_user_id")
    if not isinstance(sender, str):
        return []
    address = address_of(sender)
    contacts.heard("whatsapp", account, address)
    if isinstance(item.get("id"), str):
        contacts.remember_message(account, item["id"], address)
    return [address]
