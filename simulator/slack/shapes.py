"""Blocks of messages and their limits: an independent reading of the public reference.

https://docs.slack.dev/reference/block-kit (read 2026-08). Lengths are counted in characters.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A piece of a block. Slack refuses keys that it does not know, and other types."""

    model_config = ConfigDict(extra="forbid", strict=True)


def wrong(problem: str, below: str = "") -> PydanticCustomError:
    """`below`: the key that the problem is about, as seen from the object that is checked."""
    return PydanticCustomError("slack", "{problem}", {"problem": problem, "below": below})


def chars(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest)


Id = Annotated[str, chars(255)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=3000)]


class PlainText(Part):
    """Words as they are."""

    type: Literal["plain_text"]
    text: Annotated[str, chars(3000)]
    emoji: bool | None = None


class Mrkdwn(Part):
    """Words with marks."""

    type: Literal["mrkdwn"]
    text: Annotated[str, chars(3000)]
    verbatim: bool | None = None


def _upto(longest: int) -> AfterValidator:
    def check(words: PlainText | Mrkdwn) -> PlainText | Mrkdwn:
        if len(words.text) > longest:
            raise wrong(f"must be less than {longest + 1} characters", "text")
        return words

    return AfterValidator(check)


AnyText = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]
Label75 = Annotated[PlainText, _upto(75)]
Label150 = Annotated[PlainText, _upto(150)]


def _check_url(url: str | None) -> None:
    if url is not None and not url.startswith(("https://", "http://")):
        raise wrong("must be a valid url", "url")


class Button(Part):
    """Something to press."""

    type: Literal["button"]
    text: Label75
    action_id: Id | None = None
    url: Url | None = None
    value: Annotated[str, chars(2000)] | None = None
    style: Literal["primary", "danger"] | None = None
    confirm: dict[str, Any] | None = None
    accessibility_label: Annotated[str, chars(75)] | None = None

    @model_validator(mode="after")
    def _address(self) -> Self:
        _check_url(self.url)
        return self


class Option(Part):
    """One line of a menu."""

    text: Label75
    value: Annotated[str, chars(150)]
    description: Label75 | None = None


class OptionGroup(Part):
    """Lines under a heading."""

    label: Label75
    options: list[Option] = Field(min_length=1, max_length=100)


class StaticSelect(Part):
    """A menu."""

    type: Literal["static_select"]
    action_id: Id | None = None
    placeholder: Label150 | None = None
    options: list[Option] | None = Field(default=None, min_length=1, max_length=100)
    option_groups: list[OptionGroup] | None = Field(default=None, min_length=1, max_length=100)
    initial_option: Option | None = None
    confirm: dict[str, Any] | None = None
    focus_on_load: bool | None = None

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if (self.options is None) == (self.option_groups is None):
            raise wrong("must define either `options` or `option_groups`")
        return self


class LinkedOption(Option):
    """One line of an overflow menu."""

    url: Url | None = None


class Overflow(Part):
    """The menu behind three dots."""

    type: Literal["overflow"]
    action_id: Id | None = None
    options: list[LinkedOption] = Field(min_length=1, max_length=5)
    confirm: dict[str, Any] | None = None


class FileReference(Part):
    """A file that Slack has."""

    id: str | None = None
    url: Url | None = None


class _Picture(Part):
    """A picture by exactly one of its public address and its file."""

    image_url: Url | None = None
    slack_file: FileReference | None = None
    alt_text: Annotated[str, chars(2000)]

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.image_url is None) == (self.slack_file is None):
            raise wrong("must define either `image_url` or `slack_file`")
        if self.image_url is not None and not self.image_url.startswith(("https://", "http://")):
            raise wrong("downloading image failed", "image_url")
        return self


class ImageElement(_Picture):
    """A small picture."""

    type: Literal["image"]


class _Block(Part):
    block_id: Id | None = None


class Divider(_Block):
    """A line."""

    type: Literal["divider"]


class Header(_Block):
    """A heading."""

    type: Literal["header"]
    text: Label150


Accessory = Annotated[Button | StaticSelect | Overflow | ImageElement, Field(discriminator="type")]
Field2000 = Annotated[AnyText, _upto(2000)]


class Section(_Block):
    """Words, perhaps with something beside them."""

    type: Literal["section"]
    text: AnyText | None = None
    fields: list[Field2000] | None = Field(default=None, min_length=1, max_length=10)
    accessory: Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise wrong("must define either `text` or `fields`", "type")
        return self


class Image(_Picture, _Block):
    """A picture."""

    type: Literal["image"]
    title: Annotated[PlainText, _upto(2000)] | None = None


Small = Annotated[PlainText | Mrkdwn | ImageElement, Field(discriminator="type")]


class Context(_Block):
    """Small print."""

    type: Literal["context"]
    elements: list[Small] = Field(min_length=1, max_length=10)


Pressable = Annotated[Button | StaticSelect | Overflow, Field(discriminator="type")]


class Actions(_Block):
    """A row of things to press."""

    type: Literal["actions"]
    elements: list[Pressable] = Field(min_length=1, max_length=25)


Block = Annotated[
    Divider | Header | Section | Image | Context | Actions, Field(discriminator="type")
]
Blocks = Annotated[list[Block], Field(max_length=50)]
