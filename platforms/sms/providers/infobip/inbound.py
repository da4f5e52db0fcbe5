"""What Infobip posts: messages of contacts, and reports on ours, as JSON or XML.

https://www.infobip.com/docs/api/channels/sms/inbound-message (messages)
https://www.infobip.com/docs/api/channels/sms/outbound-sms/delivery-reports (reports)
"""

from typing import Any

from domain.content import MediaContent
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.reading import Json, as_object, as_text
from platforms.sms.attachments import file
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.proofs import check_token
from platforms.sms.provider import has
from platforms.sms.providers.infobip.account import InfobipAccount
from platforms.sms.providers.infobip.errors import Status
from platforms.sms.reading import as_list, as_moment

_LAYOUT = "application/smil"
"""How a phone arranges the parts of an MMS: nothing anybody said."""


def verify(request: WebhookRequest, account: InfobipAccount) -> None:
    """Infobip signs only for some subscriptions; all of them can be made with basic authentication.

    https://www.infobip.com/docs/essentials/integration-best-practices/webhook-security
    """
    check_token(request, account.webhook_token, account.previous_webhook_token)


def recognises(item: Json) -> bool:
    return has(item, ("results",), ("notificationType", "messageId"))


def items(body: Any) -> list[Any]:
    """In XML each of the results is a `result`."""
    if not isinstance(body, dict) or "results" not in body:
        return list(body) if isinstance(body, list) else [body]
    results = body["results"]
    if isinstance(results, dict) and "result" in results:
        results = results["result"]
    return as_list(results) or [body]


def read(item: Json, request: WebhookRequest) -> list[InboundEvent]:
    if kind := as_text(item.get("notificationType")):
        return [ignored(item, f"notification {kind.lower()}", _notified(item, kind))]
    if "status" in item and "messageId" in item:
        return _report(item)
    if "from" in item and not as_object(item.get("status")):
        return _message(item)
    return [ignored(item, "neither a message nor a report", as_text(item.get("messageId")))]


def _notified(item: Json, kind: str) -> str | None:
    message = as_text(item.get("messageId"))
    moment = as_text(item.get("sendDateTime"))
    return f"{message}:{kind}:{moment or ''}" if message else None


def _message(item: Json) -> list[InboundEvent]:
    text, files = _mms(item) if "message" in item else (None, [])
    about = Said(
        external_id=as_text(item.get("messageId")),
        sender=as_text(item.get("from")),
        account=as_text(item.get("to")),
        sent_at=as_moment(item.get("receivedAt")),
    )
    return said(about, item, as_text(item.get("text")) or text or _without_text(item), files)


def _without_text(item: Json) -> str | None:
    """A text may come without the keyword that routed it; a keyword by itself is all there was."""
    return as_text(item.get("cleanText")) or as_text(item.get("keyword"))


def _mms(item: Json) -> tuple[str | None, list[MediaContent]]:
    """The texts and the files of the parts of an MMS, which may also be one text."""
    if alone := as_text(item.get("message")):
        return alone, []
    texts: list[str] = []
    files: list[MediaContent] = []
    for part in map(as_object, as_list(item.get("message"))):
        mime_type = as_text(part.get("contentType")) or as_text(part.get("type"))
        url, value = as_text(part.get("url")), as_text(part.get("value"))
        if url is None and value is not None:
            texts.append(value)
        elif url is not None and mime_type != _LAYOUT:
            files.append(file(url, mime_type, as_text(part.get("name"))))
    return "\n".join(texts) or None, files


def _report(item: Json) -> list[InboundEvent]:
    status = Status(item)
    external_id = as_text(item.get("messageId"))
    if status.receipt is None:
        return [ignored(item, f"unknown status {status.name}", f"{external_id}:{status.name}")]
    return told(
        Told(
            external_id=external_id,
            word=status.name,
            status=status.receipt,
            recipient=as_text(item.get("to")),
            account=as_text(item.get("sender")) or as_text(item.get("from")),
            sent_at=as_moment(item.get("doneAt")) or as_moment(item.get("sentAt")),
            # The id is the one that we gave, which is how we know the message before any answer has come.
            reference=external_id,
            code=status.code,
            meaning=status.meaning,
        ),
        item,
    )
