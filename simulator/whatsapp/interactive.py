"""Interactive messages and their limits: an independent reading of the public reference.

https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages and
https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-list-messages (read 2026-08).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from simulator.whatsapp.parts import Document, Part, Sticker, refuse_duplicates, upto


class Body(Part):
    """Text beside buttons, a form or a card."""

    text: Annotated[str, upto(1024)]


class ListBody(Part):
    """Text beside a list."""

    text: Annotated[str, upto(4096)]


class CardBody(Part):
    """Text of one carousel card."""

    text: Annotated[str, upto(160)]


class Footer(Part):
    """Small print."""

    text: Annotated[str, upto(60)]


class TextHeader(Part):
    """A heading."""

    type: Literal["text"]
    text: Annotated[str, upto(60)]


class ImageHeader(Part):
    """A picture on top."""

    type: Literal["image"]
    image: Sticker


class VideoHeader(Part):
    """A video on top."""

    type: Literal["video"]
    video: Sticker


class DocumentHeader(Part):
    """A document on top."""

    type: Literal["document"]
    document: Document


Header = Annotated[
    TextHeader | ImageHeader | VideoHeader | DocumentHeader, Field(discriminator="type")
]


class Reply(Part):
    """What a reply button says and returns."""

    id: Annotated[str, upto(256)]
    title: Annotated[str, upto(20)]

    @field_validator("id")
    @classmethod
    def _no_outer_spaces(cls, value: str) -> str:
        if value != value.strip():
            raise ValueError("a button id must not begin or end with a space")
        return value


class ReplyButton(Part):
    """One reply button."""

    type: Literal["reply"]
    reply: Reply


class ButtonsAction(Part):
    """1 to 3 reply buttons."""

    buttons: list[ReplyButton] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        refuse_duplicates("button titles", (button.reply.title for button in self.buttons))
        refuse_duplicates("button ids", (button.reply.id for button in self.buttons))
        return self


class Row(Part):
    """One row of a list."""

    id: Annotated[str, upto(200)]
    title: Annotated[str, upto(24)]
    description: Annotated[str, StringConstraints(max_length=72)] | None = None


class Section(Part):
    """Rows under a heading."""

    title: Annotated[str, upto(24)] | None = None
    rows: list[Row] = Field(min_length=1, max_length=10)


class ListAction(Part):
    """At most 10 rows in all sections together."""

    button: Annotated[str, upto(20)]
    sections: list[Section] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _rows(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > 10:
            raise ValueError("a list has at most 10 rows in total")
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise ValueError("sections need a title when there is more than one")
        refuse_duplicates("row ids", (row.id for row in rows))
        return self


class UrlParameters(Part):
    """Where a link button leads."""

    display_text: Annotated[str, upto(20)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)]


class UrlAction(Part):
    """A link button."""

    name: Literal["cta_url"]
    parameters: UrlParameters


class FlowPayload(Part):
    """Which screen a form opens with."""

    screen: Annotated[str, upto(512)]
    data: dict[str, Any] | None = Field(default=None, min_length=1)


class FlowParameters(Part):
    """Which form opens, and how."""

    flow_message_version: Literal["3"]
    flow_id: str | None = None
    flow_name: str | None = None
    flow_cta: Annotated[str, upto(30)]
    flow_token: str | None = None
    mode: Literal["draft", "published"] = "published"
    flow_action: Literal["navigate", "data_exchange"] = "navigate"
    flow_action_payload: FlowPayload | None = None

    @model_validator(mode="after")
    def _one_flow(self) -> Self:
        if (self.flow_id is None) == (self.flow_name is None):
            raise ValueError("exactly one of flow_id and flow_name must be given")
        if self.flow_action_payload is not None and self.flow_action != "navigate":
            raise ValueError("flow_action_payload goes with flow_action navigate only")
        return self


class FlowAction(Part):
    """Opens a form."""

    name: Literal["flow"]
    parameters: FlowParameters


class LocationAction(Part):
    """Asks for a place."""

    name: Literal["send_location"]


class Card(Part):
    """One card of a carousel."""

    card_index: int = Field(ge=0, le=9)
    type: Literal["cta_url"]
    header: Annotated[ImageHeader | VideoHeader, Field(discriminator="type")]
    body: CardBody | None = None
    action: UrlAction


class CarouselAction(Part):
    """2 to 10 cards with the same kind of header."""

    cards: list[Card] = Field(min_length=2, max_length=10)

    @model_validator(mode="after")
    def _alike(self) -> Self:
        if len({card.header.type for card in self.cards}) > 1:
            raise ValueError("all cards need the same header type")
        if [card.card_index for card in self.cards] != list(range(len(self.cards))):
            raise ValueError("card_index counts from 0 in order")
        return self


class ButtonsInteractive(Part):
    """Reply buttons."""

    type: Literal["button"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: ButtonsAction


class ListInteractive(Part):
    """A menu."""

    type: Literal["list"]
    header: TextHeader | None = None
    body: ListBody
    footer: Footer | None = None
    action: ListAction


class UrlInteractive(Part):
    """A link button."""

    type: Literal["cta_url"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: UrlAction


class FlowInteractive(Part):
    """A form."""

    type: Literal["flow"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: FlowAction


class LocationInteractive(Part):
    """A request for a place."""

    type: Literal["location_request_message"]
    body: Body
    action: LocationAction


class CarouselInteractive(Part):
    """Cards side by side: nothing but a body outside them."""

    type: Literal["carousel"]
    body: Body
    action: CarouselAction


Interactive = Annotated[
    ButtonsInteractive
    | ListInteractive
    | UrlInteractive
    | FlowInteractive
    | LocationInteractive
    | CarouselInteractive,
    Field(discriminator="type"),
]
