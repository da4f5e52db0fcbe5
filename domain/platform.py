"""What a platform can carry, as data: the core reads these facts and never asks for a platform's name."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal, NewType

from pydantic import Field, model_validator

from domain.value import Value

Platform = NewType("Platform", str)
"""The key of a platform in the registry, such as the last part of its folder's name."""


Feature = Literal[
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "buttons",
    "templates",
    "delivery status",
    "typing",
    "read marks",
    "quotes",
]
"""What a platform may offer: the words by which its facts say that it does not, or when."""


class Support(StrEnum):
    """How far a platform carries one kind of content."""

    NATIVE = "native"
    FALLBACK = "fallback"
    """Not offered by the platform; `domain.fitting` turns it into something that is."""
    NONE = "none"


class Idempotency(StrEnum):
    """What the platform offers against sending twice."""

    NONE = "none"
    ECHO = "echo"
    """Our reference comes back on receipts: a doubtful send can be settled later."""
    KEY = "key"
    """The platform refuses or merges a second send with the same key."""


class LengthUnit(StrEnum):
    """How a platform counts the length of a text."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    BYTES = "bytes"
    SEGMENTS = "segments"
    """Short messages: see `domain.segments`. Two texts together may take more of them than the two by themselves."""


class Limits(Value):
    """What the platform refuses beyond. Lengths are in `text_unit`; None means no known limit."""

    text: int
    text_unit: LengthUnit = LengthUnit.CODE_POINTS
    caption: int | None = None
    """None: this platform has no captions; the text travels as a message of its own."""
    buttons: int = 0
    button_title: int = 0
    button_id_bytes: int = 256
    buttons_text: int | None = None
    """Longest text beside buttons; None: as `text`."""
    list_rows: int = 0
    list_row_title: int = 0
    list_row_description: int = 0
    list_row_id_bytes: int = 200
    list_button: int = 20
    list_text: int | None = None
    footer: int = 0
    """0: no footer; it is appended to the text."""


RateScope = Literal["channel", "address"]
"""Whose count a limit is: all that an account sends, or what it sends to one contact."""


class Rate(Value):
    """So many messages in a time, and for a moment as many as `burst`: a bucket that fills evenly."""

    scope: RateScope
    count: int = Field(ge=1)
    per: timedelta = Field(gt=timedelta(0))
    burst: int = Field(default=0, ge=1, validate_default=False)
    """How many may go at once after a pause; `count` unless another is given."""

    @model_validator(mode="before")
    @classmethod
    def _bucket(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "count" in raw and raw.get("burst") is None:
            return {**raw, "burst": raw["count"]}
        return raw


class MediaRule(Value):
    """What the platform takes of one media kind."""

    mime_types: tuple[str, ...]
    """Exact types, or a `prefix/*`."""
    max_bytes: int


class PlatformCapabilities(Value):
    """Everything the core may know about a platform. Sources stand beside the values in its `facts.py`."""

    platform: Platform
    display_name: str
    limits: Limits
    media: dict[str, MediaRule] = Field(default_factory=dict)
    """Outbound media rules by content type (`image`, `video`, `audio`, `document`, `sticker`)."""
    location: Support = Support.FALLBACK
    contacts: Support = Support.FALLBACK
    templates: Support = Support.NONE
    receipts: frozenset[str] = frozenset()
    """Receipt statuses the platform reports after the send call: of `sent delivered read failed`."""
    profiles: bool = False
    """Webhooks may come without a name, and the platform tells it when asked."""
    receipt_within: timedelta | None = None
    """Within what time at least one receipt normally comes after a message was taken.

    None: none come, or only once the contact's phone or browser is there, which may be never.
    """
    rates: tuple[Rate, ...] = ()
    """How fast it may be sent to, as the vendor documents it; all of them hold at once.

    Empty: no limit is published, or it is the account's own (`platforms.base.Account.rates`).
    """
    typing: bool = False
    read_marks: bool = False
    reply_quotes: bool = False
    reply_window: timedelta | None = None
    """How long after the contact's last message free content is allowed; None: always."""
    agent_window: timedelta | None = None
    """How long an agent, though nothing automatic, may still answer where that is longer; an account must allow it."""
    idempotency: Idempotency = Idempotency.NONE
    idempotency_window: timedelta | None = None
    """For how long a key is remembered: a copy that is sent later is a second message. None: no end is told."""
    max_webhook_bytes: int = 3 * 1024 * 1024
    webhook_methods: tuple[str, ...] = ("POST",)
    """How events arrive. Most platforms use GET only to check our address; some deliver by it, in the query."""
    absent: dict[Feature, str] = Field(default_factory=dict)
    """What the platform's API does not offer: the vendor's page that says so."""
    conditions: dict[Feature, str] = Field(default_factory=dict)
    """What is offered under a condition: the words that the matrix adds."""
    docs_url: str = ""
