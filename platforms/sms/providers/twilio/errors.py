"""Twilio's error codes, of refused calls and of messages that failed later.

https://www.twilio.com/docs/api/errors
"""

from datetime import timedelta

import httpx

from domain.errors import DeliveryError, OutcomeUnknown, PlatformUnavailable
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import OutboundMessage
from platforms.http import from_status
from platforms.reading import as_text
from platforms.sms.answers import body_of, unlisted
from platforms.sms.meanings import (
    Meaning,
    Meanings,
    absent,
    down,
    gone,
    opted_out,
    ours,
    rejected,
    slower,
    to_error,
)
from platforms.sms.providers.twilio.account import TwilioAccount

_SHORTLY = timedelta(minutes=2)
_TOMORROW = timedelta(hours=12)

MEANINGS: Meanings = {
    "20003": ours("The credentials are wrong."),
    "20005": ours("The account is not active."),
    "20404": ours("The account or sender does not exist."),
    "20429": slower("Too many requests."),
    "20500": down("Twilio has a problem."),
    "20503": down("Twilio is not available."),
    "21211": gone("This is no valid number."),
    "21217": gone("This is no valid number."),
    "21408": ours("Sending to this country is not enabled."),
    "21602": rejected("The message is empty."),
    "21603": ours("The channel names no sender."),
    "21604": gone("The number is missing."),
    "21606": ours("The sender cannot send messages."),
    "21608": ours("A trial account writes to verified numbers only."),
    "21610": opted_out("The contact has opted out."),
    "21611": slower("The sender has too many messages waiting.", _SHORTLY),
    "21612": gone("This sender cannot reach this number."),
    "21614": gone("This number is no mobile."),
    "21617": rejected("The message is too long."),
    "21619": rejected("The message has neither text nor file."),
    "21620": rejected("The link to the file is not valid."),
    "21623": rejected("There are too many files."),
    "21659": ours("The sender is not a number of this account."),
    "21660": ours("The sender belongs to another account."),
    "21703": ours("The messaging service has no sender."),
    "30001": slower("Too many messages are waiting.", _SHORTLY),
    "30002": ours("The account is suspended."),
    "30003": absent("The phone is off or out of reach."),
    "30004": gone("The number blocks messages."),
    "30005": gone("The number is unknown."),
    "30006": gone("The number is a landline, or its carrier is out of reach."),
    "30007": rejected("The carrier filtered the message."),
    "30008": Meaning("The carrier gives no reason.", later=True),
    "30017": Meaning("The carrier's network is congested.", later=True),
    "30019": rejected("The file is too large for the carrier."),
    "30022": slower("Over the campaign's rate.", _SHORTLY),
    "30023": slower("Over the brand's daily limit.", _TOMORROW),
    "30027": slower("Over the carrier's daily limit.", _TOMORROW),
    "30034": ours("The sender is not registered with the carriers."),
    "63018": slower("Over the channel's rate.", _SHORTLY),
}


def read_answer(
    response: httpx.Response, account: TwilioAccount, message: OutboundMessage
) -> Receipt:
    """Anything but a message's id is no success.

    https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
    """
    body = body_of(response)
    if not response.is_success:
        raise refusal(response, account)
    sid = as_text(body.get("sid"))
    if sid is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(response.status_code))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=sid, reference=message.id)


def refusal(response: httpx.Response, account: TwilioAccount) -> DeliveryError:
    """What an answer without success means, to any call."""
    body = body_of(response)
    code, words = as_text(body.get("code")), as_text(body.get("message"))
    if code is None:
        return from_status(response)
    meaning = MEANINGS.get(code) or unlisted(response)
    if issubclass(meaning.error, PlatformUnavailable) and response.status_code not in {429, 503}:
        return from_status(response)
    return to_error(code, meaning, words, headers=response.headers, secrets=account.secrets())
