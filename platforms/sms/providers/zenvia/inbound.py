"""What Zenvia posts: messages, and how ours fare.

https://zenvia.github.io/zenvia-openapi-spec/ (events MESSAGE and MESSAGE_STATUS)
"""

from collections.abc import Callable

from domain.content import MediaContent, MessageContent, UnsupportedContent
from domain.events import InboundEvent
from domain.receipts import ReceiptStatus
from platforms.base import WebhookRequest
from platforms.reading import Json, as_object, as_text
from platforms.sms.attachments import file, place
from platforms.sms.events import Said, Told, ignored, said, told
from platforms.sms.meanings import Meaning, rejected
from platforms.sms.proofs import check_token
from platforms.sms.providers.zenvia import totalvoice
from platforms.sms.providers.zenvia.account import ZenviaAccount
from platforms.sms.reading import as_list, as_moment

STATUSES: dict[str, ReceiptStatus] = {
    "ACCEPTED": ReceiptStatus.QUEUED,
    "SENT": ReceiptStatus.SENT,
    "DELIVERED": ReceiptStatus.DELIVERED,
    "READ": ReceiptStatus.READ,
    "REJECTED": ReceiptStatus.FAILED,
    "NOT_DELIVERED": ReceiptStatus.FAILED,
}
_NO_STATUS = frozenset({"DELETED", "CLICKED", "VERIFIED"})
"""Told as statuses; they say nothing of how far a message got."""


def verify(request: WebhookRequest, account: ZenviaAccount) -> None:
    check_token(request, account.webhook_token, account.previous_webhook_token)


def recognises(item: Json) -> bool:
    return as_text(item.get("type")) in _READERS or totalvoice.recognises(item)


CHANNELS = frozenset({"sms", "rcs"})
"""What is answered by SMS reaches the same phone. One subscription may bring the account's other channels along."""


def read(item: Json, request: WebhookRequest) -> list[InboundEvent]:
    reader = _READERS.get(as_text(item.get("type")) or "")
    if reader is not None:
        return reader(item)
    if totalvoice.recognises(item):
        return totalvoice.read(item)
    return [ignored(item, f"unknown event {as_text(item.get('type')) or 'of no type'}")]


def _message(item: Json) -> list[InboundEvent]:
    message = as_object(item.get("message"))
    direction = as_text(message.get("direction")) or as_text(item.get("direction")) or "IN"
    channel = as_text(message.get("channel")) or as_text(item.get("channel")) or "sms"
    if channel.lower() not in CHANNELS:
        return [ignored(item, f"not an SMS: {channel.lower()}", as_text(message.get("id")))]
    sender, ours = as_text(message.get("from")), as_text(message.get("to"))
    echo = direction.upper() == "OUT"
    about = Said(
        external_id=as_text(message.get("id")) or as_text(item.get("id")),
        sender=ours if echo else sender,
        account=sender if echo else ours,
        sent_at=as_moment(message.get("timestamp")) or as_moment(item.get("timestamp")),
        name=None if echo else _name(as_object(message.get("visitor") or item.get("visitor"))),
        echo=echo,
    )
    contents = [as_object(content) for content in as_list(message.get("contents"))]
    texts = [as_text(content.get("text")) for content in contents if _kind(content) == "text"]
    text = "\n".join(text for text in texts if text)
    return said(about, item, text, _files(contents), _others(contents))


def _name(visitor: Json) -> str | None:
    names = (as_text(visitor.get("firstName")), as_text(visitor.get("lastName")))
    return as_text(visitor.get("name")) or " ".join(name for name in names if name) or None


def _kind(content: Json) -> str:
    return as_text(content.get("type")) or "none"


def _files(contents: list[Json]) -> list[MediaContent]:
    return [_file(content) for content in contents if _kind(content) == "file"]


def _file(content: Json) -> MediaContent:
    mime_type, name = as_text(content.get("fileMimeType")), as_text(content.get("fileName"))
    found = file(as_text(content.get("fileUrl")), mime_type, name)
    return found.model_copy(update={"caption": as_text(content.get("fileCaption"))})


def _others(contents: list[Json]) -> list[MessageContent]:
    rest = [content for content in contents if _kind(content) not in {"text", "file"}]
    return [_location(one) if _kind(one) == "location" else _unknown(one) for one in rest]


def _location(content: Json) -> MessageContent:
    latitude, longitude = content.get("latitude"), content.get("longitude")
    return place(latitude, longitude, content.get("name"), content.get("address"))


def _unknown(content: Json) -> MessageContent:
    return UnsupportedContent(platform_type=_kind(content))


def _status(item: Json) -> list[InboundEvent]:
    message, status = as_object(item.get("message")), as_object(item.get("messageStatus"))
    word = (as_text(status.get("code")) or "none").upper()
    if word not in STATUSES:
        known = f"{word} is no status" if word in _NO_STATUS else f"unknown status {word}"
        return [ignored(item, known)]
    cause = as_object(next(iter(as_list(status.get("causes"))), None))
    return told(
        Told(
            external_id=as_text(message.get("id")) or as_text(item.get("messageId")),
            word=word,
            status=STATUSES[word],
            recipient=as_text(message.get("to")),
            account=as_text(message.get("from")),
            sent_at=as_moment(status.get("timestamp")) or as_moment(item.get("timestamp")),
            reference=as_text(message.get("externalId")),
            code=as_text(cause.get("channelErrorCode")),
            meaning=_meaning(word, cause, as_text(status.get("description"))),
        ),
        item,
    )


def _meaning(word: str, cause: Json, description: str | None) -> Meaning:
    """Each carrier has codes of its own, which Zenvia hands on; none of them is documented."""
    return rejected(as_text(cause.get("reason")) or description or word)


_READERS: dict[str, Callable[[Json], list[InboundEvent]]] = {
    "MESSAGE": _message,
    "MESSAGE_STATUS": _status,
}
