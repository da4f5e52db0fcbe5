"""What the two APIs answer to a send.

https://developer.vonage.com/en/api/sms (always 200; a status for each segment)
https://developer.vonage.com/en/api/messages (202, or a problem document)
"""

import re
from datetime import timedelta

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.http import from_status
from platforms.reading import Json, as_object, as_text
from platforms.sms.answers import body_of, unlisted
from platforms.sms.meanings import Meaning, rejected, to_error
from platforms.sms.providers.vonage.account import VonageAccount
from platforms.sms.providers.vonage.errors import ANSWERS
from platforms.sms.reading import as_list

_ACCEPTED = "0"
_WAIT = re.compile(r"wait \[? ?(\d{1,6}) ?(?:ms)? ?\]?", re.IGNORECASE)
_INTERVAL = re.compile(r"INTERVAL ?\[ ?(\d{1,6}) ?\]", re.IGNORECASE)


def read_answer(
    response: httpx.Response, account: VonageAccount, message: OutboundMessage
) -> Receipt:
    body = body_of(response)
    if not response.is_success:
        raise refusal(response, account)
    external_id = as_text(body.get("message_uuid")) or _of_parts(body, account)
    if external_id is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=external_id, reference=message.id)


def refusal(response: httpx.Response, account: VonageAccount) -> DeliveryError:
    """What an answer without success means, to any call: a problem document, or the older form of `/account`.

    The numbers in it mean something else than those of later statuses: only the HTTP status counts.
    """
    body = body_of(response)
    title = as_text(body.get("title")) or as_text(body.get("error-code-label"))
    if title is None or response.is_server_error:
        return from_status(response)
    said = ": ".join(text for text in (title, as_text(body.get("detail"))) if text)
    return to_error(
        str(response.status_code),
        unlisted(response),
        said,
        headers=response.headers,
        secrets=account.secrets(),
    )


def _of_parts(body: Json, account: VonageAccount) -> str | None:
    """The id of the first segment. Receipts of the others name our reference, as all of them do.

    Where some segments were taken and some were not, the message must not be sent again: raises `OutcomeUnknown`.
    """
    parts = [as_object(part) for part in as_list(body.get("messages"))]
    refused = [part for part in parts if as_text(part.get("status")) != _ACCEPTED]
    if refused and len(refused) < len(parts):
        count = len(parts) - len(refused)
        detail = f"only {count} of {len(parts)} segments were taken"
        raise OutcomeUnknown(detail, vendor_code=as_text(refused[0].get("status")))
    if refused:
        raise _refusal(refused[0], account)
    return as_text(parts[0].get("message-id")) if parts else None


def _refusal(part: Json, account: VonageAccount) -> DeliveryError:
    code, said = as_text(part.get("status")), as_text(part.get("error-text"))
    if code is None:
        return OutcomeUnknown("the answer has no status", vendor_code="200")
    meaning = ANSWERS.get(code, rejected("The message is refused."))
    return to_error(code, _in_time(meaning, said or ""), said, secrets=account.secrets())


def _in_time(meaning: Meaning, said: str) -> Meaning:
    """How long to wait stands in the words, in milliseconds."""
    found = _WAIT.search(said) or _INTERVAL.search(said)
    if meaning.delay is not None or found is None:
        return meaning
    return meaning._replace(delay=timedelta(milliseconds=int(found[1])))
