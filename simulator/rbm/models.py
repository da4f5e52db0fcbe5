"""The fields of an agent's message, with the limits that are theirs alone.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from simulator.rbm.chips import Body, Suggestion, Url

MAX_TEXT, MAX_CHIPS = 3072, 11
MAX_TITLE, MAX_DESCRIPTION, MAX_CARD_CHIPS = 200, 2000, 4


class ContentInfo(Body):
    """A file by its address."""

    file_url: Url
    thumbnail_url: Url | None = None
    force_refresh: bool = False


class UploadedFile(Body):
    """A file by the name of its upload."""

    file_name: str = Field(min_length=1)
    thumbnail_name: str | None = None


class Media(Body):
    """The picture of a card."""

    height: Literal["SHORT", "MEDIUM", "TALL"]
    content_info: ContentInfo | None = None
    uploaded_rbm_file: UploadedFile | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of("content_info", "uploaded_rbm_file")
        return self


class CardContent(Body):
    """What stands on a card."""

    title: Annotated[str, StringConstraints(max_length=MAX_TITLE)] | None = None
    description: Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION)] | None = None
    media: Media | None = None
    suggestions: list[Suggestion] = Field(default_factory=list, max_length=MAX_CARD_CHIPS)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.title or self.description or self.media):
            raise ValueError("a card has a title, a description or media")
        return self


class StandaloneCard(Body):
    """One card."""

    card_orientation: Literal["HORIZONTAL", "VERTICAL"]
    thumbnail_image_alignment: Literal["LEFT", "RIGHT"] | None = None
    card_content: CardContent

    @model_validator(mode="after")
    def _aligned(self) -> Self:
        if self.card_orientation == "HORIZONTAL" and self.thumbnail_image_alignment is None:
            raise ValueError("a horizontal card says where its picture stands")
        return self


class CarouselCard(Body):
    """Cards side by side."""

    card_width: Literal["SMALL", "MEDIUM"]
    card_contents: list[CardContent] = Field(min_length=2, max_length=10)


class RichCard(Body):
    """One card, or several."""

    standalone_card: StandaloneCard | None = None
    carousel_card: CarouselCard | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of("standalone_card", "carousel_card")
        return self

    @property
    def cards(self) -> list[CardContent]:
        if self.standalone_card is not None:
            return [self.standalone_card.card_content]
        return list(self.carousel_card.card_contents) if self.carousel_card else []


_CONTENTS = {
    "text": "text",
    "uploaded_rbm_file": "file",
    "content_info": "file",
    "rich_card": "card",
}


class ContentMessage(Body):
    """What a message says."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)] | None = None
    uploaded_rbm_file: UploadedFile | None = None
    content_info: ContentInfo | None = None
    rich_card: RichCard | None = None
    suggestions: list[Suggestion] = Field(default_factory=list, max_length=MAX_CHIPS)

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of(*_CONTENTS)
        return self

    @property
    def kind(self) -> str:
        """What the ledger calls it."""
        return _CONTENTS[self.one_of(*_CONTENTS)]

    @property
    def cards(self) -> list[CardContent]:
        return self.rich_card.cards if self.rich_card else []

    def chips(self) -> Iterator[Suggestion]:
        """All that can be tapped."""
        for card in self.cards:
            yield from card.suggestions
        yield from self.suggestions

    def uploads(self) -> Iterator[str]:
        """The names of the uploaded files that it shows."""
        media = [card.media.uploaded_rbm_file for card in self.cards if card.media]
        for file in (self.uploaded_rbm_file, *media):
            if file is not None:
                yield file.file_name
                yield from filter(None, [file.thumbnail_name])


class AgentMessage(Body):
    """A message to send."""

    content_message: ContentMessage
    message_traffic_type: (
        Literal["AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"]
        | None
    ) = None
    ttl: Annotated[str, StringConstraints(pattern=r"^\d{1,7}(\.\d{1,9})?s$")] | None = None
    expire_time: str | None = None

    @model_validator(mode="after")
    def _expires_once(self) -> Self:
        if self.ttl is not None and self.expire_time is not None:
            raise ValueError("ttl and expire_time are two ways to say one thing")
        return self
