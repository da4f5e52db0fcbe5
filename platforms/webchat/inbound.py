"""Reads what a server, or our own socket layer, posts for a visitor.

    {"visitor": {"id": "v-1", "name": "Ana"}, "inbox": "wi_1",
     "frames": [{"t": "msg", "cid": "…", "text": "Hi", "attachments": ["up_1", {"url": "…", "mime_type": "…"}],
                 "reply_to": null, "postback": {"id": "…", "title": "…"}, "at": "2026-03-02T10:00:00Z"},
                {"t": "typing", "on": true}, {"t": "delivered", "up_to": 1052}, {"t": "read", "up_to": 1052}]}

A single frame may stand beside `visitor` without the list. A text over the limit is kept whole: the socket answers it
with a nack, but what has reached us is never lost.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from domain.content import ChoiceContent, MediaContent, MediaRef, MessageContent, TextContent
from domain.errors import PayloadUnreadable
from domain.events import InboundEvent, Sender, Watermark
from domain.receipts import Receipt, ReceiptStatus
from platforms import signing
from platforms.base import WebhookRequest
from platforms.reading import as_object, as_size, as_text
from platforms.webchat.account import WebchatAccount
from platforms.webchat.reading import as_list, as_moment, read_object

_Frame = dict[str, Any]
_Common = dict[str, Any]
"""The fields that all events of a body share."""


def verify(request: WebhookRequest, account: WebchatAccount) -> None:
    """Raise `SignatureInvalid`. Without a time of arrival only the signature is checked, not its age."""
    header = request.headers.get(signing.HEADER, "")
    signing.verify(account.secret, header, request.body, request.received_at)


def accounts(request: WebhookRequest) -> list[str]:
    """The inbox a body names, if it does; the webhook's URL says it anyway."""
    try:
        inbox = as_text(read_object(request.body).get("inbox"))
    except PayloadUnreadable:
        return []
    return [inbox] if inbox else []


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every frame of a body, in order. Raises `PayloadUnreadable` for a body without visitor or frames."""
    body = read_object(request.body)
    visitor = as_object(body.get("visitor"))
    address = as_text(visitor.get("id"))
    if address is None:
        raise PayloadUnreadable("the body names no visitor")
    frames = body.get("frames", [body] if "t" in body else None)
    if not isinstance(frames, list):
        raise PayloadUnreadable("the body has no frames")
    sender = Sender(address=address, name=as_text(visitor.get("name")))
    common = {"sender": sender, "account": as_text(body.get("inbox"))}
    digest = hashlib.sha256(request.body).hexdigest()[:16]
    return [
        event
        for index, frame in enumerate(frames)
        for event in _events(frame, f"{digest}:{index}", common)
    ]


def _events(frame: Any, unique: str, common: _Common) -> Iterator[InboundEvent]:
    """What one frame says. `unique` stands in for the id of frames that have none."""
    kind = frame.get("t") if isinstance(frame, dict) else None
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        yield _ignored(frame, unique, common, "unknown frame")
        return
    yield from read(frame, unique, common)


def _message(frame: _Frame, unique: str, common: _Common) -> Iterator[InboundEvent]:
    """One event for each thing said. The first has the `cid` as its id, the others `cid:1`, `cid:2` and so on."""
    cid = as_text(frame.get("cid"))
    if cid is None:
        yield _ignored(frame, unique, common, "a message without cid")
        return
    contents = list(_contents(frame))
    if not contents:
        yield _ignored(frame, cid, common, "a message that says nothing")
    for index, content in enumerate(contents):
        external_id = f"{cid}:{index}" if index else cid
        if content is None:
            yield _ignored(frame, external_id, common, "an attachment without id or url")
            continue
        yield InboundEvent(
            kind="message",
            external_id=external_id,
            sent_at=as_moment(frame.get("at")),
            reply_to=as_text(frame.get("reply_to")),
            content=content,
            **common,
        )


def _contents(frame: _Frame) -> Iterator[MessageContent | None]:
    """The choice or the text, then the files; a text beside files is the first file's caption."""
    text = as_text(frame.get("text"))
    postback = as_object(frame.get("postback"))
    choice_id = as_text(postback.get("id"))
    if choice_id is not None:
        title = as_text(postback.get("title")) or text or choice_id
        yield ChoiceContent(id=choice_id, title=title)
        text = None if text == title else text
    files = [_file(given) for given in as_list(frame.get("attachments"))]
    captioned = next((index for index, file in enumerate(files) if file is not None), None)
    if text is not None and captioned is None:
        yield TextContent(text=text)
    for index, file in enumerate(files):
        yield file.model_copy(update={"caption": text}) if file and index == captioned else file


def _file(given: Any) -> MediaContent | None:
    """A file: the id of an upload, or an object that names one. Keys of our own store are never taken from outside."""
    fields = as_object(given) or {"id": given}
    media = MediaRef(
        id=as_text(fields.get("id")),
        url=as_text(fields.get("url")),
        mime_type=as_text(fields.get("mime_type")),
        filename=as_text(fields.get("filename")),
        size=as_size(fields.get("size")),
    )
    if media.id is None and media.url is None:
        return None
    family = (media.mime_type or "").partition("/")[0].lower()
    voice = family == "audio" and fields.get("voice") is True
    return MediaContent(type=_KINDS.get(family, "document"), media=media, voice=voice)


_KINDS: dict[str, Any] = {"image": "image", "video": "video", "audio": "audio"}


def _typing(frame: _Frame, unique: str, common: _Common) -> Iterator[InboundEvent]:
    details = {"on": frame.get("on") is not False}
    yield InboundEvent(kind="typing", external_id=f"typing:{unique}", details=details, **common)


def _read(frame: _Frame, unique: str, common: _Common) -> Iterator[InboundEvent]:
    """Up to an event by its number, or, from a server, up to a message by its id."""
    up_to = as_text(frame.get("up_to"))
    if up_to is None:
        yield _ignored(frame, unique, common, "a read mark without up_to")
        return
    seq = as_size(frame.get("up_to"))
    yield InboundEvent(
        kind="read",
        external_id=f"read:{common['sender'].address}:{up_to}",
        target_external_id=up_to,
        up_to=Watermark(seq=seq) if seq is not None else None,
        **common,
    )


def _delivered(frame: _Frame, unique: str, common: _Common) -> Iterator[InboundEvent]:
    up_to = as_size(frame.get("up_to"))
    if up_to is None:
        yield _ignored(frame, unique, common, "a delivery mark without up_to")
        return
    yield InboundEvent(
        kind="receipt",
        external_id=f"delivered:{common['sender'].address}:{up_to}",
        receipt=Receipt(status=ReceiptStatus.DELIVERED),
        up_to=Watermark(seq=up_to),
        **common,
    )


_READERS: dict[str, Callable[[_Frame, str, _Common], Iterator[InboundEvent]]] = {
    "msg": _message,
    "typing": _typing,
    "delivered": _delivered,
    "read": _read,
}


def _ignored(frame: Any, external_id: str, common: _Common, reason: str) -> InboundEvent:
    return InboundEvent(
        kind="ignored", external_id=f"ignored:{external_id}", reason=reason, raw=frame, **common
    )
