"""What TotalVoice posts, whose SMS Zenvia has discontinued. Nothing is sent that way any more.

https://api.totalvoice.com.br/doc/ (SMS, webhooks)
"""

from domain.content import TextContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.reading import Json, as_text
from platforms.sms.events import Told, ignored, told
from platforms.sms.meanings import rejected
from platforms.sms.provider import has
from platforms.sms.reading import as_moment

STATUSES: dict[str, ReceiptStatus] = {
    "aguardando": ReceiptStatus.QUEUED,
    "em análise": ReceiptStatus.QUEUED,
    "em analise": ReceiptStatus.QUEUED,
    "enviada": ReceiptStatus.SENT,
    "enviado": ReceiptStatus.SENT,
    "entregue": ReceiptStatus.DELIVERED,
    "erro": ReceiptStatus.FAILED,
    "bloqueado": ReceiptStatus.FAILED,
}


def recognises(item: Json) -> bool:
    return has(item, ("sms_id", "resposta"), ("numero_destino", "status_envio"))


def read(item: Json) -> list[InboundEvent]:
    return _reply(item) if "sms_id" in item else _status(item)


def _reply(item: Json) -> list[InboundEvent]:
    """An answer names the message that it answers, and not who wrote it."""
    text, external_id = as_text(item.get("resposta")), as_text(item.get("id"))
    if text is None or external_id is None:
        return [ignored(item, "an answer without words or id", external_id)]
    return [
        InboundEvent(
            kind="message",
            external_id=external_id,
            sent_at=as_moment(item.get("data_resposta")),
            reply_to=as_text(item.get("sms_id")),
            content=TextContent(text=text),
            raw=item,
        )
    ]


def _status(item: Json) -> list[InboundEvent]:
    word = (as_text(item.get("status_envio")) or "none").strip().lower()
    if word not in STATUSES:
        return [ignored(item, f"unknown status {word}")]
    return told(
        Told(
            external_id=as_text(item.get("id")),
            word=word,
            status=STATUSES[word],
            recipient=as_text(item.get("numero_destino")),
            sent_at=as_moment(item.get("data_status")),
            code=word,
            meaning=rejected(f"The message is {word}."),
        ),
        item,
    )
