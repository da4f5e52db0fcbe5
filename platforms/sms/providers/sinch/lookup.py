"""Whether Sinch has a message of ours: its batches are listed by our reference.

https://developers.sinch.com/docs/sms/api-reference/sms/batches/listbatches: of the last 24 hours, unless more are asked
for. Nothing says how soon a batch stands there, so that one that does not may still come.
"""

import httpx

from domain.errors import OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.reading import as_object, as_objects, as_text
from platforms.sms.asking import ask
from platforms.sms.providers.sinch.account import SinchAccount
from platforms.sms.providers.sinch.errors import refusal


async def find_sent(
    client: httpx.AsyncClient, account: SinchAccount, message: OutboundMessage
) -> Receipt | None:
    """Raises `OutcomeUnknown` when it is not listed, and any other `DeliveryError`."""
    query = {"client_reference": message.id, "page_size": "1"}
    answer = await ask(client, account, account.batches_url, refusal, query)
    for batch in as_objects(as_object(answer).get("batches")):
        batch_id = as_text(batch.get("id"))
        if batch_id is not None and as_text(batch.get("client_reference")) == message.id:
            return Receipt(
                status=ReceiptStatus.SENT, message_external_id=batch_id, reference=message.id
            )
    raise OutcomeUnknown("no batch has our reference")
