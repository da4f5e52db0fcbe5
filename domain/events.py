"""What a platform told us, normalised: the vocabulary between webhooks and conversations."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from domain.content import MessageContent
from domain.receipts import Receipt
from domain.value import Value

EventKind = Literal[
    "message",
    "receipt",
    "reaction",
    "edit",
    "delete",
    "typing",
    "read",
    "identity",
    "preference",
    "comment",
    "channel",
    "lifecycle",
    "ignored",
]


class Sender(Value):
    """Who wrote. `address` is the contact's address on the channel, as the platform spells it."""

    address: str
    name: str | None = None
    username: str | None = None
    user_id: str | None = None
    """A second, stable id of the same person, where the platform has one."""


class Referral(Value):
    """What led the contact here: an ad, a link, a story."""

    source: str
    id: str | None = None
    ref: str | None = None
    url: str | None = None
    title: str | None = None
    text: str | None = None


class Watermark(Value):
    """Up to where a contact has received or read: everything before it counts too. One of the two is set."""

    seq: int | None = None
    """The number of an event of the conversation, on platforms whose clients know them."""
    at: datetime | None = None
    """A moment by the platform's clock. Aware, UTC."""


class InboundEvent(Value):
    """One thing a platform told us. `external_id` is the deduplication key within the channel."""

    kind: EventKind
    external_id: str
    sender: Sender | None = None
    sent_at: datetime | None = None
    """Aware, UTC; the platform's own clock."""
    reply_to: str | None = None
    thread: str | None = None
    referral: Referral | None = None
    account: str | None = None
    """Which connected account it is for, as the payload says it."""
    echo: bool = False
    """Our own account's outgoing message coming back."""
    content: MessageContent | None = None
    receipt: Receipt | None = None
    target_external_id: str | None = None
    up_to: Watermark | None = None
    """For read, and for receipts that name no single message."""
    emoji: str | None = None
    """For reactions: the emoji, or None when it was taken back."""
    details: dict[str, Any] | None = None
    """For identity, preference, channel and lifecycle: what changed."""
    reason: str | None = None
    """For ignored: why."""
    raw: Any | None = Field(default=None, repr=False)
    """The platform's own item, kept where we have no full word for it."""

    @property
    def is_automatic(self) -> bool:
        """A machine wrote it (an absence note, a newsletter): no flow hears it, or two machines would talk for ever."""
        return bool((self.details or {}).get("automatic"))
