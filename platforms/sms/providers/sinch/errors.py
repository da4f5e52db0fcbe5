"""Sinch's codes, of refused calls and of messages that failed later.

https://developers.sinch.com/docs/sms/api-reference/status-codes
https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports
"""

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.http import from_status
from platforms.reading import as_text
from platforms.sms.answers import body_of, unlisted
from platforms.sms.meanings import Meaning, Meanings, absent, gone, ours, rejected, to_error
from platforms.sms.providers.sinch.account import SinchAccount

DELIVERY: Meanings = {
    "402": gone("There is no route to this number."),
    "403": Meaning("Sinch has a problem.", later=True),
    "404": absent("The phone could not be reached for a while."),
    "405": rejected("A parameter of the text has no value."),
    "406": Meaning("The message expired before it was sent.", later=True),
    "407": rejected("The message was cancelled."),
    "408": rejected("Sinch refused the message."),
    "410": ours("There is no sender for this number."),
    "411": rejected("The message takes too many segments."),
    "412": ours("The account may not write to this region."),
    "413": ours("The account is blocked or has no credit left."),
    **dict.fromkeys(("414", "415", "416", "417", "418"), rejected("The file is refused.")),
}
"""Of a report. 413 is no wish of the contact's, although it says blocked."""

ANSWERS: Meanings = {
    "syntax_invalid_json": rejected("The request cannot be read."),
    "syntax_invalid_parameter_format": rejected("Something is not valid."),
    "syntax_constraint_violation": rejected("Something is missing or not valid."),
    "unauthorized": ours("The token is refused."),
    "forbidden": ours("The plan may not do this."),
    "resource_not_found": ours("The plan does not exist."),
}


def read_answer(
    response: httpx.Response, account: SinchAccount, message: OutboundMessage
) -> Receipt:
    body = body_of(response)
    batch = as_text(body.get("id"))
    if not response.is_success:
        raise refusal(response, account)
    if batch is None:
        raise OutcomeUnknown("the answer names no batch", vendor_code=str(response.status_code))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=batch, reference=message.id)


def refusal(response: httpx.Response, account: SinchAccount) -> DeliveryError:
    """What an answer without success means, to any call."""
    body = body_of(response)
    code, said = as_text(body.get("code")), as_text(body.get("text"))
    if code is None or response.is_server_error:
        return from_status(response)
    meaning = ANSWERS.get(code) or unlisted(response)
    return to_error(code, meaning, said, headers=response.headers, secrets=account.secrets())
