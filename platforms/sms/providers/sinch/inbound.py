"""What Sinch posts: messages of contacts, and reports on ours.

https://developers.sinch.com/docs/sms/api-reference/sms/webhooks
"""

from collections.abc import Callable
from typing import Any

from domain.content import MediaContent, UnsupportedContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.base import WebhookRequest
from platforms.reading import Json, as_object, as_text, digest
from platforms.sms.attachments import file
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import Meaning, rejected
from platforms.sms.provider import has
from platforms.sms.providers.sinch import wavy
from platforms.sms.providers.sinch.errors import DELIVERY
from platforms.sms.reading import as_list, as_moment

STATUSES: dict[str, ReceiptStatus] = {
    "queued": ReceiptStatus.QUEUED,
    "dispatched": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "failed": ReceiptStatus.FAILED,
    "rejected": ReceiptStatus.FAILED,
    "expired": ReceiptStatus.FAILED,
    "aborted": ReceiptStatus.FAILED,
    "cancelled": ReceiptStatus.FAILED,
    "deleted": ReceiptStatus.FAILED,
    "unknown": ReceiptStatus.UNCONFIRMED,
}
"""https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports"""

_EXPIRED = Meaning("The message could not be delivered in time.", later=True)


def recognises(item: Json) -> bool:
    return (
        as_text(item.get("type")) in _READERS or wavy.recognises(item) or _is_about_a_number(item)
    )


def read(item: Json, request: WebhookRequest) -> list[InboundEvent]:
    reader = _READERS.get(as_text(item.get("type")) or "")
    if reader is not None:
        return reader(item)
    if wavy.recognises(item):
        return wavy.read(item)
    if _is_about_a_number(item):
        return [_number(item)]
    return [ignored(item, f"unknown event {as_text(item.get('type')) or 'of no type'}")]


def _about(item: Json) -> Said:
    return Said(
        external_id=as_text(item.get("id")),
        sender=as_text(item.get("from")),
        account=as_text(item.get("to")),
        sent_at=as_moment(item.get("sent_at")) or as_moment(item.get("received_at")),
    )


def _text(item: Json) -> list[InboundEvent]:
    return said(_about(item), item, as_text(item.get("body")))


def _binary(item: Json) -> list[InboundEvent]:
    content = UnsupportedContent(platform_type="mo_binary")
    return said(_about(item), item, None, others=[content])


def _media(item: Json) -> list[InboundEvent]:
    """A file that could not be stored has a status and no link."""
    body = as_object(item.get("body"))
    texts = (as_text(body.get("subject")), as_text(body.get("message")))
    files = [_file(as_object(one)) for one in as_list(body.get("media"))]
    found = [one for one in files if one.media.url]
    missing = [UnsupportedContent(platform_type="mo_media")] if len(found) < len(files) else []
    return said(_about(item), item, "\n".join(text for text in texts if text), found, missing)


def _file(fields: Json) -> MediaContent:
    return file(as_text(fields.get("url")), as_text(fields.get("content_type")))


def _recipient_report(item: Json) -> list[InboundEvent]:
    return _report(item, item, as_text(item.get("recipient")))


def _batch_report(item: Json) -> list[InboundEvent]:
    """A status for each group of recipients; where they are only counted, one for the group."""
    found: list[InboundEvent] = []
    for status in map(as_object, as_list(item.get("statuses"))):
        recipients = status.get("recipients")
        named = [as_text(one) for one in recipients] if isinstance(recipients, list) else []
        for recipient in named or [None]:
            found += _report(item, status, recipient)
    return found or [ignored(item, "a report without statuses", digest(item))]


def _report(item: Json, status: Json, recipient: str | None) -> list[InboundEvent]:
    batch, word = as_text(item.get("batch_id")), (as_text(status.get("status")) or "none").lower()
    key = ":".join(part for part in (recipient, word) if part)
    if word not in STATUSES:
        return [ignored(item, f"unknown status {word}", f"{batch}:{key}" if batch else None)]
    code = as_text(status.get("code"))
    return told(
        Told(
            external_id=batch,
            word=key,
            status=STATUSES[word],
            recipient=recipient,
            account=as_text(item.get("applied_originator")),
            sent_at=as_moment(status.get("operator_status_at")) or as_moment(status.get("at")),
            reference=as_text(item.get("client_reference")),
            code=code or word,
            meaning=_meaning(word, code),
        ),
        item,
    )


def _meaning(word: str, code: str | None) -> Meaning:
    if (listed := DELIVERY.get(code or "")) is not None:
        return listed
    return _EXPIRED if word == "expired" else rejected(f"The message is {word}.")


def _is_about_a_number(item: Json) -> bool:
    return has(item, ("eventId", "resourceType", "eventType"))


def _number(item: Json) -> InboundEvent:
    """News of a rented number.

    https://developers.sinch.com/docs/numbers/api-reference/numbers/numbers-callbacks
    """
    keys = ("eventType", "status", "failureCode", "resourceType", "resourceId")
    told_there = {key: as_text(item.get(key)) for key in keys}
    return InboundEvent(
        kind="channel",
        external_id=as_text(item.get("eventId")) or digest(item),
        sent_at=as_moment(item.get("timestamp")),
        account=told_there["resourceId"],
        details={key: value for key, value in told_there.items() if value is not None},
    )


_READERS: dict[Any, Callable[[Json], list[InboundEvent]]] = {
    "mo_text": _text,
    "mo_binary": _binary,
    "mo_media": _media,
    "delivery_report_sms": _batch_report,
    "delivery_report_mms": _batch_report,
    "recipient_delivery_report_sms": _recipient_report,
    "recipient_delivery_report_mms": _recipient_report,
}
