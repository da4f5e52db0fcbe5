"""One message becomes one batch of one, so that the batch's id is the message's.

https://developers.sinch.com/docs/sms/api-reference/sms/batches/sendsms
"""

from platforms.base import OutboundMessage, OutboundRequest
from platforms.reading import Json
from platforms.sms.contents import Mms, Sms, parts, recipient
from platforms.sms.facts import MOST_JOINED
from platforms.sms.numbers import digits
from platforms.sms.providers.sinch.account import SinchAccount


def render(message: OutboundMessage, account: SinchAccount) -> OutboundRequest:
    content = parts(message, mms=account.mms)
    body: Json = {
        "from": digits(account.sender),
        "to": [digits(recipient(message))],
        **(_mms(content) if isinstance(content, Mms) else _sms(content)),
        "delivery_report": "per_recipient",
        "client_reference": message.id,
    }
    if account.callback_url:
        body["callback_url"] = account.callback_url
    return OutboundRequest(
        method="POST",
        url=account.batches_url,
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body=body,
    )


def _sms(content: Sms) -> Json:
    """`${name}` would be a parameter's place; without parameters it stays as it is."""
    return {
        "type": "mt_text",
        "body": content.text,
        "max_number_of_message_parts": MOST_JOINED,
    }


def _mms(content: Mms) -> Json:
    text = {"message": content.text} if content.text else {}
    return {"type": "mt_media", "body": {"url": content.url, **text}}
