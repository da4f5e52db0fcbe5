"""One message becomes one request to Infobip.

https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages
"""

from platforms.base import OutboundMessage, OutboundRequest
from platforms.reading import Json
from platforms.sms.contents import parts, recipient
from platforms.sms.numbers import digits
from platforms.sms.providers.infobip.account import InfobipAccount


def render(message: OutboundMessage, account: InfobipAccount) -> OutboundRequest:
    # MMS is another product there, with another way to send.
    text = parts(message, mms=False).text or ""
    content: Json = {"text": text}
    if account.transliteration:
        content["transliteration"] = account.transliteration
    to = {"to": digits(recipient(message)), "messageId": message.id}
    body: Json = {
        "sender": digits(account.sender),
        "destinations": [to],
        "content": content,
    }
    if account.callback_url:
        delivery = {"url": account.callback_url, "intermediateReport": True}
        body["webhooks"] = {"delivery": delivery, "contentType": "application/json"}
    return OutboundRequest(
        method="POST",
        url=f"{account.api_base}/sms/3/messages",
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body={"messages": [body]},
    )
