"""What an agent wants to send, refused before anything is recorded when it could not be sent."""

import hashlib
from typing import ClassVar
from uuid import UUID

from activities.accounts import Connected
from api.bodies import Body
from api.dependencies import Api
from api.errors import Unprocessable
from domain.content import CardContent, MediaContent, MediaRef, MessageContent, TemplateContent
from domain.conversation import Reply
from domain.fitting import fit
from platforms.base import OutboundMessage
from storage.conversations import Conversation
from storage.media import StoredMedia

MAX_BYTES = 64 * 1024
"""Of a reply's content as JSON: it travels in histories."""
MAX_PARTS = 10
"""Messages that one reply may become where the platform's are short."""

_UNKNOWN_TYPE = "application/octet-stream"


class ReplyTooLong(Unprocessable):
    """More than anybody wants to read in one go."""

    code = "reply_too_long"
    words: ClassVar = {
        "en": "This message is too long. Send it in parts, or as a file.",
        "pt": "Esta mensagem é longa demais. Envie em partes ou como arquivo.",
    }


class UnknownFile(Unprocessable):
    """The tenant has no file of that key."""

    code = "unknown_file"
    words: ClassVar = {
        "en": "This file does not exist. Upload it first.",
        "pt": "Este arquivo não existe. Envie o arquivo primeiro.",
    }


class KeyReused(Unprocessable):
    """An idempotency key came back with something else to say."""

    code = "idempotency_key_reused"
    words: ClassVar = {
        "en": "This idempotency key stands for another message of yours. Take a new key for each message.",
        "pt": "Esta chave de idempotência é de outra mensagem sua. Use uma chave nova para cada mensagem.",
    }


async def with_file(use: Api, tenant_id: UUID, content: MessageContent) -> MessageContent:
    """The content with what we know of a file of our own, whose type and size decide what can carry it.

    Raises `UnknownFile`.
    """
    media = _file(content)
    if media is None or media.key is None:
        return content
    stored = await use.services.media.find(tenant_id, media.key)
    if stored is None:
        raise UnknownFile(media.key)
    return _with(content, _known(media, stored))


def check(connected: Connected, conversation: Conversation, reply: Reply) -> None:
    """Raise `ReplyTooLong` or a `ContentRejected` unless every part of it could be handed to the platform now."""
    size = len(reply.content.model_dump_json().encode())
    if size > MAX_BYTES:
        raise ReplyTooLong(f"{size} bytes, the limit is {MAX_BYTES}")
    parts = fit(reply.content, connected.platform.capabilities)
    if len(parts) > MAX_PARTS:
        raise ReplyTooLong(f"it would be {len(parts)} messages, the limit is {MAX_PARTS}")
    for part in parts:
        message = OutboundMessage(
            id=str(reply.message_id),
            address=conversation.address,
            content=part,
            reply_to=reply.reply_to,
            thread=conversation.thread,
        )
        connected.platform.render(message, connected.account)


async def was_said(use: Api, tenant_id: UUID, message_id: UUID, body: Body) -> bool:
    """Whether a reply with an idempotency key is in the transcript already. Raises `KeyReused`.

    The key is taken before the reply is handed over: of two requests at once that say different things, one is refused.
    """
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    conversations = use.services.conversations
    if not await conversations.take_key(tenant_id, message_id, digest):
        raise KeyReused
    return bool(await conversations.messages_by_id(tenant_id, [message_id]))


def _file(content: MessageContent) -> MediaRef | None:
    match content:
        case (
            MediaContent(media=media)
            | CardContent(media=MediaRef() as media)
            | TemplateContent(header_media=MediaContent(media=media))
        ):
            return media
        case _:
            return None


def _with(content: MessageContent, media: MediaRef) -> MessageContent:
    if isinstance(content, TemplateContent) and content.header_media is not None:
        header = content.header_media.model_copy(update={"media": media})
        return content.model_copy(update={"header_media": header})
    return content.model_copy(update={"media": media})


def _known(media: MediaRef, stored: StoredMedia) -> MediaRef:
    guessed = stored.mime_type if stored.mime_type != _UNKNOWN_TYPE else None
    return media.model_copy(
        update={
            "mime_type": media.mime_type or guessed,
            "filename": media.filename or stored.filename,
            "size": stored.size,
        }
    )
