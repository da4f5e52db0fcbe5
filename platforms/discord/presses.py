"""Pressed buttons and chosen options.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-message-component-data-structure
"""

from collections.abc import Iterator

from domain.content import ChoiceContent
from platforms.discord.reading import Fields, ignored
from platforms.discord.resolved import Resolved
from platforms.discord.trees import walk
from platforms.reading import Json, as_list, as_object, as_objects, as_text


def read_press(interaction: Json) -> Iterator[Fields]:
    """A button has only its own id; a select has the values of what was chosen."""
    data, resolved = as_object(interaction.get("data")), Resolved.of(interaction)
    key = as_text(data.get("custom_id"))
    component = _component(interaction, key)
    if data.get("values") is None:
        if key is None:
            yield ignored("a press of no button")
        else:
            yield {
                "content": ChoiceContent(id=key, title=_label(component) or key),
                "kind": "message",
            }
        return
    values = [value for value in map(as_text, as_list(data.get("values"))) if value is not None]
    if not values:
        yield ignored("nothing was chosen")
    for value in values:
        title = _option(component, value) or resolved.name(value) or value
        content = ChoiceContent(id=value, title=title)
        yield {"kind": "message", "content": content, "details": {"menu": key}}


def _component(interaction: Json, key: str | None) -> Json:
    """What was pressed, as the message still shows it; empty where the message is not told."""
    shown = walk(as_object(interaction.get("message")).get("components"))
    return next((one for one in shown if key and one.get("custom_id") == key), {})


def _label(component: Json) -> str | None:
    return as_text(component.get("label")) or as_text(as_object(component.get("emoji")).get("name"))


def _option(component: Json, value: str) -> str | None:
    options = as_objects(component.get("options"))
    return next(
        (_label(option) for option in options if as_text(option.get("value")) == value), None
    )
