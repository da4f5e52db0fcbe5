"""A WhatsApp webhook becomes events: every change of every entry, each item by itself.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.meta.graph import Change, changes, check_signature, ignored
from platforms.meta.reading import as_list, as_text, read_object
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.messages import read_echo, read_message
from platforms.meta.whatsapp.notices import (
    read_call,
    read_channel,
    read_group,
    read_preference,
    read_status,
    read_user_id_update,
)
from platforms.reading import as_object

OBJECT = "whatsapp_business_account"

Reader = Callable[[dict[str, Any], Change], InboundEvent]


def _noted(reason: str) -> Reader:
    return lambda item, change: ignored(change, item, reason)


ITEMS: dict[str, dict[str, Reader]] = {
    "messages": {
        "messages": read_message,
        "message_echoes": read_echo,
        "statuses": read_status,
        "calls": read_call,
    },
    "smb_message_echoes": {"message_echoes": read_echo},
    "user_preferences": {"user_preferences": read_preference},
    "user_id_update": {"user_id_update": read_user_id_update},
    "calls": {"calls": read_call, "statuses": read_call},
    "smb_app_state_sync": {"state_sync": _noted("address book of the phone app")},
    "group_lifecycle_update": {"groups": read_group},
    "group_participants_update": {"groups": read_group},
    "group_settings_update": {"groups": read_group},
    "group_status_update": {"groups": read_group},
}
"""Field -> key of a list in its value -> reader of one item."""

WHOLE: dict[str, Reader] = {
    # Old messages, sent once when a number of the phone app is connected: never a reason to answer.
    "history": _noted("history"),
    **dict.fromkeys(
        (
            "account_alerts",
            "account_review_update",
            "account_settings_update",
            "account_update",
            "business_capability_update",
            "business_status_update",
            "business_username_update",
            "business_username_updates",
            "flows",
            "message_template_components_update",
            "message_template_quality_update",
            "message_template_status_update",
            "partner_solutions",
            "payment_configuration_update",
            "phone_number_name_update",
            "phone_number_quality_update",
            "security",
            "template_category_update",
            "template_correct_category_detection",
        ),
        read_channel,
    ),
}
"""Field -> reader of its whole value."""


def verify(request: WebhookRequest, account: WhatsAppAccount) -> None:
    """Raise `SignatureInvalid` unless the app's present or previous secret signed the body."""
    check_signature(request, (account.app_secret, account.previous_app_secret))


def accounts(request: WebhookRequest) -> list[str]:
    """The numbers a body is for, each once; the business account for changes that name no number."""
    try:
        body = read_object(request.body)
    except PayloadUnreadable:
        return []
    found = [change.account for change in changes(body)]
    return list(dict.fromkeys(account for account in found if account))


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every item of the body, in order. Raises `PayloadUnreadable` when the body is no JSON object."""
    body = read_object(request.body)
    declared = as_text(body.get("object"))
    found = list(changes(body))
    if declared not in {None, OBJECT} or not found:
        bare = Change(None, None, None, None, body)
        return [ignored(bare, body, f"not a WhatsApp body: {declared or 'no object'}")]
    return [event for change in found for event in _events(change)]


def _events(change: Change) -> list[InboundEvent]:
    field = change.field or ""
    value = as_object(change.value)
    if field in WHOLE:
        return [_isolated(WHOLE[field], change.value, change)]
    events = list(_items(ITEMS.get(field, {}), value, change))
    # Errors beside a message or status speak of that one; alone they are about the number.
    if field == "messages" and not events:
        errors = as_list(value.get("errors"))
        events = [_isolated(read_channel, error, change) for error in errors]
    return events or [ignored(change, change.raw, _unknown(field))]


def _unknown(field: str) -> str:
    if not field:
        return "no field"
    return f"nothing known in field {field}" if field in ITEMS else f"unknown field {field}"


def _items(
    readers: Mapping[str, Reader], value: dict[str, Any], change: Change
) -> Iterator[InboundEvent]:
    for key, items in value.items():
        reader = readers.get(key)
        if reader is not None:
            yield from (_isolated(reader, item, change) for item in as_list(items))


def _isolated(reader: Reader, item: Any, change: Change) -> InboundEvent:
    if not isinstance(item, dict):
        return ignored(change, item, "not an object")
    try:
        return reader(item, change)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one item, its siblings survive
        return ignored(change, item, f"unreadable: {type(error).__name__}")
