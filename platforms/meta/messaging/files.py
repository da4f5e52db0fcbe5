"""How a file is named in a message, and the upload that gives it a name.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets
https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/attachment-upload
"""

import json
import mimetypes
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.content import MediaContent, MediaRef, MessageContent
from domain.errors import ContentRejected
from platforms.base import OutboundFile, OutboundRequest
from platforms.meta.checks import media_fits
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.names import safe_filename

_KINDS = {"image": "image", "video": "video", "audio": "audio", "document": "file"}
_DEFAULT_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mp4",
    "document": "application/pdf",
}


def attachment(content: MediaContent, dialect: Dialect) -> dict[str, Any]:
    """The attachment object of a file.

    A file that is only in our store shows as `upload:<key>`: `send` replaces it by the id of its upload.
    """
    media = content.media
    _fits(content.type, media.mime_type, media.size, dialect)
    return {"type": _KINDS[content.type], "payload": _place(content.type, media)}


def _place(kind: str, media: MediaRef) -> dict[str, Any]:
    if media.id:
        return {"attachment_id": media.id}
    if media.url:
        if not media.url.startswith(("https://", "http://")):
            raise ContentRejected("a link to a file must start with https://")
        return {"url": media.url}
    if media.key:
        return {"attachment_id": f"upload:{media.key}"}
    raise ContentRejected(f"the {kind} names no file")


def _fits(kind: str, mime_type: str | None, size: int | None, dialect: Dialect) -> None:
    rule = dialect.capabilities.media.get(kind)
    if rule is None or kind not in _KINDS:
        raise ContentRejected(f"{dialect.name} carries no {kind}")
    media_fits(kind, rule, mime_type, size)


def pending(content: MessageContent) -> MediaContent | None:
    """The content, if its file must be uploaded before it can be sent."""
    if not isinstance(content, MediaContent):
        return None
    media = content.media
    return content if media.key and not (media.id or media.url) else None


def upload(content: MediaContent, account: MessagingAccount, dialect: Dialect) -> OutboundRequest:
    """The request that uploads a file of our store; its answer holds the id, good for 90 days."""
    media = content.media
    name = filename(media)
    mime_type = media.mime_type or mimetypes.guess_type(name)[0] or _DEFAULT_TYPES[content.type]
    bare = mime_type.split(";")[0].strip()
    _fits(content.type, bare, media.size, dialect)
    described = {"type": _KINDS[content.type], "payload": {"is_reusable": True}}
    return OutboundRequest(
        method="POST",
        url=account.edge("message_attachments"),
        headers=account.authorization,
        form={**account.upload_fields, "message": json.dumps({"attachment": described})},
        file=OutboundFile(field="filedata", filename=name, mime_type=bare, key=media.key or ""),
    )


def uploaded(content: MediaContent, attachment_id: str) -> MediaContent:
    """The content with its file named by the id of the upload."""
    media = content.media.model_copy(update={"id": attachment_id})
    return content.model_copy(update={"media": media})


def filename(media: MediaRef) -> str:
    """What the contact sees of a document."""
    path = urlsplit(media.url).path if media.url else media.key or ""
    return safe_filename(media.filename) or safe_filename(unquote(path)) or "file"
