"""How a file is named in a message, and the upload that gives it a name.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

import mimetypes
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.content import CardContent, MediaContent, MediaRef, MessageContent, TemplateContent
from domain.errors import ContentRejected
from platforms.base import OutboundFile, OutboundRequest
from platforms.meta.names import safe_filename
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.checks import media_fits

_DEFAULT_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/ogg",
    "document": "application/octet-stream",
    "sticker": "image/webp",
}


def media_object(kind: str, media: MediaRef) -> dict[str, Any]:
    """`id` or `link` of a file.

    A file that is only in our store shows as `upload:<key>`: `send` replaces it by the id of its upload.
    """
    media_fits(kind, media.mime_type, media.size)
    if media.id:
        return {"id": media.id}
    if media.url:
        if not media.url.startswith(("https://", "http://")):
            raise ContentRejected("a link to a file must start with https://")
        return {"link": media.url}
    if media.key:
        return {"id": f"upload:{media.key}"}
    raise ContentRejected(f"the {kind} names no file")


def picture_kind(media: MediaRef) -> str:
    """Whether a card's picture moves."""
    return "video" if (media.mime_type or "").startswith("video/") else "image"


def filename(media: MediaRef) -> str:
    """What the contact sees; without a name the app shows "Untitled"."""
    path = urlsplit(media.url).path if media.url else media.key or ""
    return safe_filename(media.filename) or safe_filename(unquote(path)) or "file"


def pending(content: MessageContent) -> tuple[str, MediaRef] | None:
    """Kind and place of the file that must be uploaded before this content can be sent."""
    match content:
        case MediaContent(type=kind, media=media):
            found: tuple[str, MediaRef] | None = (kind, media)
        case TemplateContent(header_media=MediaContent(type=kind, media=media)):
            found = (kind, media)
        case CardContent(media=MediaRef() as media):
            found = (picture_kind(media), media)
        case _:
            found = None
    if found is None or found[1].id or found[1].url or not found[1].key:
        return None
    return found


def upload(kind: str, media: MediaRef, account: WhatsAppAccount) -> OutboundRequest:
    """The request that uploads a file of our store; its answer holds the id, good for 30 days."""
    name = filename(media)
    guessed = mimetypes.guess_type(name)[0]
    mime_type = (media.mime_type or guessed or _DEFAULT_TYPES[kind]).split(";")[0].strip()
    media_fits(kind, mime_type, media.size)
    return OutboundRequest(
        method="POST",
        url=account.edge("media"),
        headers=account.authorization,
        form={"messaging_product": "whatsapp", "type": mime_type},
        file=OutboundFile(field="file", filename=name, mime_type=mime_type, key=media.key or ""),
    )


def uploaded(content: MessageContent, media_id: str) -> MessageContent:
    """The content with its file named by the id of the upload."""
    match content:
        case MediaContent(media=media) | CardContent(media=MediaRef() as media):
            return content.model_copy(update={"media": media.model_copy(update={"id": media_id})})
        case TemplateContent(header_media=MediaContent() as header):
            return content.model_copy(update={"header_media": uploaded(header, media_id)})
        case _:
            return content
