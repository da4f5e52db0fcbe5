"""Zenvia's error codes.

https://zenvia.github.io/zenvia-openapi-spec/ (errors)
"""

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.http import from_status
from platforms.reading import Json, as_object, as_text
from platforms.sms.answers import body_of, unlisted
from platforms.sms.meanings import Meanings, down, ours, rejected, slower, to_error
from platforms.sms.providers.zenvia.account import ZenviaAccount
from platforms.sms.reading import as_list

MEANINGS: Meanings = {
    "VALIDATION_ERROR": rejected("Something in the message is not valid."),
    "AUTHENTICATION_ERROR": ours("The token is refused."),
    "AUTHORIZATION_ERROR": ours("The token may not do this."),
    "NOT_FOUND": ours("The sender does not exist."),
    "DUPLICATED": rejected("A message with this id has been sent before."),
    "TOO_MANY_REQUESTS": slower("Too many requests."),
    "SERVICE_UNAVAILABLE": down("Zenvia is not available."),
}


def read_answer(
    response: httpx.Response, account: ZenviaAccount, message: OutboundMessage
) -> Receipt:
    """Only an id means that it was taken: an error may come with a 200."""
    body = body_of(response)
    external_id, code = as_text(body.get("id")), as_text(body.get("code"))
    if response.is_success and external_id and code is None:
        return Receipt(
            status=ReceiptStatus.SENT, message_external_id=external_id, reference=message.id
        )
    if response.is_success and code is None:
        raise OutcomeUnknown("the answer names no message", vendor_code="200")
    raise refusal(response, account)


def refusal(response: httpx.Response, account: ZenviaAccount) -> DeliveryError:
    """What an answer without success means, to any call; the code counts, also beside a 200."""
    body = body_of(response)
    code = as_text(body.get("code"))
    if response.is_server_error or code is None:
        return from_status(response)
    meaning = MEANINGS.get(code) or unlisted(response)
    said = _words(body)
    return to_error(code, meaning, said, headers=response.headers, secrets=account.secrets())


def _words(body: Json) -> str | None:
    details = [as_object(detail) for detail in as_list(body.get("details"))]
    said = [as_text(detail.get("message")) for detail in details]
    return ": ".join(text for text in (as_text(body.get("message")), *said) if text) or None
