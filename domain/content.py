"""What a message says, in one vocabulary for every platform, inbound and outbound."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, model_validator

from domain.value import Value


class TextContent(Value):
    """Plain text."""

    type: Literal["text"] = "text"
    text: str


class MediaRef(Value):
    """Where a file is: the platform's id, a URL, or the key of our own store. Size in bytes."""

    id: str | None = None
    url: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    size: int | None = None
    key: str | None = None
    """Key in our media store (`storage.media`), once the file has been fetched or uploaded."""
    refused: str | None = None
    """Why a file that a contact sent is not in our store, as a `DomainError.code`; None: it is, or it is on its way."""


class MediaContent(Value):
    """A file of one of the five media kinds."""

    type: Literal["image", "video", "audio", "document", "sticker"]
    media: MediaRef
    caption: str | None = None
    voice: bool = False
    """An audio that was recorded as a voice note."""


class LocationContent(Value):
    """A place. Degrees, WGS 84."""

    type: Literal["location"] = "location"
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None


class ContactCard(Value):
    """One shared address-book entry."""

    name: str
    phones: list[str] = Field(default_factory=list)
    emails: list[str] = Field(default_factory=list)


class ContactsContent(Value):
    """Shared address-book entries."""

    type: Literal["contacts"] = "contacts"
    contacts: list[ContactCard]


class ChoiceContent(Value):
    """The contact pressed a button, list row, quick reply, chip or postback."""

    type: Literal["choice"] = "choice"
    id: str
    title: str


class FormContent(Value):
    """A submitted form. Values are whatever JSON the platform delivers."""

    type: Literal["form"] = "form"
    fields: dict[str, Any]


class OrderContent(Value):
    """A shopping cart. Each item: `product_id`, `quantity`, `price`, `currency` where known."""

    type: Literal["order"] = "order"
    items: list[dict[str, Any]]
    text: str | None = None


class TemplateContent(Value):
    """A message template approved by the platform, with its variables filled."""

    type: Literal["template"] = "template"
    name: str
    language: str
    category: Literal["marketing", "utility", "authentication"] | None = None
    """What the platform approved it as, where that is known: who opted out of marketing gets none."""
    body: list[str] | dict[str, str] = Field(default_factory=list)
    """Positional or named variables of the body."""
    header: list[str] = Field(default_factory=list)
    header_media: MediaContent | None = None
    buttons: list[str | None] = Field(default_factory=list)
    """One entry per button of the template, in order: its payload or URL suffix, or None for a fixed button."""


class Button(Value):
    """One pressable option, or a link when `url` is set."""

    id: str
    title: str
    url: str | None = None


_TEXT_ALIASES = AliasChoices("text", "body")


class ButtonsContent(Value):
    """A text with a few buttons under it."""

    type: Literal["buttons"] = "buttons"
    text: str = Field(validation_alias=_TEXT_ALIASES)
    buttons: list[Button] = Field(min_length=1)
    footer: str | None = None


class ListRow(Value):
    """One row of a list."""

    id: str
    title: str
    description: str | None = None


class ListSection(Value):
    """Rows under a heading."""

    title: str | None = None
    rows: list[ListRow] = Field(min_length=1)


class ListContent(Value):
    """A text with a menu that opens on a tap."""

    type: Literal["list"] = "list"
    text: str = Field(validation_alias=_TEXT_ALIASES)
    button: str | None = None
    """Label of the button that opens the list; None: the platform's default."""
    sections: list[ListSection] = Field(min_length=1)
    footer: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _flat_rows(cls, raw: Any) -> Any:
        """Accept `rows` at the top level as one section without a title."""
        if isinstance(raw, dict) and "rows" in raw and "sections" not in raw:
            return {**raw, "sections": [{"rows": raw["rows"]}]}
        return raw

    @property
    def rows(self) -> list[ListRow]:
        """All rows of all sections, in order."""
        return [row for section in self.sections for row in section.rows]


class CardContent(Value):
    """A picture with a title, a text and buttons."""

    type: Literal["card"] = "card"
    title: str
    text: str | None = None
    media: MediaRef | None = None
    buttons: list[Button] = Field(default_factory=list)


class UnsupportedContent(Value):
    """Something the platform delivered that we have no word for yet: kept, never dropped."""

    type: Literal["unsupported"] = "unsupported"
    platform_type: str


MessageContent = Annotated[
    TextContent
    | MediaContent
    | LocationContent
    | ContactsContent
    | ChoiceContent
    | FormContent
    | OrderContent
    | TemplateContent
    | ButtonsContent
    | ListContent
    | CardContent
    | UnsupportedContent,
    Field(discriminator="type"),
]


def preview(content: MessageContent, limit: int = 140) -> str:
    """One line that tells a person what the message is, for lists and notifications."""
    line = " ".join(_words(content).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _words(content: MessageContent) -> str:
    match content:
        case TextContent() | ButtonsContent() | ListContent():
            return content.text
        case ChoiceContent() | CardContent():
            return content.title
        case MediaContent():
            return f"[{content.type}] {content.caption or ''}"
        case ContactsContent():
            return f"[contacts] {', '.join(card.name for card in content.contacts)}"
        case UnsupportedContent():
            return f"[unsupported: {content.platform_type}]"
        case _:
            return f"[{content.type}] {getattr(content, 'name', None) or ''}"
