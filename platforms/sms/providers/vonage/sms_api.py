"""The older SMS API: parameters of a query, form or JSON object.

https://developer.vonage.com/en/messaging/sms/guides/inbound-sms
https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts
"""

from domain.content import UnsupportedContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.reading import Json, as_text
from platforms.sms.concatenated import part_of
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import Meaning, rejected
from platforms.sms.providers.vonage.errors import DELIVERY
from platforms.sms.reading import as_moment

STATUSES: dict[str, ReceiptStatus] = {
    "submitted": ReceiptStatus.SENT,
    "accepted": ReceiptStatus.SENT,
    "buffered": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "expired": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
    "rejected": ReceiptStatus.FAILED,
    "unknown": ReceiptStatus.UNCONFIRMED,
}
_EXPIRED = Meaning("The message could not be delivered in time.", later=True)


def read(item: Json) -> list[InboundEvent]:
    """Nothing when it is not of this API."""
    external_id = as_text(item.get("messageId"))
    if external_id is None:
        return []
    return _receipt(item, external_id) if "status" in item else _message(item, external_id)


def _message(item: Json, external_id: str) -> list[InboundEvent]:
    part = part_of(item)
    about = Said(
        external_id=external_id,
        sender=as_text(item.get("msisdn")),
        account=as_text(item.get("to")),
        sent_at=as_moment(item.get("message-timestamp")),
        details={"part": part} if part else None,
    )
    kind = as_text(item.get("type")) or "text"
    if kind == "binary":
        return said(about, item, None, others=[UnsupportedContent(platform_type=kind)])
    return said(about, item, as_text(item.get("text")))


def _receipt(item: Json, external_id: str) -> list[InboundEvent]:
    """Its `msisdn` is the recipient and its `to` the sender: the other way round than in a message."""
    word = (as_text(item.get("status")) or "none").lower()
    if word not in STATUSES:
        return [ignored(item, f"unknown status {word}", f"{external_id}:{word}")]
    code = as_text(item.get("err-code")) or "0"
    return told(
        Told(
            external_id=external_id,
            word=word,
            status=STATUSES[word],
            recipient=as_text(item.get("msisdn")),
            account=as_text(item.get("to")),
            sent_at=as_moment(item.get("message-timestamp")),
            reference=as_text(item.get("client-ref")),
            code=code if code != "0" else word,
            meaning=_meaning(word, code),
        ),
        item,
    )


def _meaning(word: str, code: str) -> Meaning:
    if code in DELIVERY:
        return DELIVERY[code]
    return _EXPIRED if word == "expired" else rejected(f"The message is {word}.")
