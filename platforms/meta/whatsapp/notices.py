"""Everything a webhook brings besides messages: statuses, preferences, ids, groups, the account itself.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
"""

from typing import Any

from domain.events import InboundEvent
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from platforms.meta.errors import read_error
from platforms.meta.graph import Change, ignored
from platforms.meta.reading import as_list, as_text, digest, parse_timestamp
from platforms.meta.whatsapp.errors import receipt_error
from platforms.meta.whatsapp.people import person
from platforms.reading import as_object

STATUSES: dict[str, ReceiptStatus] = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    # A voice note that was listened to.
    "played": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
}
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status"""


def read_status(item: dict[str, Any], change: Change) -> InboundEvent:
    """How far a message of ours got. In groups there is one status for each participant."""
    message_id = as_text(item.get("id"))
    spelled = as_text(item.get("status")) or ""
    status = STATUSES.get(spelled.lower())
    participant = as_text(item.get("recipient_participant_id")) or as_text(
        item.get("recipient_participant_user_id")
    )
    key = ":".join(part for part in (message_id, spelled.lower(), participant) if part)
    if message_id is None:
        return ignored(change, item, "a status without its message id")
    if status is None or item.get("type") == "call":
        return ignored(change, item, f"status {spelled}".strip(), key)
    in_group = item.get("recipient_type") == "group"
    return InboundEvent(
        kind="receipt",
        external_id=key,
        sent_at=parse_timestamp(item.get("timestamp")),
        thread=as_text(item.get("recipient_id")) if in_group else None,
        account=change.account,
        receipt=Receipt(
            status=status,
            message_external_id=message_id,
            reference=as_text(item.get("biz_opaque_callback_data")),
            error=_failure(item) if status is ReceiptStatus.FAILED else None,
        ),
    )


def _failure(item: dict[str, Any]) -> ReceiptError | None:
    errors = (read_error(raw) for raw in as_list(item.get("errors")))
    first = next((error for error in errors if error), None)
    return receipt_error(first) if first else None


def read_call(item: dict[str, Any], change: Change) -> InboundEvent:
    """Calls are not ours to take; each step of one is noted once."""
    call = as_text(item.get("id")) or as_text(item.get("wacid"))
    step = as_text(item.get("event")) or as_text(item.get("status"))
    return ignored(change, item, "calls", f"{call}:{step}" if call and step else None)


def read_preference(item: dict[str, Any], change: Change) -> InboundEvent:
    """The contact no longer wants marketing messages, or wants them again.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences
    """
    contact = person(as_text(item.get("wa_id")), as_text(item.get("user_id")), change)
    if contact is None:
        return ignored(change, item, "it names no contact")
    details = {key: as_text(item.get(key)) for key in ("category", "value", "detail")}
    return InboundEvent(
        kind="preference",
        external_id=f"user_preferences:{digest(item)}",
        sender=contact,
        sent_at=parse_timestamp(item.get("timestamp")),
        account=change.account,
        details={key: value for key, value in details.items() if value is not None},
    )


def read_user_id_update(item: dict[str, Any], change: Change) -> InboundEvent:
    """A contact's user id was replaced: the one payload that has both the old and the new one."""
    ids, parents = as_object(item.get("user_id")), as_object(item.get("parent_user_id"))
    old, new = as_text(ids.get("previous")), as_text(ids.get("current"))
    contact = person(as_text(item.get("wa_id")) or old, new, change)
    if contact is None or new is None:
        return ignored(change, item, "it names no new id")
    details = {
        "type": "user_id_update",
        "old": old,
        "new": new,
        "old_parent": as_text(parents.get("previous")),
        "new_parent": as_text(parents.get("current")),
    }
    return InboundEvent(
        kind="identity",
        external_id=f"user_id_update:{new}:{as_text(item.get('timestamp')) or digest(item)}",
        sender=contact,
        sent_at=parse_timestamp(item.get("timestamp")),
        account=change.account,
        details={key: value for key, value in details.items() if value is not None},
    )


def read_group(item: dict[str, Any], change: Change) -> InboundEvent:
    """A group was made, renamed or left."""
    return InboundEvent(
        kind="lifecycle",
        external_id=f"{change.field}:{digest(item)}",
        sent_at=parse_timestamp(item.get("timestamp")),
        thread=as_text(item.get("group_id")),
        account=change.account,
        details={**item, "field": change.field},
    )


def read_channel(item: dict[str, Any], change: Change) -> InboundEvent:
    """Something about the account: a template, a limit, a ban, an error that belongs to no message."""
    return InboundEvent(
        kind="channel",
        external_id=f"{change.field}:{digest(change.entry_id, item, change.time)}",
        sent_at=parse_timestamp(item.get("timestamp")) or parse_timestamp(change.time),
        account=change.account,
        details={**item, "field": change.field},
    )
