"""Infobip's statuses and error codes, of refused calls, of messages refused at once, and of those that failed later.

https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
"""

from typing import Any

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.http import from_status
from platforms.reading import Json, as_object, as_text
from platforms.sms.answers import body_of, unlisted
from platforms.sms.meanings import (
    Meaning,
    Meanings,
    down,
    gone,
    opted_out,
    ours,
    rejected,
    slower,
    to_error,
)
from platforms.sms.providers.infobip.account import InfobipAccount
from platforms.sms.reading import as_integer, as_list

PENDING, UNDELIVERABLE, DELIVERED, EXPIRED, REJECTED = 1, 2, 3, 4, 5
GROUPS = {
    "PENDING": PENDING,
    "UNDELIVERABLE": UNDELIVERABLE,
    "DELIVERED": DELIVERED,
    "EXPIRED": EXPIRED,
    "REJECTED": REJECTED,
}
_OF_GROUP: dict[int | None, ReceiptStatus] = {
    PENDING: ReceiptStatus.QUEUED,
    UNDELIVERABLE: ReceiptStatus.FAILED,
    DELIVERED: ReceiptStatus.DELIVERED,
    EXPIRED: ReceiptStatus.FAILED,
    REJECTED: ReceiptStatus.FAILED,
}
_OF_STATUS: dict[int | None, ReceiptStatus] = {
    3: ReceiptStatus.SENT,  # waiting for the operator's report
    7: ReceiptStatus.SENT,  # on its way to the operator
    26: ReceiptStatus.QUEUED,
    2: ReceiptStatus.SENT,  # with the operator, in the group of the delivered: no phone has it yet
    29: ReceiptStatus.UNCONFIRMED,  # in the group of the expired: the operator never said
}
"""Where a status means something else than its group."""

DUPLICATE = 23
_REJECTIONS: dict[int, Meaning] = {
    6: down("Infobip's network has a problem."),
    8: gone("This prefix is not reached."),
    10: opted_out("The number is on the list of those who want no messages."),
    11: ours("The sender is blocked."),
    12: ours("The account has no credit left."),
    13: ours("The sender is not allowed."),
    14: opted_out("The number is on the account's blocklist."),
    17: ours("The package has expired."),
    18: ours("A trial account writes to registered numbers only."),
    19: gone("There is no route to this number."),
    20: slower("The same message came too often.", scope="address"),
    21: down("Infobip has a problem."),
    DUPLICATE: rejected("A message with this id has been sent before."),
    25: rejected("The message is too long."),
    51: gone("The number is missing."),
    52: gone("This is no valid number."),
}
_OPT_OUTS = frozenset({573, 604, 2050, 2052})
_OUR_FAULTS = frozenset({355, 368})


class Status:
    """The status and error objects of one message, as answers and reports have them."""

    def __init__(self, item: Json) -> None:
        status, error = as_object(item.get("status")), as_object(item.get("error"))
        self.id = as_integer(status.get("id"))
        name = (as_text(status.get("groupName")) or "").upper()
        self.group = as_integer(status.get("groupId")) or GROUPS.get(name)
        self.name = as_text(status.get("name")) or name or "none"
        self._words = as_text(status.get("description"))
        self._error_id = as_integer(error.get("id")) or 0
        self._error_words = as_text(error.get("description")) or as_text(error.get("name"))
        self._permanent = _flag(error.get("permanent"))

    @property
    def receipt(self) -> ReceiptStatus | None:
        return _OF_STATUS.get(self.id) or _OF_GROUP.get(self.group)

    @property
    def code(self) -> str:
        """The error where there is one: it says more."""
        return str(self._error_id or self.id or self.name)

    @property
    def meaning(self) -> Meaning:
        listed = _REJECTIONS.get(self.id or 0) if self.group == REJECTED else None
        if self._error_id in _OPT_OUTS:
            return opted_out(self._title)
        if listed is not None:
            return listed._replace(title=self._words or listed.title)
        if self._error_id in _OUR_FAULTS:
            return ours(self._title)
        # What was refused at once will be refused again; what the phone or operator did not take, may be taken later.
        lost = self.group in {UNDELIVERABLE, EXPIRED} and not self._permanent
        return gone(self._title)._replace(later=lost)

    @property
    def _title(self) -> str:
        return (self._error_words if self._error_id else None) or self._words or self.name


def _flag(value: Any) -> bool:
    """In XML it is a word."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


MEANINGS: Meanings = {
    "UNAUTHORIZED": ours("The key is refused."),
    "E401": ours("The key is refused."),
    "FORBIDDEN": ours("The key may not do this."),
    "E403": ours("The key may not do this."),
    "TOO_MANY_REQUESTS": slower("Too many requests."),
    "E429": slower("Too many requests."),
    "BAD_REQUEST": rejected("Something in the message is not valid."),
    "E400": rejected("Something in the message is not valid."),
    "NOT_ENOUGH_CREDITS": ours("The account has no credit left."),
    "INVALID_DESTINATION_ADDRESS": gone("This is no valid number."),
}


def read_answer(
    response: httpx.Response, account: InfobipAccount, message: OutboundMessage
) -> Receipt:
    """A 200 says that the call was read; whether the message was taken stands in its status."""
    body = body_of(response)
    if not response.is_success:
        raise refusal(response, account)
    entry = as_object(next(iter(as_list(body.get("messages"))), None))
    external_id, status = as_text(entry.get("messageId")), Status(entry)
    if status.receipt is ReceiptStatus.FAILED and status.id != DUPLICATE:
        raise to_error(status.code, status.meaning, secrets=account.secrets())
    if external_id is None:
        if status.id == DUPLICATE:
            external_id = message.id
        else:
            raise OutcomeUnknown("the answer names no message", vendor_code="200")
    return Receipt(status=ReceiptStatus.SENT, message_external_id=external_id, reference=message.id)


def refusal(response: httpx.Response, account: InfobipAccount) -> DeliveryError:
    """What an answer without success means, to any call, in both of Infobip's envelopes."""
    body = body_of(response)
    old = as_object(as_object(body.get("requestError")).get("serviceException"))
    code = as_text(body.get("errorCode")) or as_text(old.get("messageId"))
    if code is None or response.is_server_error:
        return from_status(response)
    violations = [as_object(one) for one in as_list(body.get("violations"))]
    words = [as_text(one.get("violation")) for one in violations]
    said = [as_text(body.get("description")) or as_text(old.get("text")), *words]
    meaning = MEANINGS.get(code) or unlisted(response)
    text = ": ".join(one for one in said if one)
    return to_error(code, meaning, text, headers=response.headers, secrets=account.secrets())
