"""One message becomes one request to Vonage.

https://developer.vonage.com/en/api/messages
https://developer.vonage.com/en/api/sms
"""

from domain.errors import MediaRejected
from domain.segments import is_narrow
from platforms.base import OutboundMessage, OutboundRequest
from platforms.reading import Json
from platforms.sms.contents import Mms, Sms, parts, recipient
from platforms.sms.numbers import digits
from platforms.sms.providers.vonage.account import VonageAccount

_MMS_KINDS = {"image": "image", "audio": "audio", "video": "video", "document": "file"}
_VCARDS = frozenset({"text/vcard", "text/x-vcard"})


def render(message: OutboundMessage, account: VonageAccount) -> OutboundRequest:
    content = parts(message, mms=account.mms and account.api == "messages")
    to = digits(recipient(message))
    if account.api == "sms" and isinstance(content, Sms):
        return _by_sms_api(content.text, to, message.id, account)
    body: Json = {
        "from": digits(account.sender),
        "to": to,
        **(_mms(content) if isinstance(content, Mms) else _sms(content.text)),
        "client_ref": message.id,
    }
    if account.callback_url:
        body |= {"webhook_url": account.callback_url, "webhook_version": "v1"}
    return OutboundRequest(
        method="POST",
        url=f"{account.base}/v1/messages",
        headers={**account.authorization, "Content-Type": "application/json"},
        json_body=body,
    )


def _sms(text: str) -> Json:
    sms = {"encoding_type": "auto"}
    return {"channel": "sms", "message_type": "text", "text": text, "sms": sms}


def _mms(content: Mms) -> Json:
    kind = "vcard" if content.mime_type in _VCARDS else _MMS_KINDS.get(content.kind)
    if kind is None:
        raise MediaRejected(f"{content.kind} cannot be sent by MMS")
    file = {"url": content.url, **({"caption": content.text} if content.text else {})}
    return {"channel": "mms", "message_type": kind, kind: file}


def _by_sms_api(text: str, to: str, reference: str, account: VonageAccount) -> OutboundRequest:
    form = {
        "api_key": account.api_key,
        "api_secret": account.api_secret.get_secret_value(),
        "from": digits(account.sender),
        "to": to,
        "text": text,
        # Nobody there looks at the text: with the wrong one, letters are lost.
        "type": "text" if is_narrow(text) else "unicode",
        "status-report-req": "1",
        "client-ref": reference,
    }
    if account.callback_url:
        form["callback"] = account.callback_url
    return OutboundRequest(method="POST", url=f"{account.base}/sms/json", form=form)
