"""Everything about messages and people besides messages: receipts, reactions, edits, consent, control.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
https://developers.facebook.com/documentation/business-messaging/messenger-platform/handover-protocol
"""

from collections.abc import Callable
from typing import Any

from domain.content import TextContent, UnsupportedContent
from domain.events import InboundEvent, Referral, Watermark
from domain.receipts import Receipt, ReceiptStatus
from platforms.meta.messaging.items import Item, visitor
from platforms.meta.messaging.referrals import ad_context, read_referral
from platforms.meta.reading import as_text, parse_timestamp
from platforms.reading import as_object

EMOJIS = {
    "smile": "😆",
    "laugh": "😆",
    "angry": "😠",
    "sad": "😢",
    "wow": "😮",
    "love": "❤️",
    "like": "👍",
    "dislike": "👎",
}
"""For reactions that come with a name alone."""


def read_reaction(item: Item) -> list[InboundEvent]:
    """Taken back when the action says so, whatever else is there."""
    reaction = as_object(item.value.get("reaction"))
    mid, action = as_text(reaction.get("mid")), as_text(reaction.get("action")) or "react"
    if mid is None or item.contact is None:
        return [item.ignored("a reaction to nothing, or by nobody")]
    name = as_text(reaction.get("reaction")) or ""
    emoji = as_text(reaction.get("emoji")) or EMOJIS.get(name, name) or None
    if action == "react" and emoji is None:
        return [item.ignored("a reaction without an emoji")]
    moment = as_text(item.value.get("timestamp")) or ""
    return [
        item.event(
            kind="reaction",
            external_id=f"{mid}:{action}:{item.contact.address}:{moment}",
            target_external_id=mid,
            emoji=emoji if action == "react" else None,
        )
    ]


def read_edit(item: Item) -> list[InboundEvent]:
    """Of the words alone: what was sent with them stays."""
    edit = as_object(item.value.get("message_edit"))
    mid, text = as_text(edit.get("mid")), as_text(edit.get("text"))
    if mid is None or item.contact is None:
        return [item.ignored("an edit of nothing, or by nobody")]
    content = TextContent(text=text) if text else UnsupportedContent(platform_type="message_edit")
    number = as_text(edit.get("num_edit")) or as_text(item.value.get("timestamp")) or ""
    return [
        item.event(
            kind="edit",
            external_id=f"{mid}:edit:{number}",
            target_external_id=mid,
            content=content,
            details={"type": "words"},
            raw=None if text else item.raw,
        )
    ]


def read_read(item: Item) -> list[InboundEvent]:
    """Up to a moment on Messenger, up to a message on Instagram; what is earlier is read too."""
    fields = as_object(item.value.get("read"))
    mid, moment = as_text(fields.get("mid")), parse_timestamp(fields.get("watermark"))
    if item.contact is None or (mid is None and moment is None):
        return [item.ignored("read up to nowhere, or by nobody")]
    mark = mid or as_text(fields.get("watermark"))
    return [
        item.event(
            kind="read",
            external_id=f"read:{item.contact.address}:{mark}",
            target_external_id=mid,
            up_to=Watermark(at=moment) if moment and not mid else None,
        )
    ]


def read_delivery(item: Item) -> list[InboundEvent]:
    """A receipt for each message that is named; without names, one up to a moment."""
    fields = as_object(item.value.get("delivery"))
    named = fields.get("mids")
    mids = [mid for mid in map(as_text, named if isinstance(named, list) else [named]) if mid]
    if mids:
        return [_delivered(item, mid, message_external_id=mid) for mid in dict.fromkeys(mids)]
    moment = parse_timestamp(fields.get("watermark"))
    if moment is None or item.contact is None:
        return [item.ignored("delivered up to nowhere, or to nobody")]
    key = f"{item.contact.address}:{as_text(fields.get('watermark'))}"
    event = _delivered(item, key, message_external_id=None)
    return [event.model_copy(update={"up_to": Watermark(at=moment)})]


def _delivered(item: Item, key: str, *, message_external_id: str | None) -> InboundEvent:
    receipt = Receipt(status=ReceiptStatus.DELIVERED, message_external_id=message_external_id)
    return item.event(kind="receipt", external_id=f"{key}:delivered", receipt=receipt)


def read_opening(item: Item) -> list[InboundEvent]:
    """The contact came back through a link or an ad, and has not said anything yet."""
    raw = item.value.get("referral")
    referral = read_referral(raw)
    if referral is None:
        return [item.ignored("a referral that says nothing")]
    context = ad_context(raw)
    details = {"type": "referral", "opened": as_text(as_object(raw).get("type"))}
    return [
        item.event(
            kind="lifecycle",
            external_id=item.key("referral"),
            referral=referral,
            details={**_said(details), **({"ad": context} if context else {})},
        )
    ]


_SUBSCRIPTIONS = {
    "notification_messages": "marketing",
    "one_time_notif_req": "one_time_notification",
}


def read_optin(item: Item) -> list[InboundEvent]:
    """The contact allows us to write: through a plugin, or to marketing messages, which can be stopped again."""
    optin = as_object(item.value.get("optin"))
    guest = as_text(optin.get("user_ref"))
    contact = item.contact or (visitor(guest) if guest else None)
    kind, ref = as_text(optin.get("type")) or "", as_text(optin.get("ref"))
    status = as_text(optin.get("notification_messages_status")) or ""
    value = "opt_out" if status.upper().startswith("STOP") else "opt_in"
    details = {**optin, "category": _SUBSCRIPTIONS.get(kind), "value": value}
    return [
        item.event(
            kind="preference",
            external_id=item.key("optin"),
            sender=contact,
            referral=Referral(source="plugin", ref=ref) if ref else None,
            details=_said(details),
        )
    ]


def read_account_linking(item: Item) -> list[InboundEvent]:
    """The contact signed in to an account of ours, or out of it."""
    linking = as_object(item.value.get("account_linking"))
    details = _said({**linking, "type": "account_linking"})
    return [item.event(kind="identity", external_id=item.key("linking"), details=details)]


def read_policy(item: Item) -> list[InboundEvent]:
    """The page broke a rule of the platform: warned, blocked, or free again. The key has two spellings."""
    value = item.value.get("policy-enforcement") or item.value.get("policy_enforcement")
    details = {**as_object(value), "field": "policy_enforcement"}
    return [item.event(kind="channel", external_id=item.key("policy"), details=details)]


def read_app_roles(item: Item) -> list[InboundEvent]:
    """Which app is the page's first receiver, and which come after it."""
    details = {"field": "app_roles", "roles": as_object(item.value.get("app_roles"))}
    return [item.event(kind="channel", external_id=item.key("roles"), details=details)]


def control(key: str) -> Callable[[Item], list[InboundEvent]]:
    """The reader of one step of the handover protocol: which app has the conversation now, or wants it."""

    def read(item: Item) -> list[InboundEvent]:
        details = {**as_object(item.value.get(key)), "type": key}
        return [item.event(kind="lifecycle", external_id=item.key("control"), details=details)]

    return read


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
