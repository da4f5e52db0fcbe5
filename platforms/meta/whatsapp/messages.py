"""One item of `messages[]` or `message_echoes[]` becomes one event.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import Callable
from typing import Any

from domain.content import OrderContent, UnsupportedContent
from domain.events import InboundEvent, Referral, Sender
from platforms.meta.graph import Change, ignored
from platforms.meta.reading import as_text, digest, parse_timestamp
from platforms.meta.whatsapp.content import READERS, read_content
from platforms.meta.whatsapp.people import addressee, author, person
from platforms.reading import as_object


def read_message(item: dict[str, Any], change: Change) -> InboundEvent:
    """What a contact wrote, or what WhatsApp says about a contact."""
    kind = message_type(item)
    if kind == "system":
        return _system(item, change)
    if kind == "request_welcome":
        return ignored(change, item, kind)
    return _event(kind, item, change, author(item, change))


def read_echo(item: dict[str, Any], change: Change) -> InboundEvent:
    """What our own number wrote from the phone app, beside us."""
    event = _event(message_type(item), item, change, addressee(item, change))
    return event.model_copy(update={"echo": event.kind != "ignored"})


def message_type(item: dict[str, Any]) -> str:
    """The declared type; where it is missing, the key that is there tells it."""
    declared = as_text(item.get("type"))
    if declared:
        return declared.lower()
    return next((key for key in (*READERS, *_SPECIAL, "system") if key in item), "unknown")


def _event(kind: str, item: dict[str, Any], change: Change, contact: Sender | None) -> InboundEvent:
    if contact is None:
        return ignored(change, item, "it names no contact")
    special = _SPECIAL.get(kind)
    fields = special(item) if special else _call_permission(item) or _message(kind, item)
    if fields is None:
        return ignored(change, item, f"{kind} without its message id")
    return InboundEvent(
        external_id=as_text(item.get("id")) or digest(item),
        sender=contact,
        sent_at=parse_timestamp(item.get("timestamp")),
        reply_to=as_text(as_object(item.get("context")).get("id")),
        thread=as_text(item.get("group_id")),
        account=change.account,
        **fields,
    )


Fields = dict[str, Any]
"""What sets one kind of event apart from another."""


def _message(kind: str, item: dict[str, Any]) -> Fields:
    content = read_content(kind, item)
    # An order also names its catalogue, for which there is no word.
    partly = isinstance(content, UnsupportedContent | OrderContent)
    return {
        "kind": "message",
        "content": content,
        "referral": _referral(item),
        "raw": item if partly else None,
    }


def _reaction(item: dict[str, Any]) -> Fields | None:
    """Taken back when the emoji is empty or missing."""
    reaction = as_object(item.get("reaction"))
    target = as_text(reaction.get("message_id"))
    if target is None:
        return None
    emoji = as_text(reaction.get("emoji"))
    return {"kind": "reaction", "target_external_id": target, "emoji": emoji}


def _edit(item: dict[str, Any]) -> Fields | None:
    edit = as_object(item.get("edit"))
    target = as_text(edit.get("original_message_id"))
    if target is None:
        return None
    message = as_object(edit.get("message"))
    content = read_content(message_type(message), message)
    raw = item if isinstance(content, UnsupportedContent) else None
    return {"kind": "edit", "target_external_id": target, "content": content, "raw": raw}


def _revoke(item: dict[str, Any]) -> Fields | None:
    target = as_text(as_object(item.get("revoke")).get("original_message_id"))
    return None if target is None else {"kind": "delete", "target_external_id": target}


def _call_permission(item: dict[str, Any]) -> Fields | None:
    """The contact lets us call, or not: a preference, nothing that was said."""
    answer = as_object(as_object(item.get("interactive")).get("call_permission_reply"))
    value = as_text(answer.get("response"))
    if value is None:
        return None
    return {"kind": "preference", "details": {**answer, "category": "calls", "value": value}}


_SPECIAL: dict[str, Callable[[dict[str, Any]], Fields | None]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
}


def _referral(item: dict[str, Any]) -> Referral | None:
    """The ad or post that led here, or the catalogue product that is asked about."""
    ad = as_object(item.get("referral"))
    if ad:
        return Referral(
            source=as_text(ad.get("source_type")) or "ad",
            id=as_text(ad.get("source_id")),
            ref=as_text(ad.get("ctwa_clid")),
            url=as_text(ad.get("source_url")),
            title=as_text(ad.get("headline")),
            text=as_text(ad.get("body")),
        )
    product = as_object(as_object(item.get("context")).get("referred_product"))
    key = as_text(product.get("product_retailer_id"))
    if key is None:
        return None
    return Referral(source="product", id=key, ref=as_text(product.get("catalog_id")))


def _system(item: dict[str, Any], change: Change) -> InboundEvent:
    """A contact's number, user id or device key changed.

    `from` is the old number. A new user id comes without the old one; the field `user_id_update` has both.
    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system
    """
    system = as_object(item.get("system"))
    number = as_text(system.get("wa_id")) or as_text(system.get("new_wa_id"))
    new = number or as_text(system.get("user_id"))
    identity = as_object(item.get("identity") or system.get("identity"))
    if new is None and not identity and system.get("type") != "customer_identity_changed":
        return ignored(change, item, f"system message {as_text(system.get('type')) or ''}".strip())
    old = as_text(item.get("from")) or as_text(system.get("customer"))
    details = {
        "type": as_text(system.get("type")),
        "old": old if number else None,
        "new": new,
        "parent_user_id": as_text(system.get("parent_user_id")),
        "identity": identity or None,
    }
    return InboundEvent(
        kind="identity",
        external_id=as_text(item.get("id")) or digest(item),
        sender=person(old, as_text(item.get("from_user_id")), change),
        sent_at=parse_timestamp(item.get("timestamp")),
        account=change.account,
        details={key: value for key, value in details.items() if value is not None},
    )
