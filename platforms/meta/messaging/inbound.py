"""A webhook of Messenger or Instagram becomes events: every item of every entry, each by itself."""

from collections.abc import Callable
from typing import Any

from domain.content import MediaContent
from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.meta.messaging.comments import read_comment, read_feed, read_mention
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.items import LISTS, Item, items
from platforms.meta.messaging.messages import (
    read_customer_information,
    read_feedback,
    read_message,
    read_postback,
)
from platforms.meta.messaging.notices import (
    control,
    read_account_linking,
    read_app_roles,
    read_delivery,
    read_edit,
    read_opening,
    read_optin,
    read_policy,
    read_reaction,
    read_read,
)
from platforms.meta.reading import as_text, read_object

Reader = Callable[[Item], list[InboundEvent]]

KINDS: dict[str, Reader] = {
    "message": read_message,
    "postback": read_postback,
    "reaction": read_reaction,
    "message_edit": read_edit,
    "read": read_read,
    "delivery": read_delivery,
    "referral": read_opening,
    "optin": read_optin,
    **{
        step: control(step)
        for step in ("pass_thread_control", "take_thread_control", "request_thread_control")
    },
    "app_roles": read_app_roles,
    "account_linking": read_account_linking,
    "policy-enforcement": read_policy,
    "policy_enforcement": read_policy,
    "messaging_feedback": read_feedback,
    "messaging_customer_information": read_customer_information,
}
"""An item is what the first of these keys says that it has."""


def _read_account_change(item: Item) -> list[InboundEvent]:
    details = {**item.value, "field": item.channel}
    return [item.event(kind="channel", external_id=item.key(item.channel), details=details)]


CHANGES: dict[str, Reader] = {
    "comments": read_comment,
    "live_comments": read_comment,
    "mentions": read_mention,
    "feed": read_feed,
    "mention": read_feed,
    "message_template_status_update": _read_account_change,
}
"""By the field of a change. Every other field is noted only, unless its value is an item of a conversation."""


def accounts(request: WebhookRequest) -> list[str]:
    """The pages or professional accounts a body is for, each once."""
    try:
        body = read_object(request.body)
    except PayloadUnreadable:
        return []
    found = [item.account for item in items(body)]
    return list(dict.fromkeys(account for account in found if account))


def parse(request: WebhookRequest, dialect: Dialect) -> list[InboundEvent]:
    """Every item of the body, in order. Raises `PayloadUnreadable` when the body is no JSON object."""
    body = read_object(request.body)
    declared = as_text(body.get("object"))
    if declared not in {None, dialect.webhook_object}:
        reason = f"not a body of {dialect.name}: {declared}"
        return [Item("", {}, {}, body).ignored(reason)]
    found = list(items(body)) or [Item("", {}, {}, body)]
    return [_spoken(event, dialect) for item in found for event in _events(item)]


def _events(item: Item) -> list[InboundEvent]:
    if item.channel and not item.value:
        return [item.ignored("not an object")]
    try:
        events = _reader(item)(item)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one item, its siblings survive
        return [item.ignored(f"unreadable: {type(error).__name__}")]
    return [_aside(event, item) for event in events] if item.channel == "standby" else events


def _reader(item: Item) -> Reader:
    own = None if item.channel in LISTS else CHANGES.get(item.channel)
    kind = next((key for key in KINDS if item.value.get(key)), None)
    spoken = KINDS[kind] if kind and ({"sender", "recipient"} & item.value.keys()) else None
    return own or spoken or _noted


def _noted(item: Item) -> list[InboundEvent]:
    if not item.channel:
        return [item.ignored("nothing in it")]
    if item.channel in LISTS:
        return [item.ignored("an item of no known kind")]
    return [item.ignored(f"unknown field {item.channel}")]


def _aside(event: InboundEvent, item: Item) -> InboundEvent:
    """Another app has this conversation: what is said there is known to us, and not ours to answer.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/handover-protocol
    """
    reason = "standby: another app has the conversation"
    return event.model_copy(update={"kind": "ignored", "reason": reason, "raw": item.raw})


def _spoken(event: InboundEvent, dialect: Dialect) -> InboundEvent:
    """On Instagram, all that comes as audio was recorded there."""
    content: Any = event.content
    if not dialect.audio_is_voice or not isinstance(content, MediaContent):
        return event
    if content.type != "audio" or content.voice:
        return event
    return event.model_copy(update={"content": content.model_copy(update={"voice": True})})
