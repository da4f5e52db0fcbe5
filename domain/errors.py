"""Everything that can go wrong on purpose, in one vocabulary.

DomainError
├── DeliveryError               an outbound message could not be handed over
│   ├── Throttled               the platform asks us to slow down            (retry after its own delay)
│   ├── PlatformUnavailable     the platform is down or unreachable          (retry)
│   ├── OutcomeUnknown          the call left, no answer came back           (never retried on a guess)
│   ├── ChannelUnauthorized     token revoked, account locked                (after somebody reconnects)
│   ├── ContactUnreachable      the contact cannot be reached on this channel
│   ├── WindowClosed            the reply window is over; a template is needed
│   ├── OptedOut                the contact asked not to be written to
│   ├── ContentRejected         the platform cannot carry this content
│   │   └── MediaRejected       the platform, or we, refuse this file
│   │       ├── MediaTooLarge   it is over the limit
│   │       └── MediaInfected   the virus scanner knows what is in it
│   └── MediaUnavailable        where files are kept, or scanned, does not answer (retry)
├── InboundError                a webhook could not be taken
│   ├── SignatureInvalid        it does not prove where it comes from
│   └── PayloadUnreadable       it is authentic and cannot be read
└── ConversationError           an action does not fit the conversation's state
    ├── NotYours                somebody else owns it
    ├── AlreadyResolved         it is resolved; reopen it first
    ├── TooLate                 whoever asked has given up waiting
    └── NotPossible             any other action that makes no sense now

Nobody branches on a message's text: `code` is for programs, `words` are for people.
"""

from datetime import timedelta
from typing import ClassVar, Literal


class DomainError(Exception):
    """Anything that can go wrong on purpose."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    words: ClassVar[dict[str, str]] = {"en": "Something went wrong.", "pt": "Algo deu errado."}
    """What a person is told, by language."""

    def __init__(self, detail: str = "", *, vendor_code: str | None = None) -> None:
        super().__init__(detail or self.words["en"])
        self.detail = detail
        self.vendor_code = vendor_code


class DeliveryError(DomainError):
    """An outbound message could not be handed over."""

    code = "delivery_failed"
    words: ClassVar = {
        "en": "The message could not be sent.",
        "pt": "Não foi possível enviar a mensagem.",
    }


class Throttled(DeliveryError):
    """The platform asks us to slow down, and says for how long where it can."""

    code = "throttled"
    retryable = True
    words: ClassVar = {
        "en": "The platform asked us to slow down. The message will be sent shortly.",
        "pt": "A plataforma pediu para irmos mais devagar. A mensagem será enviada em instantes.",
    }

    def __init__(
        self,
        detail: str = "",
        *,
        retry_after: timedelta | None = None,
        scope: Literal["channel", "address"] = "channel",
        vendor_code: str | None = None,
    ) -> None:
        """`scope`: `address` where the platform says that only this contact's messages come too fast."""
        super().__init__(detail, vendor_code=vendor_code)
        self.retry_after = retry_after
        self.scope = scope


class PlatformUnavailable(DeliveryError):
    """The platform is down, or the call never reached it: nothing was sent, trying again is safe."""

    code = "platform_unavailable"
    retryable = True
    words: ClassVar = {
        "en": "The platform is not answering. We keep trying.",
        "pt": "A plataforma não está respondendo. Continuamos tentando.",
    }


class OutcomeUnknown(DeliveryError):
    """The call left and no readable answer came back: it may have been sent, so it is not sent again."""

    code = "outcome_unknown"
    words: ClassVar = {
        "en": "We do not know whether this message arrived. Check with the contact before sending it again.",
        "pt": "Não sabemos se esta mensagem chegou. Confirme com o contato antes de reenviar.",
    }


class ChannelUnauthorized(DeliveryError):
    """The channel's token is invalid, or the account is locked: somebody must reconnect it."""

    code = "channel_unauthorized"
    words: ClassVar = {
        "en": "The channel is disconnected. Ask an administrator to reconnect it.",
        "pt": "O canal está desconectado. Peça a um administrador para reconectá-lo.",
    }


class ContactUnreachable(DeliveryError):
    """The contact cannot be reached on this channel: blocked us, left, or has no account."""

    code = "contact_unreachable"
    words: ClassVar = {
        "en": "This contact cannot be reached on this channel.",
        "pt": "Este contato não pode ser alcançado por este canal.",
    }


