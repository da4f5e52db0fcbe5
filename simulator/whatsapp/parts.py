"""What the messages of the Cloud API are built from. Lengths are counted in characters.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages (read 2026-08).
"""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    StringConstraints,
    model_validator,
)


def upto(longest: int) -> StringConstraints:
    """1 to `longest` characters, not all of them blank."""
    return StringConstraints(min_length=1, max_length=longest, pattern=r"\S")


def refuse_duplicates(what: str, values: Iterable[str]) -> None:
    seen = list(values)
    if len(set(seen)) != len(seen):
        raise ValueError(f"{what} must be unique")


class Part(BaseModel):
    """A piece of a message. Graph refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Sticker(Part):
    """A file by exactly one of its id and its link; also the common part of the other media."""

    id: Annotated[str, upto(512)] | None = None
    link: Annotated[str, upto(2048)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.id is None) == (self.link is None):
            raise ValueError("exactly one of id and link must be given")
        if self.link is not None and not self.link.startswith(("https://", "http://")):
            raise ValueError("link must be an http or https URL")
        return self


class Audio(Sticker):
    """`audio`: no caption."""

    voice: bool = False


class Picture(Sticker):
    """`image` and `video`."""

    caption: Annotated[str, upto(1024)] | None = None


class Document(Picture):
    """`document`."""

    filename: Annotated[str, upto(240)] | None = None
