"""A raw message, as it was fetched from a mailbox and posted to us, becomes events."""

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms import signing
from platforms.base import WebhookRequest
from platforms.email import messages, reading, reports
from platforms.email.account import EmailAccount


def verify(request: WebhookRequest, account: EmailAccount) -> None:
    """Raise `SignatureInvalid`. Without a time of arrival only the signature is checked, not its age."""
    header = request.headers.get(signing.HEADER, "")
    signing.verify(account.secret, header, request.body, request.received_at)


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """The events of one message. Raises `PayloadUnreadable` when the body is none."""
    mail = reading.read(request)
    try:
        told = reports.events(mail)
        return messages.events(mail) if told is None else told
    except PayloadUnreadable:
        raise
    except Exception as error:  # noqa: BLE001  whatever is wrong with one message, it is kept and no crash
        return [reports.ignored(mail, f"unreadable: {type(error).__name__}")]
