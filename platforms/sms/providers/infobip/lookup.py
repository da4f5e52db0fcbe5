"""Whether Infobip has a message of ours: its log is searched by the id that we gave.

https://www.infobip.com/docs/api/channels/sms/outbound-sms/logs-and-status-reports/get-outbound-sms-message-logs: of the
last 48 hours. Nothing says how soon a message stands there, so that one that does not may still come.
"""

import httpx

from domain.errors import OutcomeUnknown
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.reading import as_object, as_objects
from platforms.sms.asking import ask
from platforms.sms.meanings import receipt_error
from platforms.sms.providers.infobip.account import InfobipAccount
from platforms.sms.providers.infobip.errors import DUPLICATE, Status, refusal

_FURTHER = frozenset({ReceiptStatus.DELIVERED, ReceiptStatus.FAILED})


async def find_sent(
    client: httpx.AsyncClient, account: InfobipAccount, message: OutboundMessage
) -> Receipt | None:
    """Raises `OutcomeUnknown` when it is not in the log, and any other `DeliveryError`."""
    url = f"{account.api_base}/sms/3/logs"
    answer = await ask(client, account, url, refusal, {"messageId": message.id})
    found = [
        Status(entry)
        for entry in as_objects(as_object(answer).get("results"))
        if entry.get("messageId") == message.id
    ]
    taken = [status for status in found if status.id != DUPLICATE]
    if not taken:
        raise OutcomeUnknown("not in the log")
    status = taken[0]
    reached = status.receipt if status.receipt in _FURTHER else ReceiptStatus.SENT
    return Receipt(
        status=reached or ReceiptStatus.SENT,
        message_external_id=message.id,
        reference=message.id,
        error=_error(status) if reached is ReceiptStatus.FAILED else None,
    )


def _error(status: Status) -> ReceiptError:
    return receipt_error(status.code, status.meaning)
