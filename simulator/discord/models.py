"""The fields of a message, with the limits that are theirs alone. Fields that Discord does not know, it ignores.

https://docs.discord.com/developers/resources/message#create-message
https://docs.discord.com/developers/components/reference
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.discord.errors import Place, Problem

MAX_CONTENT = 2000
MAX_ROWS, MAX_BUTTONS = 5, 5


class Body(BaseModel):
    """An object in a body."""

    model_config = ConfigDict(strict=True, frozen=True)


class SelectOption(Body):
    """One row of a select."""

    label: str = Field(min_length=1, max_length=100)
    value: str = Field(min_length=1, max_length=100)
    description: str | None = Field(default=None, max_length=100)


class Component(Body):
    """A button or a select."""

    type: Literal[2, 3]
    style: Literal[1, 2, 3, 4, 5] | None = None
    label: str | None = Field(default=None, max_length=80)
    custom_id: str | None = Field(default=None, min_length=1, max_length=100)
    url: str | None = Field(default=None, max_length=512)
    placeholder: str | None = Field(default=None, max_length=150)
    options: list[SelectOption] | None = Field(default=None, min_length=1, max_length=25)


class Row(Body):
    """A row of components."""

    type: Literal[1]
    components: list[Component] = Field(min_length=1, max_length=MAX_BUTTONS)


class Image(Body):
    """The picture of an embed."""

    url: str = Field(max_length=2048)


class Embed(Body):
    """A card under the text."""

    title: str | None = Field(default=None, max_length=256)
    description: str | None = Field(default=None, max_length=4096)
    url: str | None = Field(default=None, max_length=2048)
    image: Image | None = None


class Attachment(Body):
    """What is said of an uploaded file."""

    id: int | str
    filename: str | None = None
    description: str | None = Field(default=None, max_length=1024)
    duration_secs: float | None = None
    waveform: str | None = None


class Reference(Body):
    """The message that is answered."""

    message_id: str
    fail_if_not_exists: bool = True


class Mentions(Body):
    """Who may be called by a message."""

    parse: list[Literal["roles", "users", "everyone"]] = Field(default_factory=list)


class NewMessage(Body):
    """A message to create."""

    content: str | None = Field(default=None, max_length=MAX_CONTENT)
    nonce: int | str | None = None
    enforce_nonce: bool = False
    flags: int = 0
    embeds: list[Embed] = Field(default_factory=list, max_length=10)
    components: list[Row] = Field(default_factory=list, max_length=MAX_ROWS)
    attachments: list[Attachment] = Field(default_factory=list, max_length=10)
    message_reference: Reference | None = None
    allowed_mentions: Mentions | None = None


_KINDS = {
    "missing": ("BASE_TYPE_REQUIRED", "This field is required"),
    "literal_error": ("BASE_TYPE_CHOICES", "Value is not one of the choices."),
    "string_too_short": ("BASE_TYPE_BAD_LENGTH", "Must not be empty."),
    "too_short": ("BASE_TYPE_BAD_LENGTH", "Must not be empty."),
}


def problems_of(error: ValidationError) -> list[Problem]:
    found = error.errors(include_url=False)
    return [_problem(tuple(one["loc"]), one["type"], one.get("ctx", {})) for one in found]


def _problem(place: Place, kind: str, about: dict[str, Any]) -> Problem:
    limit = about.get("max_length")
    if limit is not None:
        return Problem(place, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")
    code, said = _KINDS.get(kind, ("BASE_TYPE_BAD_TYPE", "Could not interpret the value."))
    return Problem(place, code, said)
