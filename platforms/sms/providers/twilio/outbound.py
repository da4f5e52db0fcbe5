"""One message becomes one request to Twilio.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
"""

from urllib.parse import urlencode

from platforms.base import OutboundMessage, OutboundRequest
from platforms.sms.contents import Mms, parts, recipient
from platforms.sms.providers.twilio.account import TwilioAccount
from platforms.sms.providers.twilio.inbound import REFERENCE


def render(message: OutboundMessage, account: TwilioAccount) -> OutboundRequest:
    content = parts(message, mms=account.mms)
    form = {"To": recipient(message), **_sender(account)}
    if content.text:
        form["Body"] = content.text
    if isinstance(content, Mms):
        form["MediaUrl"] = content.url
    if account.callback_url:
        form["StatusCallback"] = _callback(account.callback_url, message.id)
    return OutboundRequest(
        method="POST", url=account.messages_url, headers=account.authorization, form=form
    )


def _sender(account: TwilioAccount) -> dict[str, str]:
    if account.messaging_service_sid:
        return {"MessagingServiceSid": account.messaging_service_sid}
    return {"From": account.sender}


def _callback(address: str, message_id: str) -> str:
    """Its receipts then name our message, also where the answer to the send never came."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({REFERENCE: message_id})}"
