"""One message becomes one request to Zenvia.

https://zenvia.github.io/zenvia-openapi-spec/ (POST /v2/channels/sms/messages)
"""

from domain.errors import ContentRejected
from platforms.base import OutboundMessage, OutboundRequest
from platforms.sms.contents import parts, recipient
from platforms.sms.numbers import digits
from platforms.sms.providers.zenvia.account import ZenviaAccount

MAX_CHARACTERS = 1520
"""Ten segments of 152 characters: Zenvia's are one shorter than the standard's."""


def render(message: OutboundMessage, account: ZenviaAccount) -> OutboundRequest:
    text = parts(message.content, account.model_copy(update={"mms": False})).text or ""
    if len(text) > MAX_CHARACTERS:
        raise ContentRejected(f"{len(text)} characters, Zenvia's limit is {MAX_CHARACTERS}")
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
