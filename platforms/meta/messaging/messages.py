"""What a contact wrote or pressed, and what our own account wrote.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messages
https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/message-echoes
https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messaging-postbacks
"""

from typing import Any

from domain.content import (
    ChoiceContent,
    FormContent,
    MediaContent,
    MessageContent,
    TextContent,
    UnsupportedContent,
)
from domain.events import InboundEvent, Referral
from domain.receipts import Receipt, ReceiptStatus
from platforms.meta.messaging.attachments import read_attachments
from platforms.meta.messaging.items import Item
from platforms.meta.messaging.parts import PART, Part
from platforms.meta.messaging.referrals import ad_context, read_referral
from platforms.meta.reading import as_list, as_text
from platforms.reading import as_object

Fields = dict[str, Any]


def read_message(item: Item) -> list[InboundEvent]:
    """One event for each thing a message holds; the first has the message's own id."""
    message = as_object(item.value.get("message"))
    mid = as_text(message.get("mid"))
    if message.get("is_self") is True:
        return [item.ignored("the account wrote to itself", mid)]
    if item.contact is None:
        return [item.ignored("it names no contact", mid)]
    if message.get("is_deleted") is True:
        return _deleted(item, mid)
    key = mid or item.key("message")
    parts = _parts(message)
    first, *others = (_event(item, message, part, key) for part in parts)
    group = {"media_group": key}
    return [_with(first, group) if others else first] + [
        _with(
            other, group, external_id=f"{key}{PART}{number}", referral=part.referral, receipt=None
        )
        for number, (other, part) in enumerate(zip(others, parts[1:], strict=True), 2)
    ]


def _with(event: InboundEvent, details: Fields, **fields: Any) -> InboundEvent:
    return event.model_copy(update={"details": {**(event.details or {}), **details}, **fields})


def _event(item: Item, message: Fields, part: Part, key: str) -> InboundEvent:
    partly = part.partly or isinstance(part.content, UnsupportedContent)
    return item.event(
        kind="message",
        external_id=key,
        reply_to=as_text(as_object(message.get("reply_to")).get("mid")),
        referral=part.referral or _story(message) or read_referral(message.get("referral")),
        content=part.content,
        receipt=_proof(item, message, key),
        details=_details(item, message, part) or None,
        raw=item.raw if partly else None,
    )


def _story(message: Fields) -> Referral | None:
    """The story of ours that this answers, or reacts to with an emoji."""
    story = as_object(as_object(message.get("reply_to")).get("story"))
    number, url = as_text(story.get("id")), as_text(story.get("url"))
    return Referral(source="story", id=number, url=url) if number or url else None


def _proof(item: Item, message: Fields, key: str) -> Receipt | None:
    """An echo brings back what we sent along as `metadata`: our own message id, which settles a doubtful send."""
    reference = as_text(message.get("metadata"))
    if not item.echo or reference is None:
        return None
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=reference)


def _details(item: Item, message: Fields, part: Part) -> Fields:
    """Which app wrote an echo, what an ad showed, and which conversation of a plugin this continues."""
    found = {
        "app_id": as_text(message.get("app_id")) if item.echo else None,
        "ad": ad_context(message.get("referral")) or None,
        "prior_message": as_object(item.value.get("prior_message")) or None,
        **(part.details or {}),
    }
    return {name: value for name, value in found.items() if value is not None}


def _deleted(item: Item, mid: str | None) -> list[InboundEvent]:
    """Unsent: the id is that of the original, so the event needs another."""
    if mid is None:
        return [item.ignored("a deletion without its message id")]
    return [item.event(kind="delete", external_id=f"{mid}:deleted", target_external_id=mid)]


def _parts(message: Fields) -> list[Part]:
    """Everything the message holds, at least one part."""
    text = as_text(message.get("text"))
    choice = _choice(as_object(message.get("quick_reply")), text)
    if choice:
        return [choice]
    parts = read_attachments(message)
    if message.get("is_unsupported") is True and not parts:
        parts = [Part(UnsupportedContent(platform_type="unsupported"))]
    if text is not None:
        return _captioned(text, parts)
    return parts or [Part(UnsupportedContent(platform_type="empty"))]


def _choice(quick_reply: Fields, text: str | None) -> Part | None:
    payload = as_text(quick_reply.get("payload"))
    return Part(ChoiceContent(id=payload, title=text or payload)) if payload else None


def _captioned(text: str, parts: list[Part]) -> list[Part]:
    """The text goes with the first file; beside anything else it comes first, on its own.

    A shared link is the text itself once more, with a title.
    """
    alone = Part(TextContent(text=text))
    if not parts:
        return [alone]
    first, *others = parts
    content = first.content
    if isinstance(content, MediaContent) and content.caption is None:
        return [first._replace(content=content.model_copy(update={"caption": text})), *others]
    link = as_object((first.details or {}).get("link"))
    if link and str(link.get("url")) in text:
        return [alone._replace(details=first.details), *others]
    return [alone, *parts]


def read_postback(item: Item) -> list[InboundEvent]:
    """A button, a menu item, an ice breaker or "Get started"."""
    postback = as_object(item.value.get("postback"))
    title, payload = as_text(postback.get("title")), as_text(postback.get("payload"))
    key = as_text(postback.get("mid")) or item.key("postback")
    if item.contact is None:
        return [item.ignored("it names no contact", key)]
    if title is None and payload is None:
        return [item.ignored("a postback that says nothing", key)]
    referral = postback.get("referral")
    ad = ad_context(referral)
    return [
        item.event(
            kind="message",
            external_id=key,
            content=ChoiceContent(id=payload or title or "", title=title or payload or ""),
            referral=read_referral(referral),
            details={"ad": ad} if ad else None,
        )
    ]


def read_feedback(item: Item) -> list[InboundEvent]:
    """Answers to a feedback template.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates/customer-feedback-template
    """
    screens = as_list(as_object(item.value.get("messaging_feedback")).get("feedback_screens"))
    questions = [as_object(as_object(screen).get("questions")) for screen in screens]
    return _form(item, {name: each[name] for each in questions for name in each})


def read_customer_information(item: Item) -> list[InboundEvent]:
    """Answers to a form about the customer: an address, an e-mail.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messaging_customer_information
    """
    value = as_object(item.value.get("messaging_customer_information"))
    answers = [
        as_object(answer)
        for screen in as_list(value.get("screens"))
        for answer in as_list(as_object(screen).get("responses"))
    ]
    named = ((as_text(answer.get("key")), answer.get("value")) for answer in answers)
    return _form(item, {name: answer for name, answer in named if name})


def _form(item: Item, fields: Fields) -> list[InboundEvent]:
    if item.contact is None:
        return [item.ignored("it names no contact")]
    content: MessageContent = FormContent(fields=fields)
    return [item.event(kind="message", external_id=item.key("form"), content=content)]
