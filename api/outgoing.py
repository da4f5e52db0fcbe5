"""What an agent wants to send, refused before anything is recorded when it could not be sent."""

import hashlib
from typing import ClassVar
from uuid import UUID

from activities.accounts import Connected
from api.bodies import Body
from api.clock import now
from api.dependencies import Api
from api.errors import Unprocessable
from domain.consent import LastWord, check_consent
from domain.content import MessageContent
from domain.conversation import Reply
from domain.errors import MediaRejected
from domain.fitting import fit
from platforms.base import OutboundMessage
from storage.conversations import Conversation

MAX_BYTES = 64 * 1024
"""Of a reply's content as JSON: it travels in histories."""
MAX_PARTS = 10
"""Messages that one reply may become where the platform's are short."""


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
    try:
        return await use.services.enclosures.described(tenant_id, content)
    except MediaRejected as error:
        raise UnknownFile(error.detail) from None


def check(use: Api, connected: Connected, conversation: Conversation, reply: Reply) -> None:
    """Raise `ReplyTooLong` or a `ContentRejected` unless every part of it could be handed to the platform now."""
    size = len(reply.content.model_dump_json().encode())
    if size > MAX_BYTES:
        raise ReplyTooLong(f"{size} bytes, the limit is {MAX_BYTES}")
    channel = connected.channel
    link = use.services.enclosures.link(channel.tenant_id, reply.content, now())
    parts = fit(reply.content, connected.platform.capabilities, link)
    if len(parts) > MAX_PARTS:
        raise ReplyTooLong(f"it would be {len(parts)} messages, the limit is {MAX_PARTS}")
    for part in parts:
        message = OutboundMessage(
            id=str(reply.message_id),
            address=conversation.address,
            content=part,
            reply_to=reply.reply_to,
            thread=conversation.thread,
            file_link=link,
        )
        connected.platform.render(message, connected.account)


def check_wish(conversation: Conversation, reply: Reply) -> None:
    """Raise `OptedOut` when the contact asked not to be written to and has said nothing since."""
    last = LastWord(at=conversation.last_inbound_at, external_id=conversation.last_inbound_id)
    check_consent(conversation.consents, reply.content, last, automatic=False)


async def was_said(use: Api, tenant_id: UUID, message_id: UUID, body: Body) -> bool:
    """Whether a reply with an idempotency key is in the transcript already. Raises `KeyReused`.

    The key is taken before the reply is handed over: of two requests at once that say different things, one is refused.
    """
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    conversations = use.services.conversations
    if not await conversations.take_key(tenant_id, message_id, digest):
        raise KeyReused
    return bool(await conversations.messages_by_id(tenant_id, [message_id]))
