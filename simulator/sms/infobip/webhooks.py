"""What Infobip posts: messages of customers, and reports on ours.

https://www.infobip.com/docs/api/channels/sms/inbound-message
https://www.infobip.com/docs/api/channels/sms/outbound-sms/delivery-reports
https://www.infobip.com/docs/essentials/integration-best-practices/webhook-security (here: basic)
"""

import base64

from domain.segments import measure
from simulator import clock
from simulator.sms.accounts import InfobipAccount
from simulator.sms.infobip import statuses
from simulator.sms.jsons import JSON_TYPE
from simulator.sms.provider import File, Json, Posting, Report, Said
from simulator.sms.sending import new_uuid

_FREE = {"pricePerMessage": 0, "currency": "BRL"}
_PRICE = {"pricePerMessage": 0.02, "currency": "BRL"}


def _moment() -> str:
    """With its offset, which has no colon."""
    return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def said(about: Said) -> tuple[Json, str]:
    message_id = about.message_id or str(int(clock.unix() * 1_000_000))
    text = about.text or ""
    item: Json = {
        "messageId": message_id,
        "from": about.address,
        "to": about.sender.removeprefix("+"),
        "receivedAt": _moment(),
        "price": _FREE,
    }
    if about.file is not None:
        item["message"] = _parts(text, about.file)
    else:
        count = max(measure(text).segments, 1)
        item |= {"text": text, "cleanText": text, "keyword": "", "smsCount": count}
    return {"results": [item], "messageCount": 1, "pendingMessageCount": 0}, message_id


def _parts(text: str, file: File) -> list[Json]:
    words = [{"contentType": "text/plain", "value": text}] if text else []
    return [*words, {"contentType": file.mime_type, "url": file.url}]


def report(about: Report) -> Posting | None:
    """Who wants no report on the way gets the last one only."""
    entry = about.entry
    webhooks = entry.request.get("webhooks") or {}
    delivery = webhooks.get("delivery") or {}
    if about.status == "sent" and delivery and not delivery.get("intermediateReport"):
        return None
    known = {"sent": statuses.WAITING, "delivered": statuses.TO_HANDSET}
    number = known.get(about.status) or _failure(about)
    is_absent = number == statuses.NOT_DELIVERED
    at = entry.at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    item: Json = {
        "bulkId": new_uuid(),
        "messageId": entry.external_id,
        "to": entry.to,
        "sender": about.sender.removeprefix("+"),
        "sentAt": at,
        "doneAt": _moment(),
        "messageCount": max(measure(entry.text).segments, 1),
        "mccMnc": "72411",
        "price": _PRICE,
        "status": statuses.status(number),
        "error": statuses.ABSENT_SUBSCRIBER if is_absent else statuses.NO_ERROR,
    }
    if webhooks.get("callbackData"):
        item["callbackData"] = webhooks["callbackData"]
    return Posting({"results": [item]}, delivery.get("url"))


def _failure(about: Report) -> int:
    if about.chosen_code is not None:
        return about.chosen_code
    return statuses.DO_NOT_DISTURB if about.blocked else statuses.NOT_DELIVERED


def proof(account: InfobipAccount, url: str, body: bytes) -> dict[str, str]:
    del url, body
    if not account.webhook_token:
        return JSON_TYPE
    pair = base64.b64encode(f"infobip:{account.webhook_token}".encode()).decode()
    return {**JSON_TYPE, "authorization": f"Basic {pair}"}
