"""What Wavy posts, which was Movile before and is Sinch now. Nothing is sent that way any more.

https://github.com/nyaruka/courier/tree/main/handlers/wavy: Wavy's own pages are gone
"""

from typing import NamedTuple

from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.reading import Json, as_text
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import Meaning, rejected
from platforms.sms.provider import has
from platforms.sms.reading import as_moment

_MESSAGE = ("id", "source", "messageText")
_DELIVERED, _SENT = "deliveredStatusCode", "sentStatusCode"


class _Outcome(NamedTuple):
    status: ReceiptStatus
    meaning: Meaning | None = None


_REFUSED = _Outcome(ReceiptStatus.FAILED, rejected("Wavy refused the message."))
_OUTCOMES: dict[tuple[str, str], _Outcome] = {
    (_SENT, "2"): _Outcome(ReceiptStatus.SENT),
    **{(_SENT, str(code)): _REFUSED for code in (101, 102, 103, 201, 202, 203, 204, 205, 207)},
    (_SENT, "301"): _Outcome(ReceiptStatus.FAILED, Meaning("Wavy had a problem.", later=True)),
    (_DELIVERED, "4"): _Outcome(ReceiptStatus.DELIVERED),
    (_DELIVERED, "104"): _Outcome(ReceiptStatus.FAILED, rejected("The phone did not get it.")),
}


def recognises(item: Json) -> bool:
    return has(_stripped(item), _MESSAGE, ("id", _DELIVERED), ("id", _SENT))


def read(item: Json) -> list[InboundEvent]:
    fields = _stripped(item)
    return _message(fields, item) if has(fields, _MESSAGE) else _status(fields, item)


def _stripped(item: Json) -> Json:
    """Some of its names end in a blank."""
    return {name.strip(): value for name, value in item.items()}


def _message(fields: Json, item: Json) -> list[InboundEvent]:
    about = Said(
        external_id=as_text(fields.get("id")),
        sender=as_text(fields.get("source")),
        account=as_text(fields.get("shortCode")),
        sent_at=as_moment(fields.get("receivedAt")) or as_moment(fields.get("receivedDate")),
    )
    return said(about, item, as_text(fields.get("messageText")))


def _status(fields: Json, item: Json) -> list[InboundEvent]:
    """A report on delivery repeats what was said of the sending."""
    step = _DELIVERED if as_text(fields.get(_DELIVERED)) else _SENT
    code = as_text(fields.get(step)) or "none"
    outcome = _OUTCOMES.get((step, code))
    if outcome is None:
        return [ignored(item, f"unknown status {code}", f"{as_text(fields.get('id'))}:{code}")]
    return told(
        Told(
            external_id=as_text(fields.get("id")),
            word=code,
            status=outcome.status,
            recipient=as_text(fields.get("destination")),
            sent_at=as_moment(fields.get("deliveredAt")) or as_moment(fields.get("sentAt")),
            reference=as_text(fields.get("correlationId")),
            code=code,
            meaning=outcome.meaning,
        ),
        item,
    )
