"""Adaptive Cards: the parts that are played, what a person reads on one, and what can be pressed.

https://adaptivecards.io/explorer/
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simulator.schemas import Option
from simulator.teams.markdown import plain

Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]|data:image/)")]
Title = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """An object of a card. Cards ignore fields that they do not know."""

    model_config = ConfigDict(strict=True, frozen=True)


class Submit(Part):
    """Brings its data back to the bot."""

    type: Literal["Action.Submit"]
    id: str | None = None
    title: Title | None = None
    data: dict[str, Any] | str | None = None

    @property
    def key(self) -> str:
        """What tells it apart: our own cards name their buttons in their data."""
        named = self.data.get("actionId") if isinstance(self.data, dict) else self.data
        return named if isinstance(named, str) else self.id or json.dumps(self.data)


class OpenUrl(Part):
    """Opens a page."""

    type: Literal["Action.OpenUrl"]
    title: Title | None = None
    url: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*:\S+$")]

    @property
    def key(self) -> str:
        return self.url


class ShowCard(Part):
    """Unfolds a card inside of the card."""

    type: Literal["Action.ShowCard"]
    title: Title | None = None
    card: "Inner"


class TextBlock(Part):
    """A paragraph, in the Markdown of cards."""

    type: Literal["TextBlock"]
    text: str


class Image(Part):
    """A picture."""

    type: Literal["Image"]
    url: Url


class Container(Part):
    """Several parts, which may be pressed as one."""

    type: Literal["Container"]
    items: list["Element"]
    selectAction: Annotated[Submit | OpenUrl, Field(discriminator="type")] | None = None  # noqa: N815


Element = Annotated[TextBlock | Image | Container, Field(discriminator="type")]
Action = Annotated[Submit | OpenUrl | ShowCard, Field(discriminator="type")]


class Inner(Part):
    """A card that is unfolded."""

    type: Literal["AdaptiveCard"]
    body: list[Element] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)


class Card(Inner):
    """A whole card. Teams shows versions up to 1.5."""

    version: Annotated[str, StringConstraints(pattern=r"^1\.[0-5]$")]


def words(card: Inner) -> str:
    """What stands on it, without what is pressed and what is still folded."""
    return "\n".join(_texts(card.body))


def _texts(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if isinstance(element, TextBlock):
            yield plain(element.text)
        elif isinstance(element, Container) and element.selectAction is None:
            yield from _texts(element.items)


def pressable(card: Inner) -> Iterator[tuple[Option, Any]]:
    """Each option with the value that a press brings; None for a link."""
    for container in _containers(card.body):
        if (chosen := container.selectAction) is not None:
            yield _option(chosen, chosen.title or next(_texts(container.items), ""))
    for action in card.actions:
        if isinstance(action, ShowCard):
            yield from pressable(action.card)
        else:
            yield _option(action, action.title or "")


def _containers(elements: list[Element]) -> Iterator[Container]:
    for element in elements:
        if isinstance(element, Container):
            yield element
            yield from _containers(element.items)


def _option(action: Submit | OpenUrl, title: str) -> tuple[Option, Any]:
    value = action.data if isinstance(action, Submit) else None
    return Option(id=action.key, title=title), value
