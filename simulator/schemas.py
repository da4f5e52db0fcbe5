"""The words of the control API: what its callers send and what they get back."""

import hmac
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from domain.value import Value

PlatformKey = str
"""The key of a platform in `simulator.registry`."""
FaultKind = Literal["delay", "error", "drop_before", "drop_after", "throttle", "garbage"]
ReceiptMode = Literal["normal", "none", "late", "twice", "out_of_order", "failed"]
MediaKind = Literal["image", "video", "audio", "document", "sticker"]


class Order(Value):
    """A request body of the control API: a misspelled field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Option(Value):
    """Something the customer can press."""

    id: str
    title: str


class Draft(Value):
    """One send that a simulated platform accepted, before the ledger numbers it."""

    platform: PlatformKey
    account: str
    to: str
    external_id: str
    reference: str | None = None
    """The sender's own id, where the platform carries one."""
    type: str
    text: str = ""
    """What a person reads: the text, the caption, or a short description."""
    options: list[Option] = Field(default_factory=list)
    request: dict[str, Any] = Field(default_factory=dict)
    """The body as it was sent; a file is described, not included."""


class Entry(Draft):
    """One line of the ledger."""

    seq: int
    at: datetime


class Template(Order):
    """A template. With a `body`, its `{{…}}` variables are counted and filled in."""

    name: str
    language: str
    body: str | None = None
    category: str = "UTILITY"
    status: str = "APPROVED"
    """Only approved ones can be sent."""


class SimulatedAccount(Order):
    """What every platform keeps of an account."""

    webhook_url: str = ""
    trusting: bool = False
    """Every address counts as a customer who wrote a moment ago: for webhooks that are posted by hand."""


class GraphAccount(SimulatedAccount):
    """What every account at Meta has."""

    access_token: str = Field(min_length=1)
    token_expires_at: datetime | None = None
    """What an app is told of it; None: it does not end."""
    app_secret: str = Field(min_length=1)
    verify_token: str = Field(min_length=1)
    app_id: int = 400_555_000_111
    """Which app it is: echoes name it, and with its secret it asks about tokens and webhooks."""
    subscribed: bool = True
    """Whether the app gets the account's webhooks; otherwise none are posted."""
    older_tokens: list[str] = Field(default_factory=list)
    """Exchanged already, and good until they end."""

    @property
    def tokens(self) -> list[str]:
        """All that are good."""
        return [self.access_token, *self.older_tokens]

    def opens(self, token: str) -> bool:
        return any(hmac.compare_digest(known.encode(), token.encode()) for known in self.tokens)


class WhatsAppAccount(GraphAccount):
    """A business phone number."""

    display_phone_number: str = "15550100000"
    verified_name: str = "Loja da Esquina"
    quality_rating: str = "GREEN"
    status: str = "CONNECTED"
    business_account_id: str = "100200300400500"
    templates: list[Template] = Field(default_factory=list)


class TelegramAccount(SimulatedAccount):
    """A bot."""

    token: str = Field(min_length=1)
    secret_token: str = ""
    username: str = "simulated_bot"
    allowed_updates: list[str] = Field(default_factory=list)
    """Update kinds to deliver; empty: the platform's default kinds."""


class Fault(Order):
    """What goes wrong with the next `times` requests that would have been accepted."""

    platform: PlatformKey
    account: str | None = None
    """None: any account of the platform."""
    kind: FaultKind
    times: int = Field(default=1, ge=1)
    seconds: float | None = Field(default=None, ge=0, le=600)
    """How long a delay lasts, or what a throttle asks for (default 1)."""
    status: int | None = Field(default=None, ge=200, le=599)
    body: Any = None
    """JSON, or a string that is sent as it is."""
    probability: float = Field(default=1.0, ge=0, le=1)
    """How likely each request is to meet it; only the ones that do are counted in `times`."""
    on: Literal["send", "call"] = "send"
    """`send`: message sends only; `call`: typing, read marks, media and the like as well."""


class ReceiptPolicy(Order):
    """How the statuses of accepted sends are posted back."""

    platform: PlatformKey = "whatsapp"
    mode: ReceiptMode = "normal"
    delay_seconds: float | None = Field(default=None, ge=0, le=3600)
    """Pause before each status (0.05), or before all of them in the mode `late` (2)."""
    error_code: int = 131026
    """For the mode `failed`."""
    read: bool = False
    """Whether the customer's phone reports that the message was read."""


class SaidMedia(Order):
    """A file that a customer sends. Without content, a tiny file of that kind is made up."""

    type: MediaKind
    content_base64: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    caption: str | None = None
    voice: bool = False


class Choice(Order):
    """A button, or a row of a list, that a customer presses."""

    id: str
    title: str | None = None
    """None: as it was offered."""


class Say(Order):
    """What a customer does: exactly one of `text`, `choice`, `media`, `raw`."""

    platform: PlatformKey
    account: str
    sender: str = Field(alias="from", min_length=1)
    name: str | None = None
    text: str | None = None
    choice: Choice | None = None
    media: SaidMedia | None = None
    raw: dict[str, Any] | None = None
    """A whole message object in the platform's own shape; ids and dates are added when missing."""
    message_id: str | None = None
    wait: bool = True
    """Answer only when the webhook was accepted, or given up."""
    attempts: int | None = Field(default=None, ge=1)
    """How often the webhook is posted at most; None: the simulator's own limit."""

    @model_validator(mode="after")
    def _one_content(self) -> "Say":
        given = [self.text, self.choice, self.media, self.raw]
        if sum(item is not None for item in given) != 1:
            raise ValueError("give exactly one of text, choice, media, raw")
        return self


class Post(Order):
    """Any body, signed and posted to the account's webhook. A string is posted byte for byte."""

    platform: PlatformKey
    account: str
    body: Any
    wait: bool = True
    attempts: int | None = Field(default=None, ge=1)


class ContactChange(Order):
    """Sets what a simulated platform knows about a customer. None leaves things as they are."""

    platform: PlatformKey
    account: str
    contact: str
    blocked: bool | None = None
    """The customer blocked this account."""
    silent_seconds: float | None = Field(default=None, ge=0)
    """Pretend that the customer's last message is this old."""


class Posted(Value):
    """What became of one webhook."""

    accepted: bool
    status: int | None = None
    """The last HTTP status; None: there was no answer (yet)."""
    deliveries: int = 0
    """How often it was posted."""
    external_id: str | None = None
    contact: str | None = None
    """The customer's address as the ledger spells it in `to`."""
    error: str | None = None
    """Why there was no answer."""


class DeliveryCounts(Value):
    """Webhooks since the simulator started. `posted` = `accepted` + `pending` + `given_up`."""

    posted: int = 0
    accepted: int = 0
    redelivered: int = 0
    """Attempts after the first."""
    pending: int = 0
    given_up: int = 0
    dropped: int = 0
    """Not even begun, because too many were pending."""


class Verified(Value):
    """Whether the webhook URL passed the platform's check."""

    verified: bool
    status: int | None = None