class WindowClosed(DeliveryError):
    """The platform's reply window is over: only a template may be sent."""

    code = "window_closed"
    words: ClassVar = {
        "en": "The reply window is closed. Send an approved template to write again.",
        "pt": "A janela de resposta está fechada. Envie um modelo aprovado para voltar a escrever.",
    }


class OptedOut(DeliveryError):
    """The contact asked not to be written to, and has not said anything since that could be answered."""

    code = "opted_out"
    words: ClassVar = {
        "en": "This contact asked not to receive messages. You may answer when they write again.",
        "pt": "Este contato pediu para não receber mensagens. Você poderá responder quando ele escrever de novo.",
    }


class ContentRejected(DeliveryError):
    """The platform cannot carry this content, or refused it as malformed."""

    code = "content_rejected"
    words: ClassVar = {
        "en": "This channel cannot carry this content.",
        "pt": "Este canal não aceita este conteúdo.",
    }


class MediaRejected(ContentRejected):
    """The platform refuses this file: its type, its size, or where it comes from."""

    code = "media_rejected"
    words: ClassVar = {
        "en": "This channel refuses this file.",
        "pt": "Este canal recusa este arquivo.",
    }


class MediaTooLarge(MediaRejected):
    """The file is larger than we take, or than the platform does."""

    code = "file_too_large"
    words: ClassVar = {
        "en": "This file is too large.",
        "pt": "Este arquivo é grande demais.",
    }


class MediaInfected(MediaRejected):
    """The virus scanner found something in the file; the detail is its name for it."""

    code = "file_infected"
    words: ClassVar = {
        "en": "The virus scanner refuses this file. It was not kept.",
        "pt": "O antivírus recusou este arquivo. Ele não foi guardado.",
    }


class MediaUnavailable(DeliveryError):
    """The store that keeps files, or the scanner that looks into them, does not answer: nothing was sent."""

    code = "media_unavailable"
    retryable = True
    words: ClassVar = {
        "en": "Files cannot be checked or read at the moment. We keep trying.",
        "pt": "No momento não é possível verificar ou ler arquivos. Continuamos tentando.",
    }


class InboundError(DomainError):
    """A webhook could not be taken."""

    code = "webhook_refused"


class SignatureInvalid(InboundError):
    """The request does not prove that it comes from the platform."""

    code = "signature_invalid"
    words: ClassVar = {
        "en": "The signature is missing, wrong or too old.",
        "pt": "A assinatura está ausente, incorreta ou expirada.",
    }


class PayloadUnreadable(InboundError):
    """The request cannot be read as what the platform documents."""

    code = "payload_unreadable"
    words: ClassVar = {
        "en": "The body cannot be read.",
        "pt": "O corpo da requisição não pode ser lido.",
    }


class ConversationError(DomainError):
    """An action does not fit the conversation's state."""

    code = "not_possible_now"


class NotYours(ConversationError):
    """Somebody else owns the conversation."""

    code = "not_yours"
    words: ClassVar = {
        "en": "Somebody else has this conversation. Take it over first.",
        "pt": "Outra pessoa está com esta conversa. Assuma a conversa primeiro.",
    }


class AlreadyResolved(ConversationError):
    """The conversation is resolved."""

    code = "already_resolved"
    words: ClassVar = {
        "en": "This conversation is resolved. Reopen it first.",
        "pt": "Esta conversa está resolvida. Reabra-a primeiro.",
    }


class TooLate(ConversationError):
    """The request reached the conversation after whoever asked had been told that it failed."""

    code = "too_late"
    words: ClassVar = {
        "en": "This came too late and was not carried out. Try again.",
        "pt": "Isto chegou tarde demais e não foi feito. Tente de novo.",
    }


class NotPossible(ConversationError):
    """The action makes no sense in the conversation's present state; the detail says why."""

    code = "not_possible_now"
    words: ClassVar = {
        "en": "This is not possible right now.",
        "pt": "Isto não é possível agora.",
    }


def _subclasses(base: type[DomainError]) -> list[type[DomainError]]:
    return [base, *(leaf for child in base.__subclasses__() for leaf in _subclasses(child))]


BY_CODE: dict[str, type[DomainError]] = {
    error.code: error for error in reversed(_subclasses(DomainError))
}
"""Code -> class: how an error is recognised again on the other side of Temporal."""
