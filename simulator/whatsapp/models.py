"""Every message the Cloud API takes: an independent reading of the public reference.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages (read 2026-08).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from simulator.whatsapp.interactive import Interactive
from simulator.whatsapp.parts import Audio, Document, Part, Picture, Sticker, upto
from simulator.whatsapp.templates import TemplateContent


class Text(Part):
    """`text`."""

    body: Annotated[str, upto(4096)]
    preview_url: bool = False


class Location(Part):
    """`location`."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None


class ContactName(Part):
    """A name needs its formatted form and at least one part."""

    formatted_name: Annotated[str, upto(1024)]
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    prefix: str | None = None

    @model_validator(mode="after")
    def _one_part(self) -> Self:
        parts = (self.first_name, self.last_name, self.middle_name, self.suffix, self.prefix)
        if not any(parts):
            raise ValueError("at least one part of the name must be given besides formatted_name")
        return self


class ContactPhone(Part):
    """A number of a card."""

    phone: str | None = None
    type: str | None = None
    wa_id: str | None = None


class ContactEmail(Part):
    """An e-mail address of a card."""

    email: str | None = None
    type: str | None = None


class ContactUrl(Part):
    """A web address of a card."""

    url: str | None = None
    type: str | None = None


class ContactCard(Part):
    """One of `contacts`."""

    name: ContactName
    phones: list[ContactPhone] = Field(default_factory=list)
    emails: list[ContactEmail] = Field(default_factory=list)
    urls: list[ContactUrl] = Field(default_factory=list)
    addresses: list[dict[str, str]] = Field(default_factory=list)
    org: dict[str, str] | None = None
    birthday: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class Reaction(Part):
    """`reaction`; an empty emoji takes it back."""

    message_id: Annotated[str, upto(512)]
    emoji: Annotated[str, StringConstraints(max_length=16)]


CONTENT: dict[str, TypeAdapter[Any]] = {
    "text": TypeAdapter(Text),
    "image": TypeAdapter(Picture),
    "video": TypeAdapter(Picture),
    "audio": TypeAdapter(Audio),
    "document": TypeAdapter(Document),
    "sticker": TypeAdapter(Sticker),
    "location": TypeAdapter(Location),
    "contacts": TypeAdapter(Annotated[list[ContactCard], Field(min_length=1, max_length=257)]),
    "reaction": TypeAdapter(Reaction),
    "interactive": TypeAdapter(Interactive),
    "template": TypeAdapter(TemplateContent),
}
"""What the object named like the message's `type` must be."""

NEEDS_CATALOG = frozenset(
    {
        "product",
        "product_list",
        "catalog_message",
        "address_message",
        "order_details",
        "order_status",
    }
)
"""Interactive kinds that need a catalogue or a country which no simulated account has."""


class Context(Part):
    """The message that this one answers."""

    message_id: Annotated[str, upto(512)]


class Frame(BaseModel):
    """What every message has around its content."""

    model_config = ConfigDict(extra="ignore")

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | int | None = None
    recipient: str | None = None
    type: str = "text"
    context: Context | None = None
    biz_opaque_callback_data: Annotated[str, StringConstraints(max_length=512)] | None = None


class TypingIndicator(Part):
    """Shown until the next message, at most 25 s."""

    type: Literal["text"]


class ReadMark(BaseModel):
    """Marks an inbound message as read and, if asked, shows that somebody is typing."""

    model_config = ConfigDict(extra="ignore")

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: Annotated[str, upto(512)]
    typing_indicator: TypingIndicator | None = None
