"""The messages a definition holds: the shapes of `domain.content` with templates in their texts."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, TypeAdapter

from domain.content import MessageContent, TextContent
from domain.value import Value
from flows.limits import MAX_PARTS, MAX_TEMPLATE
from flows.sprint import Sprint

TemplateText = Annotated[str, Field(max_length=MAX_TEMPLATE)]
"""A text that may hold `{{ … }}`."""
FilledText = Annotated[str, Field(min_length=1, max_length=MAX_TEMPLATE)]

Place = tuple[str | int, ...]
"""Where something stands in a definition's JSON."""


class TextPart(Value, extra="forbid"):
    """Plain text."""

    type: Literal["text"]
    text: FilledText


class MediaSource(Value, extra="forbid"):
    """Where a file is: a URL, or the key of our own store."""

    url: TemplateText | None = None
    key: str | None = None
    mime_type: str | None = None
    filename: TemplateText | None = None


class MediaPart(Value, extra="forbid"):
    """A file."""

    type: Literal["image", "video", "audio", "document", "sticker"]
    media: MediaSource
    caption: TemplateText | None = None
    voice: bool = False


class LocationPart(Value, extra="forbid"):
    """A place."""

    type: Literal["location"]
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: TemplateText | None = None
    address: TemplateText | None = None


class CardButton(Value, extra="forbid"):
    """A link under a card."""

    title: FilledText
    url: FilledText


class CardPart(Value, extra="forbid"):
    """A picture with a title, a text and links."""

    type: Literal["card"]
    title: FilledText
    text: TemplateText | None = None
    media: MediaSource | None = None
    buttons: tuple[CardButton, ...] = Field(default=(), max_length=3)


Part = Annotated[TextPart | MediaPart | LocationPart | CardPart, Field(discriminator="type")]


def _from_text(raw: Any) -> Any:
    return [{"type": "text", "text": raw}] if isinstance(raw, str) else raw


Parts = Annotated[
    tuple[Part, ...], BeforeValidator(_from_text), Field(min_length=1, max_length=MAX_PARTS)
]
"""One or more messages. A bare string is short for one text."""

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)
_FIXED = ("type", "mime_type", "key", "id")
"""Texts in which no template is read."""


def render_part(part: Part, sprint: Sprint) -> MessageContent:
    """The content that goes out."""
    shape = part.model_dump(mode="json", exclude_none=True)
    for number, button in enumerate(shape.get("buttons", ()), start=1):
        button["id"] = f"{sprint.node}:{sprint.visit}:link{number}"
    return _CONTENT.validate_python(_fill(shape, sprint))


def send_parts(parts: tuple[Part, ...], sprint: Sprint) -> None:
    """Say all of it, one message for each part; a text that came out empty is not sent."""
    for part in parts:
        content = render_part(part, sprint)
        if isinstance(content, TextContent) and not content.text.strip():
            sprint.warn("EMPTY_TEXT")
        else:
            sprint.send(content)


def templates_in(parts: tuple[Part, ...] | None, place: str) -> Iterator[tuple[Place, str]]:
    """Every template of these parts, with where it stands."""
    for number, part in enumerate(parts or ()):
        yield from _texts(part.model_dump(mode="json", exclude_none=True), (place, number))


def _fill(shape: JsonValue, sprint: Sprint) -> JsonValue:
    if isinstance(shape, str):
        return sprint.render(shape)
    if isinstance(shape, dict):
        return {
            name: value if name in _FIXED else _fill(value, sprint) for name, value in shape.items()
        }
    if isinstance(shape, list):
        return [_fill(value, sprint) for value in shape]
    return shape


def _texts(shape: JsonValue, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(shape, str):
        yield place, shape
    elif isinstance(shape, dict):
        for name, value in shape.items():
            if name not in _FIXED:
                yield from _texts(value, (*place, name))
    elif isinstance(shape, list):
        for number, value in enumerate(shape):
            yield from _texts(value, (*place, number))
