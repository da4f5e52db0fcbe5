"""What Twilio posts: messages of contacts, and how ours fare.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from collections.abc import Iterator

from domain.content import MediaContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.base import WebhookRequest
from platforms.reading import Json, as_text
from platforms.sms.attachments import choice, file
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import rejected
from platforms.sms.optout import Wish
from platforms.sms.provider import has
from platforms.sms.providers.twilio.base64text import unwrapped
from platforms.sms.providers.twilio.errors import MEANINGS
from platforms.sms.reading import as_integer

REFERENCE = "ref"
"""The parameter of our callback's address that holds our message id: Twilio takes no reference of its own."""
MAX_FILES = 10

STATUSES: dict[str, ReceiptStatus] = {
    "accepted": ReceiptStatus.QUEUED,
    "scheduled": ReceiptStatus.QUEUED,
    "queued": ReceiptStatus.QUEUED,
    "sending": ReceiptStatus.QUEUED,
    "sent": ReceiptStatus.SENT,
    # To some of a group: not the last word.
    "partially_delivered": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "undelivered": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
"""https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""

_INBOUND = frozenset({"received", "receiving"})
_WISHES = {"STOP": Wish.OPT_OUT, "START": Wish.OPT_IN, "HELP": Wish.HELP}
"""https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: Twilio has blocked and answered already."""


def recognises(item: Json) -> bool:
    return has(item, ("MessageSid",), ("SmsSid",), ("SmsMessageSid",))


def read(item: Json, request: WebhookRequest) -> list[InboundEvent]:
    sid = as_text(item.get("MessageSid") or item.get("SmsSid") or item.get("SmsMessageSid"))
    status = as_text(item.get("MessageStatus") or item.get("SmsStatus"))
    if sid is None:
        return [ignored(item, "not about a message")]
    if status is None or status.lower() in _INBOUND:
        return _message(item, sid)
    return _status(item, sid, status.lower(), request)


def _message(item: Json, sid: str) -> list[InboundEvent]:
    sender, text = as_text(item.get("From")), as_text(item.get("Body"))
    # `whatsapp:+55…`, `messenger:…`: what is answered by SMS would reach somebody else, or nobody.
    if sender and ":" in sender:
        return [ignored(item, f"not an SMS: {sender.partition(':')[0]}", sid)]
    verdict = as_text(item.get("OptOutType"))
    about = Said(
        external_id=sid,
        sender=sender,
        account=as_text(item.get("To")),
        name=as_text(item.get("ProfileName")),
        details={"opt_out_answered": True} if verdict else None,
        wish=_WISHES.get((verdict or "").upper()),
    )
    if payload := as_text(item.get("ButtonPayload")):
        return said(about, item, None, others=[choice(payload, item.get("ButtonText") or text)])
    return said(about, item, unwrapped(text) if text else None, _files(item))


def _files(item: Json) -> Iterator[MediaContent]:
    """As many as are counted; where nobody counted, as many as there are."""
    for number in range(MAX_FILES):
        if url := as_text(item.get(f"MediaUrl{number}")):
            yield file(url, as_text(item.get(f"MediaContentType{number}")))


def _status(item: Json, sid: str, word: str, request: WebhookRequest) -> list[InboundEvent]:
    status = STATUSES.get(word)
    if status is None:
        return [ignored(item, f"unknown status {word}", f"{sid}:{word}")]
    code = as_integer(item.get("ErrorCode")) or None
    fallback = rejected(as_text(item.get("ErrorMessage")) or f"The message is {word}.")
    return told(
        Told(
            external_id=sid,
            word=word,
            status=status,
            recipient=as_text(item.get("To")),
            account=as_text(item.get("From")),
            reference=request.query.get(REFERENCE),
            code=str(code) if code else None,
            meaning=MEANINGS.get(str(code), fallback),
        ),
        item,
    )
