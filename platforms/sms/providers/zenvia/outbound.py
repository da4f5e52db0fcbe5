"""One message becomes one request to Zenvia.

https://zenvia.github.io/zenvia-openapi-spec/ (POST /v2/channels/sms/messages)
"""

from platforms.base import OutboundMessage, OutboundRequest
from platforms.sms.contents import parts, recipient
from platforms.sms.numbers import digits
from platforms.sms.providers.zenvia.account import ZenviaAccount


def render(message: OutboundMessage, account: ZenviaAccount) -> OutboundRequest:
    text = parts(message, mms=False).text or ""
    # AUTO: in the phones' alphabet while the text allows it.
    content = {"type": "text", "text": text, "encodingStrategy": "AUTO"}
    return OutboundRequest(
        method="POST",
        url=f"{account.api_base}/v2/channels/sms/messages",
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body={
            "from": account.sender,
            "to": digits(recipient(message)),
            "externalId": message.id,
            "contents": [content],
        },
    )
