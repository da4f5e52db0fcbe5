"""How far a message got, and the rule that its status only ever moves forward."""

from enum import StrEnum

from domain.value import Value


class ReceiptStatus(StrEnum):
    """How far one outbound message got, in order of rank."""

    QUEUED = "queued"
    UNCONFIRMED = "unconfirmed"
    """The platform may or may not have taken it; a receipt that echoes our id, or a person, settles it."""
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


RANK: dict[ReceiptStatus, int] = {status: rank for rank, status in enumerate(ReceiptStatus)}
"""`failed` stands below `delivered`: carriers correct themselves, and a late failure never undoes a delivery."""


def advances(current: ReceiptStatus, new: ReceiptStatus) -> bool:
    """Whether a receipt that arrives now changes what we know."""
    return RANK[new] > RANK[current]


class ReceiptError(Value):
    """Why a message failed, in the platform's words."""

    code: str
    """The platform's, where it has one."""
    title: str
    retryable: bool = False
    kind: str | None = None
    """A `DomainError.code`, where we have one."""


class Receipt(Value):
    """What a platform said about one outbound message."""

    status: ReceiptStatus
    message_external_id: str | None = None
    reference: str | None = None
    """Our own message id, where the platform echoes it."""
    error: ReceiptError | None = None
